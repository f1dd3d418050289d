#!/usr/bin/env python3
"""Makes up rules and series, and holds what tocsin test says of them against promtool.

    differential.py [--seed N] [--files N] [--keep FOLDER]

promtool is asked first, by tests that expect nothing: it says what it got. Written down as what is
expected, that has to pass with both, and with one value changed to fail with both. TOCSIN is the
binary. Exit code 1 on a difference (the files are kept), 77 when promtool is missing.
"""
import argparse
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

TOCSIN = os.environ.get("TOCSIN", "tocsin")
METRICS = ("up", "queue", "errors_total")
HOSTS = ("a", "b", "c")
# Ranges, times and intervals are chosen so that no sample stands at the edge of a range or of the
# lookback: promtool 2.x takes the left edge in, 3.x and Tocsin do not.
RANGES = ("100s", "170s", "310s")
INTERVALS = ("15s7ms", "60s11ms")


def values(rng):
    """A sequence in the notation of input_series."""
    parts = ["_"]
    for _ in range(rng.randint(2, 6)):
        kind = rng.randrange(6)
        if kind == 0:
            parts.append(f"_x{rng.randint(1, 12)}")
        elif kind == 1:
            parts.append("stale")
        elif kind == 2:
            parts.append(f"{rng.randint(0, 9)}{rng.choice('+-')}{rng.randint(0, 3)}x{rng.randint(1, 20)}")
        else:
            parts.append(f"{rng.randint(0, 3)}x{rng.randint(1, 25)}")
    return " ".join(parts)


def selector(rng, names):
    name = rng.choice(names)
    return name + rng.choice(("", "", f'{{host="{rng.choice(HOSTS)}"}}', '{host!="b"}'))


def expression(rng, names):
    one = selector(rng, names)
    two = selector(rng, names)
    window = rng.choice(RANGES)
    return rng.choice((
        f"{one} > {rng.randint(0, 3)}",
        f"{one} == {rng.randint(0, 2)}",
        f"sum by (host) ({one})",
        f"max({one}) > {rng.randint(0, 4)}",
        f"max_over_time({one}[{window}]) >= {rng.randint(0, 3)}",
        f"count_over_time({one}[{window}])",
        f"changes({one}[{window}]) > 0",
        f"absent({one})",
        f"{one} offset {rng.choice(('1m', '95s'))} > 0",
        f"{one} and on (host) {two}",
        f"{one} unless on (host) {two}",
        f"max_over_time({one}[4m50s:])",
        f"timestamp({one}) - time()",
        "vector(time()) % 7",
    ))


def rule(rng, index, names):
    """Lines of one rule; recorded names can be read by the rules after it."""
    expr = expression(rng, names)
    if rng.random() < 0.4:
        name = f"rule:{index}"
        names.append(name)
        lines = [f"- record: {name}", f"  expr: '{expr}'"]
        if rng.random() < 0.3:
            lines.append(f"  labels: {{kind: k{rng.randrange(2)}}}")
        return lines
    lines = [f"- alert: Alert{index}", f"  expr: '{expr}'"]
    if rng.random() < 0.6:
        lines.append(f"  for: {rng.choice(('30s', '1m', '2m', '3m30s'))}")
    if rng.random() < 0.3:
        lines.append(f"  keep_firing_for: {rng.choice(('1m', '2m30s'))}")
    if rng.random() < 0.4:
        lines.append("  labels: {severity: page, value: '{{ if gt $value 1.0 }}high{{ else }}low{{ end }}'}")
    if rng.random() < 0.2:
        lines.append("  annotations: {up: '{{ range query \"sum(up)\" }}{{ .Value }} of them{{ end }}'}")
    elif rng.random() < 0.5:
        lines.append("  annotations: {text: '{{ $labels.host }} has {{ $value }}, "
                     "{{ $externalLabels.site }} {{ $externalURL }}'}")
    if "ALERTS" not in names:
        names += ["ALERTS", "ALERTS_FOR_STATE"]
    return lines


