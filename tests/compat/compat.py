#!/usr/bin/python3
"""Plays scenarios with the real Alertmanager and with Tocsin and compares what they tell.

usage: compat.py [--list] [--sides alertmanager,tocsin] [--logs] [NAME…]

NAME is part of scenarios' names; all are played without. Exit code 77 when Debian's
prometheus-alertmanager is not installed: Tocsin is held against the tables then, but compared with
nobody. See README.md.
"""
import argparse
import pathlib
import shutil
import sys
import tempfile
import time

import compare
from player import Play
from programs import ALERTMANAGER, TOCSIN
from recorder import Recorder
from scenarios import SCENARIOS


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true", help="prints the scenarios' names")
    parser.add_argument("--sides", default="alertmanager,tocsin",
                        help="one or two of alertmanager and tocsin; the same twice tries the harness")
    parser.add_argument("--logs", action="store_true", help="prints the servers' logs of what failed")
    return parser.parse_args()


def chosen(names):
    slugs = [scenario.slug for scenario in SCENARIOS]
    assert len(set(slugs)) == len(slugs), "two scenarios have one name"
    return [scenario for scenario in SCENARIOS
            if not names or any(name in scenario.slug for name in names)]


def play(scenarios, sides):
    recorder = Recorder()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-compat-"))
    try:
        outcome = Play(scenarios, sides, recorder, folder).outcome
    finally:
        recorder.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return {scenario.slug: compare.judge(scenario, sides, outcome[scenario.slug])
            for scenario in scenarios}, outcome


def main():
    options = arguments()
    scenarios = chosen(options.names)
    if options.list:
        for scenario in scenarios:
            notes = [scenario.better and "better", scenario.since and f"since {scenario.since}"]
            print(f"{scenario.slug}  {', '.join(filter(None, notes))}".rstrip())
        return 0
    kinds = options.sides.split(",")
    if "tocsin" in kinds and not TOCSIN.exists():
        sys.exit(f"{TOCSIN} is not there; build it, or name it in the environment variable TOCSIN")
    compared = ALERTMANAGER is not None or "alertmanager" not in kinds
    if not compared:
        kinds.remove("alertmanager")
    sides = {f"{kind}{kinds[:index].count(kind) or ''}": kind for index, kind in enumerate(kinds)}

    started = time.monotonic()
    found, outcome = play(scenarios, sides)
    again = [scenario for scenario in scenarios if found[scenario.slug]]
    first_time = {}
    if again and len(again) < max(12, len(scenarios) / 2):
        # Everything at once is a load; what is wrong is wrong without it, too.
        first_time = {scenario.slug: found[scenario.slug] for scenario in again}
        second, second_outcome = play(again, sides)
        found.update(second)
        outcome.update(second_outcome)
    for scenario in scenarios:
        complaints = found[scenario.slug]
        note = " (the second time)" if scenario.slug in first_time else ""
        print(f"{'FAILED' if complaints else 'ok'}  {scenario.slug}{note}")
        for complaint in complaints or first_time.get(scenario.slug, []):
            print(f"    {'' if complaints else 'at first: '}{complaint}")
        if complaints and options.logs:
            for side, heard in outcome[scenario.slug].items():
                print(f"--- {side} ---\n{heard.log[-6000:]}")
    failed = sum(bool(found[scenario.slug]) for scenario in scenarios)
    print(f"{len(scenarios)} scenarios, {failed} failed, {time.monotonic() - started:.0f} s")
    if failed:
        return 1
    if not compared:
        print("skipped: Debian's prometheus-alertmanager is not installed; compared with the tables only")
        return 77
    return 0


if __name__ == "__main__":
    sys.exit(main())
