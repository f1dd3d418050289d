#!/usr/bin/env python3
"""Holds our default definitions and functions against those of the amtool that is installed.

    EXPAND=…/tocsin_template_expand amtool.py

Every definition of Alertmanager's default.tmpl and a few templates of people's kind are rendered for
several groups of alerts by `amtool template render` and by us. Skipped (77) where there is no amtool
or no default.tmpl.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

DEFAULTS = pathlib.Path("/usr/share/prometheus/alertmanager/default.tmpl")
SEPARATOR = "\n=-=-=\n"

# Without what is newer than 0.25: label sets as text, most functions.
OWN = [
    '{{ range .Alerts }}{{ .Labels.instance | toUpper }} {{ .Annotations.summary | title }};{{ end }}',
    '{{ range .Alerts.Firing }}*{{ .Annotations.summary }}* <{{ .GeneratorURL }}|graph>\n{{ end }}',
    '{{ with index .Alerts 0 }}{{ .StartsAt.Format "2006-01-02 15:04:05" }} {{ .EndsAt.IsZero }}{{ end }}',
    '{{ range .CommonLabels.SortedPairs }}{{ .Name }}={{ .Value | printf "%q" }} {{ end }}',
    '{{ (.CommonLabels.Remove (stringSlice "severity" "job")).Names }} {{ len .GroupLabels }}',
    '{{ join ", " .CommonLabels.Names }}|{{ .GroupLabels.Values | join "-" }}',
    '{{ if match "^page" .CommonLabels.severity }}!{{ end }}{{ reReplaceAll "(.)lert" "$1-" "Alert alert" }}',
    '{{ .Receiver }} {{ .Status }} {{ .ExternalURL | urlquery }} {{ safeHtml "<b>" }}',
    '{{ range $i, $a := .Alerts }}{{ if $i }}, {{ end }}{{ $a.Labels.alertname }}{{ end }}',
    '{{ title "the QUICK o\'brown fox_x web-17.eu" }}',
    '{{ .CommonAnnotations.nothing }}|{{ index .CommonLabels "nothing" }}|{{ .CommonLabels.nothing | len }}',
    '{{ if eq .Status "firing" "resolved" }}{{ .Alerts.Resolved | len }}{{ end }}{{ html .CommonAnnotations.summary }}',
    '{{ printf "%v %s %d" .CommonLabels.Values .Status (len .Alerts) }}',
]


def alert(instance, status="firing", **annotations):
    over = status == "resolved"
    return {"status": status, "labels": {"alertname": "Slow", "instance": instance, "job": "api", "severity": "page"},
            "annotations": annotations, "startsAt": "2026-01-02T03:04:05.678Z",
            "endsAt": "2026-01-02T04:00:00Z" if over else "0001-01-01T00:00:00Z",
            "generatorURL": f"https://p.example/graph?g0.expr=up&i={instance}", "fingerprint": "00"}


MESSAGES = [
    ({"alertname": "Slow"}, [alert("a", summary="it is <slow>", runbook="https://r")]),
    ({"alertname": "Slow", "job": "api"}, [alert("a", summary="x & y"), alert("b", summary="x & y"),
                                           alert("c", "resolved", summary="it's \"over\"")]),
    ({"alertname": "Slow", "instance": "a", "job": "api", "severity": "page"}, [alert("a", "resolved")]),
    ({}, [alert("ä", summary="日本語\nline"), alert("b", other="{{ .X }}")]),
]


def message_of(group, alerts):
    def common(part):
        first = alerts[0][part]
        return {key: value for key, value in first.items() if all(each[part].get(key) == value for each in alerts)}
    return {"receiver": "ops.team", "status": "firing" if any(a["status"] == "firing" for a in alerts) else "resolved",
            "alerts": alerts, "groupLabels": group, "commonLabels": common("labels"),
            "commonAnnotations": common("annotations"), "externalURL": "https://am.example/x"}


def rendered_by_amtool(folder, message, texts):
    """All in one go: amtool takes a while to start."""
    data = folder / "data.json"
    data.write_text(json.dumps({**message, "receiver": re.escape(message["receiver"])}))
    done = subprocess.run(["amtool", "template", "render", f"--template.glob={DEFAULTS}", f"--template.data={data}",
                           "--template.text", SEPARATOR.join(texts)],
                          capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise SystemExit(f"amtool: {done.stderr.strip()}")
    # It prints the text with a line end of its own.
    return done.stdout.removesuffix("\n").split(SEPARATOR)


def rendered_by_us(message, texts):
    lines = [json.dumps(message)] + [json.dumps({"mode": "text", "text": text}) for text in texts]
    done = subprocess.run([os.environ["EXPAND"]], input="\n".join(lines) + "\n", capture_output=True, text=True,
                          check=True, timeout=60)
    return [json.loads(line) for line in done.stdout.splitlines()]


def is_list(name):
    return "alert_list" in name or name == "pagerduty.default.instances"


def main():
    if shutil.which("amtool") is None or not DEFAULTS.exists():
        print("skipped: there is no amtool, or no default.tmpl")
        return 77
    names = re.findall(r'\{\{-? *define +"([^"]+)"', DEFAULTS.read_text())
    # The lists are given alerts, everything else the whole message.
    texts = [f'{{{{ template "{name}" {".Alerts.Firing" if is_list(name) else "."} }}}}' for name in names]
    texts += OWN
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for group, alerts in MESSAGES:
            message = message_of(group, alerts)
            theirs = rendered_by_amtool(pathlib.Path(folder), message, texts)
            for text, our, their in zip(texts, rendered_by_us(message, texts), theirs, strict=True):
                if our != {"text": their}:
                    wrong += 1
                    print(f"{text}\n  ours:   {our}\n  amtool: {their!r}")
    print(f"{len(texts)} templates for {len(MESSAGES)} messages, {wrong} with another text than amtool's")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
