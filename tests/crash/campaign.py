#!/usr/bin/python3
"""kill -9 at random moments, again and again, while alerts are posted, ended and told and silences are
made and ended; then it is counted what of that was forgotten.

    campaign.py [--kills 200] [--only tocsin|peers] [--seed N] [--keep FOLDER]

The same clients, the same receiver and the same moments for Tocsin and for Debian's Prometheus with its
Alertmanager (both killed at once), which are left out where they are not installed. Prints a table.
Exit code 1 when Tocsin lost something that it had acknowledged, or said something again that was not
under way when it was killed.
"""
import argparse
import bisect
import dataclasses
import pathlib
import random
import statistics
import sys
import tempfile
import time

from load import Load
from receiver import SERIES, Outside
from sides import Api, Peers, Tocsin

# So long after a message came its sender may not have written down that it was sent: the outcomes of
# a burst are gathered for up to 100 ms, and a commit takes its time on a busy disk.
UNDER_WAY = 0.6
LATE = 0.3  # so long after its sender's death a message may still be read here


@dataclasses.dataclass
class Result:
    name: str
    kills: int = 0
    changes: int = 0
    alerts: int = 0
    silences: int = 0
    messages: int = 0
    lost_alerts: int = 0
    risen_alerts: int = 0
    lost_silences: int = 0
    never_told: int = 0
    ends_never_told: int = 0
    repeated: int = 0
    repeated_without_reason: int = 0
    clocks: int = 0
    clocks_reset: int = 0
    clocks_late: float = 0.0
    ready: list = dataclasses.field(default_factory=list)

    def broken(self):
        return (self.lost_alerts + self.risen_alerts + self.lost_silences + self.never_told +
                self.ends_never_told + self.repeated_without_reason + self.clocks_reset)


def start(side, result):
    begun = time.monotonic()
    side.start()
    result.ready.append(time.monotonic() - begun)


def look(side, load, result):
    """What is there after a restart, against what was acknowledged."""
    api = Api(side.port)
    there = side.active_alerts(api)
    result.lost_alerts += load.lost_alerts(there)
    result.risen_alerts += load.risen_alerts(there)
    result.lost_silences += load.lost_silences(side.silences(api))


def life(side, load, chance, kills):
    """From ready to kill."""
    threads = load.run(side.port)
    time.sleep(chance.uniform(0.1, 2.0))
    side.kill()
    kills.append(time.monotonic())
    load.stop.set()
    for thread in threads:
        thread.join()


def wait_until_quiet(outside, quiet=4.0, limit=90):
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        messages = outside.heard()
        if not messages or time.monotonic() - messages[-1].at > quiet:
            return
        time.sleep(0.2)


def weigh_messages(load, messages, kills, result):
    last, firing, over = {}, set(), set()
    for message in messages:
        before = last.get(message.group)
        last[message.group] = message
        if before is not None and before.said == message.said:
            result.repeated += 1
            kill = bisect.bisect_left(kills, before.at - LATE)
            under_way = kill < len(kills) and kills[kill] - before.at <= UNDER_WAY
            result.repeated_without_reason += not under_way
        for alert, status in message.said:
            (firing if status == "firing" else over).add(alert)
    for batch in load.batches:
        if batch.fires == "taken" and not batch.ends:
            result.never_told += len(batch.ids() - firing)
        if batch.ends == "taken":
            result.ends_never_told += len((batch.ids() & firing) - over)
    result.messages = len(messages)


def wait_for_clocks(side, limit=30):
    """Until all series are pending."""
    deadline = time.monotonic() + limit
    while len(clocks := side.clocks()) < 2 * SERIES:
        if time.monotonic() > deadline:
            raise SystemExit(f"{side.name}: only {len(clocks)} alerts are pending")
        time.sleep(0.2)
    return clocks


def weigh_clocks(before, after, result):
    result.clocks = len(before)
    for alert, since in before.items():
        late = after.get(alert, time.time()) - since
        result.clocks_reset += late > 1
        result.clocks_late = max(result.clocks_late, late)


def campaign(kind, folder, arguments):
    chance = random.Random(arguments.seed)
    outside = Outside()
    side = kind(folder, outside)
    load, kills, result = Load(random.Random(arguments.seed + 1)), [], Result(side.name)
    try:
        start(side, result)
        clocks = wait_for_clocks(side)
        for number in range(arguments.kills):
            life(side, load, chance, kills)
            start(side, result)
            look(side, load, result)
            if sys.stderr.isatty():
                print(f"\r{side.name}: {number + 1} kills", end="", file=sys.stderr)
        wait_until_quiet(outside)
        look(side, load, result)
        weigh_clocks(clocks, side.clocks(), result)
    finally:
        side.kill()
        outside.close()
    weigh_messages(load, outside.heard(), kills, result)
    result.kills, result.changes = len(kills), load.changes
    result.alerts = sum(batch.size for batch in load.batches)
    result.silences = len(load.silences) + result.lost_silences
    return result


ROWS = [
    ("kills", lambda r: r.kills),
    ("acknowledged changes", lambda r: r.changes),
    ("alerts posted", lambda r: r.alerts),
    ("silences made", lambda r: r.silences),
    ("messages received", lambda r: r.messages),
    ("acknowledged alerts lost", lambda r: r.lost_alerts),
    ("ended alerts that fire again", lambda r: r.risen_alerts),
    ("silences lost or in force again", lambda r: r.lost_silences),
    ("firing alerts never told", lambda r: r.never_told),
    ("ends of told alerts never told", lambda r: r.ends_never_told),
    ("messages said twice", lambda r: r.repeated),
    ("of these, not under way at a kill", lambda r: r.repeated_without_reason),
    ("`for` clocks set back by over 1 s", lambda r: f"{r.clocks_reset} of {r.clocks}"),
    ("the latest of them, seconds", lambda r: f"{r.clocks_late:.0f}"),
    ("ready after, median ms", lambda r: f"{statistics.median(r.ready) * 1000:.0f}"),
    ("ready after, worst ms", lambda r: f"{max(r.ready) * 1000:.0f}"),
]


def table(results):
    lines = ["| | " + " | ".join(each.name for each in results) + " |",
             "| --- |" + " ---: |" * len(results)]
    for name, value in ROWS:
        lines.append(f"| {name} | " + " | ".join(str(value(each)) for each in results) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--only", choices=["tocsin", "peers"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path, help="folder for the data, which stays")
    arguments = parser.parse_args()
    sides = {"tocsin": Tocsin, "peers": Peers}
    if arguments.only:
        sides = {arguments.only: sides[arguments.only]}
    if "peers" in sides and Peers.missing():
        print(f"left out, as they are not installed: {' '.join(Peers.missing())}", file=sys.stderr)
        del sides["peers"]
    results = []
    for name, kind in sides.items():
        with tempfile.TemporaryDirectory(prefix="tocsin-crash-") as temporary:
            folder = (arguments.keep or pathlib.Path(temporary)) / name
            folder.mkdir(parents=True)
            results.append(campaign(kind, folder, arguments))
    print(table(results))
    return any(each.broken() for each in results if each.name == Tocsin.name)


if __name__ == "__main__":
    sys.exit(main())
