#!/usr/bin/env python3
"""Tocsin for a long time under change: does it grow?

    soak.py [--minutes 30] [--alerts 10000] [--changes 50]

So many alerts fire all the time; every second --changes of them end, as many new ones begin, four
times as many are posted again, a silence is made and one is ended. Every ten seconds all that fire
are posted again, as senders do. Prints memory, files and CPU once a minute. Exit code 1 when memory
is not flat: in the last third it may be at most 5 % above what it was in the second one.
"""
import argparse
import collections
import json
import pathlib
import random
import statistics
import sys
import tempfile
import time

from measure import cpu_seconds, folder_mib, memory_mib
from notify import BATCH, Server, alert, iso
from webhook_sink import WebhookSink

GROUPS = 500
MOST_GROWTH = 1.05


class ShortMemory(Server):
    """Alerts that are over are kept for 5 minutes instead of 30, so that as many go as come."""

    def command(self):
        return [*super().command(), "--alerts.gc-interval=5m"]


class Soak:
    def __init__(self, server, options):
        self.server, self.options = server, options
        self.firing = collections.deque()
        self.silences = collections.deque()
        self.numbers = iter(range(10**9))
        self.random = random.Random(1)

    def post(self, numbers, ends_at):
        now = time.time()
        for first in range(0, len(numbers), BATCH):
            body = [dict(alert(number, GROUPS, now), endsAt=iso(ends_at(now)))
                    for number in numbers[first:first + BATCH]]
            for each in body:
                each.pop("startsAt")
            self.server.call("POST", "/api/v2/alerts", json.dumps(body))

    def begin(self, count):
        fresh = [next(self.numbers) for _ in range(count)]
        self.post(fresh, lambda now: now + 600)
        self.firing += fresh

    def second(self, number):
        """What changes in one second."""
        changes = self.options.changes
        self.post([self.firing.popleft() for _ in range(changes)], lambda now: now - 1)
        self.begin(changes)
        again = self.firing if number % 10 == 0 else self.random.sample(self.firing, 4 * changes)
        self.post(list(again), lambda now: now + 600)
        self.silence(number)

    def silence(self, number):
        now = time.time()
        answer = self.server.call("POST", "/api/v2/silences", json.dumps({
            "matchers": [{"name": "instance", "value": f"host-{number}.example:9100",
                          "isRegex": False, "isEqual": True}],
            "startsAt": iso(now), "endsAt": iso(now + 3600), "createdBy": "soak",
            "comment": "soak"}))
        self.silences.append(json.loads(answer)["silenceID"])
        if len(self.silences) > 60:
            self.server.call("DELETE", f"/api/v2/silence/{self.silences.popleft()}")


def row(server, begun, cpu):
    pid = server.program.pid
    return {"minute": round((time.monotonic() - begun) / 60, 1),
            "rss_mib": round(memory_mib(pid), 1),
            "files_mib": round(folder_mib(server.folder / "data"), 1),
            "cores": round((cpu_seconds(pid) - cpu) / 60, 3)}


def run(server, options):
    soak = Soak(server, options)
    soak.begin(options.alerts)
    begun, rows, memory = time.monotonic(), [], []
    cpu = cpu_seconds(server.program.pid)
    for number in range(1, options.minutes * 60 + 1):
        soak.second(number)
        memory.append(memory_mib(server.program.pid))
        if number % 60 == 0:
            rows.append(row(server, begun, cpu))
            cpu = cpu_seconds(server.program.pid)
            print(json.dumps(rows[-1]), flush=True)
        time.sleep(max(0, begun + number - time.monotonic()))
    return memory


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=int, default=30)
    parser.add_argument("--alerts", type=int, default=10_000)
    parser.add_argument("--changes", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, WebhookSink() as sink, \
            ShortMemory("tocsin", pathlib.Path(folder), sink) as server:
        server.start()
        memory = run(server, options)
        third = len(memory) // 3
        before = statistics.mean(memory[third:2 * third])
        after = statistics.mean(memory[2 * third:])
        flat = after <= before * MOST_GROWTH
        print(f"{'met   ' if flat else 'MISSED'}  memory {before:.1f} MiB, then {after:.1f} MiB; "
              f"{sink.repeated + len(sink.groups)} messages")
    return 0 if flat else 1


if __name__ == "__main__":
    sys.exit(main())
