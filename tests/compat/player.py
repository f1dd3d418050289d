"""Plays scenarios: all at once, each on a timetable of its own, the same on both sides."""
import collections
import dataclasses
import datetime
import json
import threading
import time

from programs import Server
from scenario import Configuration


@dataclasses.dataclass
class Heard:
    """What came of one scenario on one side."""
    begin: float = 0  # time.time() of second 0
    messages: dict = dataclasses.field(default_factory=dict)  # receiver -> [Message, …]
    looks: list = dataclasses.field(default_factory=list)
    complaints: list = dataclasses.field(default_factory=list)
    log: str = ""


class Stage:
    """One scenario on one side; what actions act on."""

    def __init__(self, scenario, server, begin, url):
        self.scenario, self.server, self.url = scenario, server, url
        self.begin, self.step = begin, 0
        self.slug = scenario.slug
        self.silences = {}  # key -> id
        self.names = {}  # every id there was -> what it is called in answers
        self.heard = Heard(begin)

    def time(self, seconds):
        at = datetime.datetime.fromtimestamp(self.begin + seconds, datetime.timezone.utc)
        return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"

    def expect(self, what, answer, status=200):
        self.heard.looks.append((what, answer[0]))
        if answer[0] != status:
            self.heard.complaints.append(f"{what}: {answer[0]} {answer[1][:300]}")
        return answer[1]

    def post_alerts(self, alerts):
        for alert in alerts:
            alert["labels"] = {**alert["labels"], "scenario": self.slug}
        self.expect("POST alerts", self.server.call("POST", "/api/v2/alerts", alerts))

    def put_silence(self, key, body):
        if key in self.silences:
            body["id"] = self.silences[key]
        text = self.expect("POST silences", self.server.call("POST", "/api/v2/silences", body))
        if not text.startswith("{"):
            return
        new = json.loads(text)["silenceID"]
        if key in self.silences:
            self.heard.looks.append((f"silence {key} keeps its id", new == self.silences[key]))
        self.silences[key] = new
        number = sum(name.startswith(f"silence {key} ") for name in self.names.values())
        self.names.setdefault(new, f"silence {key} {number + 1}")

    def expire_silence(self, key):
        self.expect("DELETE silence",
                    self.server.call("DELETE", f"/api/v2/silence/{self.silences[key]}"))

    def look(self, path):
        path = path.replace("{scenario}", f"filter=scenario%3D%22{self.slug}%22")
        text = self.expect(f"GET {path}", self.server.call("GET", f"/api/v2/{path}"))
        for silence, name in self.names.items():
            text = text.replace(silence, name)
        self.heard.looks.append((f"GET {path}", json.loads(text or "null")))

    def reload(self, version, broken):
        tree = broken or Configuration(self.scenario.setup, [self.scenario.version(version)],
                                       self.url, self.begin).tree
        self.server.write(tree)
        self.expect("reload", self.server.call("POST", "/-/reload", {}), 500 if broken else 200)

    def restart(self, kill):
        code = self.server.end(kill)
        if not kill and code != 0:
            self.heard.complaints.append(f"ended with {code} on SIGTERM")
        self.server.start()

    def play(self):
        for at, action in sorted(self.scenario.steps, key=lambda step: step[0]):
            self.step = at
            self.wait(at)
            try:
                action(self)
            except (OSError, RuntimeError) as error:
                self.heard.complaints.append(f"at {at}: {error}")
        self.wait(self.scenario.until)

    def wait(self, seconds):
        time.sleep(max(0, self.begin + seconds - time.time()))


def pairs(scenarios):
    """[(setup, [scenario, …]), …]: those that share processes."""
    together = collections.defaultdict(list)
    for scenario in scenarios:
        key = (scenario.setup.name, scenario.slug if scenario.alone else "")
        together[key].append(scenario)
    return [(group[0].setup, group) for group in together.values()]


class Play:
    """`sides` is {name: kind}; the outcome is {slug: {side: Heard}}."""

    def __init__(self, scenarios, sides, recorder, folder):
        self.sides, self.recorder, self.folder = sides, recorder, folder
        self.outcome = {scenario.slug: {} for scenario in scenarios}
        threads = [threading.Thread(target=self.play_pair, args=(number, setup, group))
                   for number, (setup, group) in enumerate(pairs(scenarios))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def play_pair(self, number, setup, group):
        servers = {}
        # Second 0 of the aligned ones is the 50th of a minute.
        begin = (time.time() + 4) // 60 * 60 + 50 if setup.aligned else 0
        begin += 60 if 0 < begin < time.time() + 4 else 0
        for side, kind in self.sides.items():
            able = [scenario for scenario in group if kind == "tocsin" or not scenario.since]
            if able:
                self.start(servers, side, Server(kind, self.folder / f"{number}-{side}", setup), able, begin)
        now = begin or time.time() + 1
        stages = [(side, Stage(scenario, server, now + (0 if begin else index * 0.03), url))
                  for side, (server, url, able) in servers.items()
                  for index, scenario in enumerate(able)]
        threads = [threading.Thread(target=stage.play) for _, stage in stages]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for server, *_ in servers.values():
            server.end()
        for side, stage in stages:
            stage.heard.messages = self.recorder.of(f"/{side}/{stage.slug}/")
            stage.heard.log = stage.server.log()
            self.outcome[stage.slug][side] = stage.heard

    def start(self, servers, side, server, able, begin):
        url = f"{self.recorder.url}/{side}"
        for scenario in able:
            for receiver, answers in scenario.answers.items():
                self.recorder.answer(f"/{side}/{scenario.slug}/{receiver}", answers)
        server.write(Configuration(server.setup, able, url, begin).tree)
        try:
            server.start()
            servers[side] = server, url, able
        except RuntimeError as error:
            server.end()
            for scenario in able:
                self.outcome[scenario.slug][side] = Heard(complaints=[str(error)])
