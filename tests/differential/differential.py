#!/usr/bin/env python3
"""Our engine against Debian's Prometheus 2.42: the same expressions over the same samples.

    differential.py [--count 2000] [--seed N] [--stop-after 10] [--keep FOLDER]

Prints the seed, which makes everything happen again; for each difference the smallest expression
that still shows it, with both answers. Exit code 1 when there was one, 77 when there is no Prometheus.
"""
import argparse
import collections
import json
import pathlib
import random
import secrets
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support/promql"))

import compare  # noqa: E402
import expressions  # noqa: E402
import neighbours  # noqa: E402
import series  # noqa: E402
import shrink  # noqa: E402

MOST_USELESS = 0.5  # of answers that are empty or an error, which say little


def for_prometheus(text):
    """3.0 has another name for it."""
    return text.replace("double_exponential_smoothing(", "holt_winters(")


class Case:
    """An expression and when it is asked."""

    def __init__(self, node, at, steps=0, step=0):
        self.node, self.at, self.steps, self.step = node, at, steps, step

    def __str__(self):
        when = f"at {self.at}"
        if self.steps:
            when += f" .. {self.at + self.steps * self.step} by {self.step} s"
        return f"{self.node}   {when}"

    def ask(self, engine, text):
        if self.steps:
            return engine.range(text, self.at, self.at + self.steps * self.step, self.step)
        return engine.instant(text, self.at)

    def answers(self, prometheus, engine):
        text = str(self.node)
        return self.ask(prometheus, for_prometheus(text)), self.ask(engine, text)

    def compare(self, theirs, ours):
        sequence = not self.steps and self.node.pattern.startswith("sort")
        return compare.difference(theirs, ours, self.node.unordered, sequence)


def make_case(source):
    at = series.BEGIN + 5 * source.randrange(360, 1480)
    node = expressions.Maker(source, at).expression()
    if node.kind == "m" or source.random() < 0.5:
        return Case(node, at)
    return Case(node, at, source.randrange(1, 12), 5 * source.choice((1, 3, 6, 12, 13, 60)))


def shortened(answer):
    text = json.dumps(answer.get("data", answer))
    return text if len(text) < 1500 else text[:1500] + " …"


class Run:
    def __init__(self, prometheus, engine):
        self.prometheus, self.engine = prometheus, engine
        self.counts = collections.Counter()
        self.differences = 0

    def check(self, case):
        theirs, ours = case.answers(self.prometheus, self.engine)
        what = case.compare(theirs, ours)
        if theirs["status"] == "error":
            self.counts["error"] += 1
        elif not theirs["data"]["result"]:
            self.counts["empty"] += 1
        else:
            self.counts["with values"] += 1
        if what is None:
            return
        if rule := compare.rule_for(str(case.node), theirs, ours):
            self.counts["rule: " + rule] += 1
            return
        self.differences += 1
        self.tell(case)

    def is_different(self, case):
        theirs, ours = case.answers(self.prometheus, self.engine)
        if case.compare(theirs, ours) is None:
            return False
        return compare.rule_for(str(case.node), theirs, ours) is None

    def tell(self, case):
        print(f"\nDIFFERENT {case}")
        small = shrink.shrink(case, self.is_different)
        theirs, ours = small.answers(self.prometheus, self.engine)
        print(f"  smallest: {small}\n  what:     {small.compare(theirs, ours)}")
        print(f"  theirs:   {shortened(theirs)}\n  ours:     {shortened(ours)}", flush=True)


def run(options, folder):
    source = random.Random(options.seed)
    samples = folder / "samples.txt"
    samples.write_text(series.make(source))
    with neighbours.Engine(samples) as engine, \
            neighbours.Prometheus(samples, folder) as prometheus:
        todo = Run(prometheus, engine)
        for _ in range(options.count):
            todo.check(make_case(source))
            if todo.differences >= options.stop_after:
                break
    counts = todo.counts
    asked = counts["error"] + counts["empty"] + counts["with values"]
    print(f"\n{asked} expressions over {engine.series} series, seed {options.seed}: "
          f"{todo.differences} differences")
    for name, count in sorted(counts.items()):
        print(f"  {count:6d}  {count / asked:6.1%}  {name}")
    useless = (counts["error"] + counts["empty"]) / asked
    if useless >= MOST_USELESS:
        print(f"too many answers say nothing: {useless:.0%}")
    return todo.differences == 0 and useless < MOST_USELESS


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    parser.add_argument("--stop-after", type=int, default=10, help="differences")
    parser.add_argument("--keep", type=pathlib.Path, help="where samples and blocks stay")
    options = parser.parse_args()
    if missing := neighbours.missing():
        print(f"skipped: {' and '.join(missing)} not installed")
        return 77
    print(f"seed {options.seed}", flush=True)
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        return 0 if run(options, options.keep) else 1
    with tempfile.TemporaryDirectory(prefix="tocsin-differential-") as folder:
        return 0 if run(options, pathlib.Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
