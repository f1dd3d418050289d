#!/usr/bin/env python3
"""Our PromQL engine beside a real Prometheus on the same samples: CPU time for the same answers.

    query.py [--seconds 1] [--only WORDS] [--keep FOLDER] [--json FILE]

--seconds is the CPU time that Prometheus is given for each query; ours answers as often as it did.
--keep leaves samples and blocks in the folder, and takes what is there from the last time.
Exit code 1 when an answer differs, or when a query takes more than a third of Prometheus' CPU.
"""
import argparse
import json
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests/support/promql"), str(ROOT / "tests/differential")]

import compare  # noqa: E402
import neighbours  # noqa: E402
import query_load  # noqa: E402

TARGET = 1 / 3
MOST_REPEATS = 2000


def cpu_seconds(pid):
    """Of all threads, with the kernel's nanoseconds."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


class Query:
    def __init__(self, kind, name, expression, step=0):
        self.kind, self.name, self.expression, self.step = kind, name, expression, step
        self.unordered = expression.startswith("topk")

    def for_prometheus(self):
        if not self.step:
            return "/api/v1/query", {"query": self.expression, "time": query_load.END}
        return "/api/v1/query_range", {"query": self.expression, "start": query_load.BEGIN,
                                       "end": query_load.END, "step": self.step}

    def for_engine(self):
        begin, end = query_load.BEGIN * 1000, query_load.END * 1000
        if not self.step:
            return f"instant {end} {self.expression}"
        return f"range {begin} {end} {self.step * 1000} {self.expression}"


def queries():
    for name, expression in query_load.INSTANT:
        yield Query("instant", name, expression)
    for name, expression, step in query_load.RANGE:
        yield Query("range", name, expression, step)


def repeat(server, ask, seconds, count=None):
    """CPU seconds for each of `count` answers, or of as many as take `seconds`; and how many."""
    start = cpu_seconds(server.pid)
    done = 0
    while done < (count or MOST_REPEATS):
        ask()
        done += 1
        if count is None and cpu_seconds(server.pid) - start >= seconds:
            break
    return (cpu_seconds(server.pid) - start) / done, done


def measure(query, prometheus, engine, seconds):
    path, parameters = query.for_prometheus()
    question = query.for_engine()
    theirs = json.loads(prometheus.ask(path, **parameters))
    text = engine.ask(question)
    ours = json.loads(text)
    their_cpu, count = repeat(prometheus, lambda: prometheus.ask(path, **parameters), seconds)
    our_cpu, _ = repeat(engine, lambda: engine.ask(question), seconds, count)
    return {"kind": query.kind, "name": query.name, "expression": query.expression,
            "step": query.step, "count": count, "bytes": len(text),
            "series": len(theirs["data"]["result"]),
            "prometheus_ms": their_cpu * 1000, "ours_ms": our_cpu * 1000,
            "ratio": our_cpu / their_cpu,
            "difference": compare.difference(theirs, ours, query.unordered)}


def line(result):
    verdict = result["difference"] or ("" if result["ratio"] <= TARGET else "MISSED")
    step = f" / {result['step']} s" if result["step"] else ""
    return (f"{result['kind'] + step:13} {result['name']:26} {result['series']:7d} "
            f"{result['bytes'] / 1024:8.0f} {result['count']:6d} {result['prometheus_ms']:11.3f} "
            f"{result['ours_ms']:9.3f} {result['ratio']:7.3f}  {verdict}")


def run(options, folder):
    samples = folder / "samples.txt"
    if not samples.exists():
        query_load.write(samples)
    results = []
    with neighbours.Engine(samples) as engine, \
            neighbours.Prometheus(samples, folder) as prometheus:
        print(f"{engine.series} series, CPU ms for one answer; Prometheus' include HTTP, both JSON\n"
              f"{'query':13} {'':26} {'series':>7} {'KiB':>8} {'times':>6} {'Prometheus':>11} "
              f"{'ours':>9} {'ratio':>7}")
        for query in queries():
            if options.only and options.only not in f"{query.kind} {query.name}":
                continue
            results.append(measure(query, prometheus, engine, options.seconds))
            print(line(results[-1]), flush=True)
    return results


def judge(results):
    missed = [each for each in results if each["ratio"] > TARGET]
    different = [each for each in results if each["difference"]]
    worst = max(each["ratio"] for each in results)
    print(f"\n{len(results)} queries: {len(different)} with another answer, {len(missed)} above a "
          f"third of Prometheus' CPU; the largest share is {worst:.3f}")
    return not missed and not different


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--only", help="queries whose kind and name have this")
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path, help="where to write the numbers")
    options = parser.parse_args()
    if missing := neighbours.missing():
        sys.exit(f"{' and '.join(missing)} not installed: scripts/bootstrap --bench")
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        results = run(options, options.keep)
    else:
        with tempfile.TemporaryDirectory(prefix="tocsin-query-bench-") as folder:
            results = run(options, pathlib.Path(folder))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))
    return 0 if judge(results) else 1


if __name__ == "__main__":
    sys.exit(main())
