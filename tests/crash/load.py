"""What clients do while the programs live, and what they know to have been taken.

A change that was not answered may or may not have happened: nothing is demanded of it. A batch is a
group of alerts that fire and resolve together; its message says of all of them the same.
"""
import dataclasses
import datetime
import threading
import time

from sides import Api, Gone

MOST_BATCHES = 300  # that fire at a time


def iso(at):
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclasses.dataclass
class Batch:
    number: int
    size: int
    fires: str = "sent"  # "sent", "taken"
    ends: str = ""  # "", "sent", "taken"
    lost: bool = False
    since: float = 0.0

    def ids(self):
        return {f"{self.number}-{each}" for each in range(self.size)}

    def alerts(self, ends_at):
        return [{"labels": {"alertname": "Posted", "batch": str(self.number), "id": each},
                 "startsAt": iso(self.since), "endsAt": iso(ends_at)} for each in sorted(self.ids())]


class Load:
    """The clients' memory; it outlives the programs."""

    def __init__(self, random):
        self.random = random
        self.batches, self.firing = [], []
        self.silences = {}  # "active", "expiring" or "expired", by id
        self.changes = 0  # that were answered
        self.stop = threading.Event()

    def run(self, port):
        """Starts to change things, until it is stopped or the programs are gone."""
        self.stop.clear()
        threads = [threading.Thread(target=self.go_on, args=(step, Api(port), seed))
                   for step, seed in ((self.change_alerts, 8), (self.change_silences, 20))]
        for thread in threads:
            thread.start()
        return threads

    def go_on(self, step, api, pause):
        while not self.stop.is_set():
            try:
                step(api)
                self.changes += 1
            except Gone:
                return
            time.sleep(self.random.uniform(0, pause) / 1000)

    def change_alerts(self, api):
        dice = self.random.random()
        old = self.firing[0] if self.firing else None
        may_end = old is not None and time.time() - old.since > 1.5
        if (dice < 0.35 and may_end) or len(self.firing) >= MOST_BATCHES:
            return self.end(api, self.firing.pop(0))
        if dice < 0.5 and self.firing:
            return self.say_again(api, self.random.choice(self.firing))
        return self.begin(api)

    def begin(self, api):
        batch = Batch(len(self.batches), self.random.randint(1, 8), since=time.time())
        self.batches.append(batch)
        api.call("POST", "/api/v2/alerts", batch.alerts(batch.since + 3600))
        batch.fires = "taken"
        self.firing.append(batch)

    def say_again(self, api, batch):
        api.call("POST", "/api/v2/alerts", batch.alerts(time.time() + 3600))

    def end(self, api, batch):
        batch.ends = "sent"
        api.call("POST", "/api/v2/alerts", batch.alerts(time.time()))
        batch.ends = "taken"

    def change_silences(self, api):
        active = [each for each, state in self.silences.items() if state == "active"]
        if active and self.random.random() < 0.3:
            chosen = self.random.choice(active)
            self.silences[chosen] = "expiring"
            api.call("DELETE", f"/api/v2/silence/{chosen}")
            self.silences[chosen] = "expired"
            return
        now = time.time()
        answer = api.call("POST", "/api/v2/silences", {
            "matchers": [{"name": "nobody", "value": f"x{self.random.random()}", "isRegex": False}],
            "startsAt": iso(now), "endsAt": iso(now + 7200), "createdBy": "campaign",
            "comment": "kill"})
        self.silences[answer["silenceID"]] = "active"

    # ---- What must be so after a restart: each loss is counted once

    def lost_alerts(self, there):
        lost = 0
        for batch in self.batches:
            if batch.fires != "taken" or batch.ends or batch.lost:
                continue
            missing = len(batch.ids() - there)
            lost += missing
            batch.lost = missing > 0
        self.firing = [batch for batch in self.firing if not batch.lost]
        return lost

    def risen_alerts(self, there):
        """Alerts whose end was taken and that fire nevertheless."""
        return sum(len(batch.ids() & there) for batch in self.batches if batch.ends == "taken")

    def lost_silences(self, there):
        """Those that are gone, and those that are in force again although they were ended."""
        lost = [each for each, state in self.silences.items()
                if (state != "expired" and each not in there) or
                (state == "active" and there.get(each) == "expired") or
                (state == "expired" and there.get(each) == "active")]
        for each in lost:
            del self.silences[each]
        return len(lost)
