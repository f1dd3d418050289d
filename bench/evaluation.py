#!/usr/bin/env python3
"""What an evaluation of an alerting rule costs, in Tocsin and in vmalert, side by side.

    evaluation.py RULES SERIES quiet|firing [--window 30] [--interval 5] [--only tocsin|vmalert]

Each of RULES rules asks for SERIES series every --interval seconds; while firing, each of them is
an alert with a label and an annotation to expand, and a webhook to be told. Both get the same rules
and the same source, one after the other. Prints a line of JSON for each and a table of both.

Programs: TOCSIN, VMALERT and FAKE_PROMETHEUS in the environment; build/release and Debian's vmalert
when they are not.
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import tempfile
import time

from measure import (ROOT, FakePrometheus, Program, cpu_seconds, fetch, folder_mib, free_port,
                     memory_mib, metric, wait_for)

RULES_PER_GROUP = 20

RULE = """\
  - alert: Canned{number}
    expr: canned_{series}{{rule="{number}"}} > 0
    labels: {{severity: page}}
    annotations: {{summary: "{{{{ $labels.instance }}}} is at {{{{ $value }}}}"}}
"""

CONFIG = """\
global: {{evaluation_interval: {interval}s}}
rule_files: [{rules}]
sources: [{{name: fake, url: "{url}"}}]
route: {{receiver: hook, group_by: [alertname], group_wait: 5s, group_interval: 5m}}
receivers: [{{name: hook, webhook_configs: [{{url: "{url}/hook"}}]}}]
"""


def write_rules(file, rules, series, interval):
    text = "groups:\n"
    for first in range(0, rules, RULES_PER_GROUP):
        text += f"- name: canned-{first}\n  interval: {interval}s\n  rules:\n"
        for number in range(first, min(first + RULES_PER_GROUP, rules)):
            text += RULE.format(number=number, series=series)
    file.write_text(text)


def start_vmalert(folder, rules, fake, interval):
    port = free_port()
    program = os.environ.get("VMALERT") or shutil.which("vmalert") or "vmalert"
    vmalert = Program([program, f"-rule={rules}", f"-datasource.url={fake.url}",
                       f"-notifier.url={fake.url}", f"-httpListenAddr=127.0.0.1:{port}",
                       f"-evaluationInterval={interval}s"], folder / "vmalert.log")
    return vmalert, f"http://127.0.0.1:{port}", "/health"


def start_tocsin(folder, rules, fake, interval):
    port = free_port()
    program = os.environ.get("TOCSIN", str(ROOT / "build/release/tocsin"))
    config = folder / "tocsin.yaml"
    config.write_text(CONFIG.format(interval=interval, rules=rules, url=fake.url))
    tocsin = Program([program, "run", "--config.file", config, "--storage.path", folder / "data",
                      "--web.listen-address", f"127.0.0.1:{port}", "--log.level", "warn"],
                     folder / "tocsin.log")
    return tocsin, f"http://127.0.0.1:{port}", "/-/ready"


STARTS = {"vmalert": start_vmalert, "tocsin": start_tocsin}


def snapshot(name, program, url, fake):
    # An overloaded vmalert takes longer to show its metrics than we are willing to wait.
    exposition = fetch(url + "/metrics") if name == "tocsin" else ""
    return {"at": time.monotonic(), "cpu": cpu_seconds(program.pid), **fake.stats(),
            "commits": metric(exposition, "tocsin_journal_commits_total")}


def measure(name, options):
    """One evaluator from start to end; what it did within the window."""
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        rules = folder / "rules.yaml"
        write_rules(rules, options.rules, options.series, options.interval)
        fake = stack.enter_context(FakePrometheus(folder))
        if options.state == "firing":
            fake.fire()
        program, url, ready = STARTS[name](folder, rules, fake, options.interval)
        stack.enter_context(program)
        wait_for(url + ready, program.process, program.log)
        time.sleep(2 * options.interval + 2)
        before = snapshot(name, program, url, fake)
        time.sleep(options.window)
        after = snapshot(name, program, url, fake)
        passed = {key: after[key] - before[key] for key in after if after[key] is not None}
        due = options.rules * passed["at"] / options.interval
        commits = passed.get("commits")
        data = folder / "data"
        return {
            "evaluator": name, "rules": options.rules, "series": options.series,
            "state": options.state, "interval_s": options.interval,
            "evaluations": passed["queries"],
            "schedule_kept": round(passed["queries"] / due, 3),
            "cpu_share": round(passed["cpu"] / passed["at"], 3),
            "cpu_s_per_1000": round(passed["cpu"] / max(passed["queries"], 1) * 1000, 4),
            "rss_mib": round(memory_mib(program.pid), 1),
            "peak_rss_mib": round(memory_mib(program.pid, "VmHWM"), 1),
            "connections": after["connections"], "messages": after["messages"],
            "commits_per_s": None if commits is None else round(commits / passed["at"], 2),
            "journal_mib": round(folder_mib(data), 1) if data.exists() else None,
        }


COLUMNS = (("cpu_s_per_1000", "CPU s/1000 eval."), ("cpu_share", "CPU cores"),
           ("schedule_kept", "schedule kept"), ("rss_mib", "RSS MiB"),
           ("peak_rss_mib", "peak MiB"), ("messages", "messages"),
           ("commits_per_s", "commits/s"), ("journal_mib", "journal MiB"))


def table(results):
    """Both beside one another, and Tocsin divided by vmalert."""
    lines = [" " * 8 + "".join(f"{title:>18}" for _, title in COLUMNS)]
    for result in results:
        cells = ["-" if result[key] is None else f"{result[key]:,}" for key, _ in COLUMNS]
        lines.append(f"{result['evaluator']:8}" + "".join(f"{cell:>18}" for cell in cells))
    ratios = ratios_of(results)
    cells = [f"{ratios[key]:.3f}" if key in ratios else "" for key, _ in COLUMNS]
    lines.append(f"{'ratio':8}" + "".join(f"{cell:>18}" for cell in cells))
    return "\n".join(lines)


def ratios_of(results):
    """Tocsin's numbers divided by vmalert's, where both are known."""
    by_name = {result["evaluator"]: result for result in results}
    if not {"tocsin", "vmalert"} <= by_name.keys():
        return {}
    ours, theirs = by_name["tocsin"], by_name["vmalert"]
    return {key: ours[key] / theirs[key]
            for key in ("cpu_s_per_1000", "rss_mib", "peak_rss_mib") if theirs[key]}


def run(options):
    """Measures, prints, and returns the results."""
    print(f"\n{options.rules:,} rules x {options.series:,} series, {options.state}, "
          f"every {options.interval} s, measured over {options.window:g} s", flush=True)
    results = []
    for name in [options.only] if options.only else ["vmalert", "tocsin"]:
        results.append(measure(name, options))
        print(json.dumps(results[-1]), flush=True)
    print(table(results), flush=True)
    return results


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rules", type=int)
    parser.add_argument("series", type=int)
    parser.add_argument("state", choices=["quiet", "firing"])
    add_common(parser)
    return parser


def add_common(parser):
    parser.add_argument("--window", type=float, default=30, help="seconds (30)")
    parser.add_argument("--interval", type=int, default=5, help="of the rules, in seconds (5)")
    parser.add_argument("--only", choices=sorted(STARTS))


if __name__ == "__main__":
    run(arguments().parse_args())
