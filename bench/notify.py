#!/usr/bin/env python3
"""Tocsin beside Alertmanager with many alerts: posting, reading, silencing, telling, coming back.

    notify.py [--only tocsin|alertmanager] [--alerts 100000] [--groups 10000] [--silences 1000] [--short]

Exit code 1 when a target is missed. --short is a tenth of the load, to see that it works.
"""
import argparse
import http.client
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time
import urllib.parse

from measure import ROOT, Program, cpu_seconds, free_port, memory_mib
from webhook_sink import WebhookSink

BATCH = 500  # alerts in a request
ONE = "host-5.example:9100"
# Seconds: everything is posted and read before the first message goes out. Only where what happens
# afterwards is measured are there messages at all.
GROUP_WAIT = 45
NO_MESSAGES = 3600

# What is measured, ours as a share of Alertmanager's: the largest allowed
RATIOS = {"post_us_per_alert": 1 / 3, "get_all_s": 1 / 20, "rss_mib": 1 / 4,
          "notify_us": 1 / 3}
# The largest allowed of ours alone
LIMITS = {"get_one_s": 0.010, "ready_s": 1.0}


def iso(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))


def alert(number, groups, now):
    return {
        "labels": {"alertname": f"A{number % 100}", "instance": f"host-{number}.example:9100",
                   "job": "node", "severity": "page", "team": "core",
                   "grp": f"g{number % groups}"},
        "annotations": {"summary": f"host {number} is down since a while and somebody should look",
                        "runbook": "http://runbooks.example/a"},
        "startsAt": iso(now), "endsAt": iso(now + 3600),
        "generatorURL": "http://prom.example/graph?g0.expr=up"}


def silence(number, now):
    """One that matches nothing: every fifth by a regular expression."""
    return {"matchers": [{"name": "instance", "value": f"no-such-{number}",
                          "isRegex": number % 5 == 0, "isEqual": True},
                         {"name": "team", "value": "x", "isRegex": False, "isEqual": True}],
            "startsAt": iso(now), "endsAt": iso(now + 86400), "createdBy": "bench",
            "comment": "bench"}