def rule_file(rng, recorded):
    names = list(METRICS)
    lines = ["groups:"]
    index = 0
    for group in range(rng.randint(1, 3)):
        lines += [f"- name: group{group}", f"  interval: {rng.choice(('15s', '1m', '7m'))}", "  rules:"]
        if rng.random() < 0.15:
            lines.insert(-1, f"  limit: {rng.randint(1, 3)}")
        for _ in range(rng.randint(1, 4)):
            lines += ["  " + line for line in rule(rng, index, names)]
            index += 1
    recorded += [name for name in names if name.startswith("rule:")]
    groups = [line.split()[-1] for line in lines if line.startswith("- name:")]
    return "\n".join(lines) + "\n", index, groups


def checks(rng, alerts, recorded):
    """(eval_time in milliseconds, expression or None, alert or None)"""
    wanted = []
    for _ in range(rng.randint(4, 10)):
        at = 1000 * rng.choice((rng.randrange(0, 1800, 15), rng.randrange(0, 1800) + 0.5))
        if rng.random() < 0.35:
            wanted.append((int(at), None, f"Alert{rng.randrange(alerts)}"))
        else:
            wanted.append((int(at), rng.choice(["ALERTS", "ALERTS_FOR_STATE", *recorded,
                                           expression(rng, list(METRICS) + recorded)]), None))
    return wanted


def test_file(head, wanted, answers):
    """The text of a test file; `answers` gives the lines of what each check expects."""
    lines = [head]
    alerts = [(check, answers.get(i)) for i, check in enumerate(wanted) if check[2]]
    exprs = [(check, answers.get(i)) for i, check in enumerate(wanted) if check[1]]
    if alerts:
        lines.append("  alert_rule_test:")
        for (at, _, alert), answer in alerts:
            lines += [f"  - eval_time: {at}ms", f"    alertname: {alert}", *(answer or ["    exp_alerts: []"])]
    if exprs:
        lines.append("  promql_expr_test:")
        for (at, expr, _), answer in exprs:
            lines += [f"  - eval_time: {at}ms", f"    expr: '{expr}'", *(answer or ["    exp_samples: []"])]
    return "\n".join(lines) + "\n"


def promtool(path):
    done = subprocess.run(["promtool", "test", "rules", str(path)], capture_output=True, text=True)
    return done.returncode, done.stderr