class Server:
    """The program under test with a data folder of its own, until the block ends."""

    def __init__(self, who, folder, sink, group_wait):
        self.who, self.folder = who, folder
        self.config = folder / "alertmanager.yml"
        self.config.write_text(
            f"route: {{receiver: hook, group_by: [grp], group_wait: {group_wait}s, "
            "group_interval: 5m, repeat_interval: 4h}\n"
            "receivers: [{name: hook, webhook_configs: "
            f"[{{url: '{sink.url}', max_alerts: 1}}]}}]\n")
        self.port = free_port()
        self.program = self.connection = None

    def command(self):
        common = [f"--config.file={self.config}", f"--storage.path={self.folder / 'data'}",
                  f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=error"]
        if self.who == "tocsin":
            return [os.environ.get("TOCSIN", ROOT / "build/release/tocsin"), "run", *common]
        peer = os.environ.get("ALERTMANAGER") or shutil.which("prometheus-alertmanager")
        if peer is None:
            raise SystemExit("prometheus-alertmanager is not there: scripts/bootstrap --bench")
        return [peer, "--cluster.listen-address=", *common]

    def start(self):
        """Starts it; seconds until it is ready."""
        begun = time.monotonic()
        self.program = Program(self.command(), self.folder / f"{self.who}.log")
        while True:
            try:
                self.call("GET", "/-/ready")
                return time.monotonic() - begun
            except (OSError, http.client.HTTPException, SystemExit):
                self.connection = None
                if time.monotonic() - begun > 120 or self.program.process.poll() is not None:
                    raise SystemExit(self.program.log.read_text()[-2000:]) from None
                time.sleep(0.005)

    def kill(self):
        self.program.process.kill()
        self.program.process.wait()
        self.connection = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.program:
            self.program.__exit__()

    def call(self, method, path, body=None, timeout=300):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        self.connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{self.who}: {method} {path}: {answer.status} {content[:200]}")
        return content

    def timed(self, path):
        begun = time.monotonic()
        content = self.call("GET", path)
        return time.monotonic() - begun, content

    def cpu(self):
        return cpu_seconds(self.program.pid)

    def silence(self, count):
        now = time.time()
        for number in range(count):
            self.call("POST", "/api/v2/silences", json.dumps(silence(number, now)))

    def post(self, count, groups):
        """Posts alerts; CPU µs and wall µs for each."""
        now = time.time()
        bodies = [json.dumps([alert(number, groups, now)
                              for number in range(first, min(first + BATCH, count))])
                  for first in range(0, count, BATCH)]
        cpu, begun = self.cpu(), time.monotonic()
        for body in bodies:
            self.call("POST", "/api/v2/alerts", body)
        return ((self.cpu() - cpu) / count * 1e6, (time.monotonic() - begun) / count * 1e6)


def reading(server, result):
    result["get_all_s"], everything = server.timed("/api/v2/alerts")
    result["get_all_mib"] = len(everything) / 2**20
    query = urllib.parse.urlencode({"filter": f'instance="{ONE}"'})
    times = []
    for _ in range(5):
        seconds, found = server.timed(f"/api/v2/alerts?{query}")
        times.append(seconds)
        if len(json.loads(found)) != 1:
            raise SystemExit(f"{server.who}: the filter finds {len(json.loads(found))} alerts")
    result["get_one_s"] = sorted(times)[2]


def telling(server, sink, groups, result):
    """Waits for a message about each group; CPU µs for each."""
    if sink.groups:
        raise SystemExit(f"{server.who}: reading took longer than the groups wait ({GROUP_WAIT} s)")
    before = server.cpu()
    sink.wait(groups, GROUP_WAIT + 120)
    time.sleep(2)
    result["notified"] = len(sink.groups)
    result["twice"] = sink.repeated
    result["notify_us"] = (server.cpu() - before) / groups * 1e6
    result["notify_wall_s"] = sink.seconds()


def coming_back(server, result):
    server.kill()
    result["ready_s"] = server.start()
    result["alerts_kept"] = len(json.loads(server.call("GET", "/api/v2/alerts")))
    result["silences_kept"] = len(json.loads(server.call("GET", "/api/v2/silences")))


def full(who, options, folder):
    """The large load with everything that is measured on it."""
    result = {}
    with WebhookSink() as sink, Server(who, folder, sink, GROUP_WAIT) as server:
        result["ready_empty_s"] = server.start()
        server.silence(options.silences)
        result["post_us_per_alert"], result["post_wall_us"] = server.post(options.alerts,
                                                                          options.groups)
        reading(server, result)
        result["rss_mib"] = memory_mib(server.program.pid)
        telling(server, sink, options.groups, result)
        result["rss_told_mib"] = memory_mib(server.program.pid)
        result["get_all_again_s"], _ = server.timed("/api/v2/alerts")
        coming_back(server, result)
    return result


def posting_only(who, alerts, silences, groups, folder):
    """Another number of alerts or silences: what it does to posting and to reading one."""
    result = {}
    with WebhookSink() as sink, Server(who, folder, sink, NO_MESSAGES) as server:
        server.start()
        server.silence(silences)
        result["post_us_per_alert"], result["post_wall_us"] = server.post(alerts, groups)
        if silences:
            reading(server, result)
    return result


def measure(who, options):
    """By the name of the load."""
    alerts, groups = options.alerts, options.groups
    loads = {
        f"{alerts // 10:,} alerts": lambda at: posting_only(who, alerts // 10, 0, groups, at),
        f"{alerts // 2:,} alerts": lambda at: posting_only(who, alerts // 2, 0, groups, at),
        f"{alerts:,} alerts, {options.silences:,} silences": lambda at: full(who, options, at),
        f"{alerts:,} alerts, {10 * options.silences:,} silences":
            lambda at: posting_only(who, alerts, 10 * options.silences, groups, at),
    }
    results = {}
    for name, load in loads.items():
        if options.full_only and load is not list(loads.values())[2]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            results[name] = load(pathlib.Path(folder))
        print(json.dumps({"who": who, "load": name, **results[name]}), flush=True)
    return results


def table(ours, theirs):
    for load, values in ours.items():
        print(f"\n{load:<40}{'tocsin':>12}{'alertmanager':>14}{'ratio':>8}")
        for key, value in values.items():
            other = theirs.get(load, {}).get(key)
            ratio = f"{value / other:8.3f}" if other else ""
            print(f"  {key:<38}{value:12.3f}{'' if other is None else f'{other:14.3f}'}{ratio}")


def judge(ours, theirs, options):
    name = f"{options.alerts:,} alerts, {options.silences:,} silences"
    mine, peer = ours[name], theirs.get(name)
    checks = [(f"{key} {mine[key]:.4f}, at most {limit}", mine[key] <= limit)
              for key, limit in LIMITS.items()]
    checks += [(f"{key}: {mine[key]:,} of {wanted:,}", mine[key] == wanted)
               for key, wanted in (("alerts_kept", options.alerts), ("notified", options.groups),
                                   ("silences_kept", options.silences))]
    if peer:
        checks += [(f"{key} {mine[key] / peer[key]:.3f} of Alertmanager's, at most {limit:.3f}",
                    mine[key] <= limit * peer[key]) for key, limit in RATIOS.items()]
    print()
    for words, met in checks:
        print(f"  {'met   ' if met else 'MISSED'}  {words}")
    return all(met for _, met in checks)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=("tocsin", "alertmanager"))
    parser.add_argument("--alerts", type=int, default=100_000)
    parser.add_argument("--groups", type=int, default=10_000)
    parser.add_argument("--silences", type=int, default=1_000)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--full-only", action="store_true", help="one load, with everything")
    options = parser.parse_args()
    if options.short:
        options.alerts //= 10
        options.groups //= 10
        options.silences //= 10
    results = {who: measure(who, options) if options.only in (None, who) else {}
               for who in ("tocsin", "alertmanager")}
    if not results["tocsin"]:
        return 0
    table(results["tocsin"], results["alertmanager"])
    return 0 if judge(results["tocsin"], results["alertmanager"], options) else 1


if __name__ == "__main__":
    sys.exit(main())