def tocsin(path):
    done = subprocess.run([TOCSIN, "test", str(path)], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def answers_of(said, wanted):
    """What promtool got, in the order in which it complains: alerts by time, then expressions.

    Nothing when it complains of something else.
    """
    blocks = re.split(r"\n(?=    (?:alertname|expr|rule): )", "\n" + said)
    alerts = {}
    exprs = {}
    for block in blocks:
        if match := re.match(r"    alertname: (\w+), time: (\S+), ", block):
            lines = ["    exp_alerts:"]
            got = block[block.index("got:"):]
            for labels, annotations in re.findall(r"Labels:(\{.*\})\s+Annotations:(\{.*\})", got):
                pairs = [(n, v) for n, v in LABEL.findall(labels) if n != "alertname"]
                lines.append("    - exp_labels: {" + ", ".join(f"{n}: {quoted(v)}" for n, v in pairs) + "}")
                lines.append("      exp_annotations: {" + ", ".join(
                    f"{n}: {quoted(v)}" for n, v in LABEL.findall(annotations)) + "}")
            alerts[(match[1], match[2])] = lines
        elif match := re.match(r'    expr: (".*"), time: (\S+),\n        exp: nil\n        got: (.*)', block):
            lines = ["    exp_samples:"]
            for labels, value in re.findall(r"(\{[^{}]*\}) ([-+\w.]+)", match[3]):
                if value == "NaN":
                    return None  # promtool takes no NaN for equal to another
                lines.append(f"    - {{labels: {quoted(labels)}, value: {value.replace('Inf', '.inf')}}}")
            exprs[(match[1], match[2])] = lines
        elif re.match(r"    (rule|expr): ", block):
            return None  # a rule that cannot be evaluated: nothing to compare
    answers = {}
    for i, (at, expr, alert) in enumerate(wanted):
        time = go_duration(at)
        found = alerts.get((alert, time)) if alert else exprs.get(('"' + expr.replace('"', '\\"') + '"', time))
        if found:
            answers[i] = found
    return answers


def go_duration(milliseconds):
    """As Prometheus prints it."""
    text = ""
    for unit, size in (("h", 3600_000), ("m", 60_000), ("s", 1000), ("ms", 1)):
        if milliseconds >= size:
            text += f"{milliseconds // size}{unit}"
            milliseconds %= size
    return text or "0s"


def spoil(answers, rng):
    """Changes one value or label; nothing when there is none to change."""
    for i in rng.sample(sorted(answers), len(answers)):
        for j, line in enumerate(answers[i]):
            if "value: " in line and "labels: '" in line:
                changed = dict(answers)
                changed[i] = [*answers[i]]
                changed[i][j] = re.sub(r"value: \S+}$", "value: 4711}", line)
                return changed
            if "exp_labels: {" in line:
                changed = dict(answers)
                changed[i] = [*answers[i]]
                changed[i][j] = line.replace("exp_labels: {", "exp_labels: {wrong: 'label', ")
                return changed
    return None


def one(rng, folder):
    """Returns what is wrong, or nothing, and what was compared."""
    recorded = []
    rules, alerts, groups = rule_file(rng, recorded)
    (folder / "rules.yaml").write_text(rules)
    head = ["rule_files: [rules.yaml]", f"evaluation_interval: {rng.choice(('15s', '30s', '1m'))}"]
    if rng.random() < 0.5:
        head.append(f"group_eval_order: [{', '.join(rng.sample(groups, len(groups)))}]")
    else:
        head.append(f"group_eval_order: [{', '.join(groups)}]")
    head += ["tests:", f"- interval: {rng.choice(INTERVALS)}",
             "  external_labels: {site: north}", "  external_url: http://x.test", "  input_series:"]
    for name in METRICS:
        for host in rng.sample(HOSTS, rng.randint(1, 3)):
            head += [f"  - series: '{name}{{host=\"{host}\"}}'", f"    values: '{values(rng)}'"]
    head = "\n".join(head)
    wanted = checks(rng, alerts, recorded)
    path = folder / "test.yaml"
    path.write_text(test_file(head, wanted, {}))
    code, said = promtool(path)
    ours, our_words = tocsin(path)
    if code != ours:
        return f"expecting nothing: promtool {code}, tocsin {ours}\n{said}\n{our_words}", 0
    answers = answers_of(said, wanted)
    if answers is None:
        return None, 0
    path.write_text(test_file(head, wanted, answers))
    code, said = promtool(path)
    if code != 0:
        return f"this script misunderstood promtool:\n{said}", 0
    ours, our_words = tocsin(path)
    if ours != 0:
        return f"promtool passes, tocsin does not:\n{our_words}", 0
    spoiled = spoil(answers, rng)
    if spoiled:
        (folder / "spoiled.yaml").write_text(test_file(head, wanted, spoiled))
        code, said = promtool(folder / "spoiled.yaml")
        ours, our_words = tocsin(folder / "spoiled.yaml")
        if (code, ours) != (1, 1):
            return f"with one thing changed: promtool {code}, tocsin {ours}\n{said}\n{our_words}", 0
    return None, len(answers)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--keep", default=tempfile.mkdtemp(prefix="tocsin-differential-"))
    arguments = parser.parse_args()
    if shutil.which("promtool") is None:
        print("skipped: promtool is not installed (Debian package prometheus)")
        return 77
    folder = pathlib.Path(arguments.keep)
    folder.mkdir(parents=True, exist_ok=True)
    compared = undecided = 0
    for seed in range(arguments.seed, arguments.seed + arguments.files):
        wrong, checked = one(random.Random(seed), folder)
        if wrong:
            print(f"seed {seed} (--seed {seed} --files 1), files in {folder}:\n{wrong}")
            return 1
        compared += checked
        undecided += checked == 0
    print(f"{compared} alerts and expressions with results, in {arguments.files - undecided} files, are "
          f"as promtool has them (seeds from {arguments.seed}; {undecided} files have none)")
    shutil.rmtree(folder)
    return 0 if compared else 1


if __name__ == "__main__":
    sys.exit(main())
