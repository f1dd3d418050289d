#!/usr/bin/python3
"""Gives the same templates and alerts to Debian's Alertmanager and to Tocsin, and holds what Slack,
Discord, webhooks and mailboxes get of both against each other: byte by byte, but for the order of
keys and headers, the mails' ids and boundaries, keys that are newer than 0.25, and the backslashes of
Tocsin's default texts for Discord.

    TOCSIN=build/release/tocsin tests/compat/messages.py      exit code 77: nothing to compare with
"""
import datetime
import email
import email.policy
import importlib.util
import json
import pathlib
import re
import shutil
import sys
import tempfile
import time

import programs
from compare import NEWER
from recorder import Recorder
from scenario import Setup

TEMPLATES = """
{{ define "slack.own.text" }}{{ range .Alerts }}{{ if eq .Status "firing" }}:fire:{{ else }}:ok:{{ end }}
*{{ .Labels.instance | toUpper }}* {{ .Annotations.summary }} (<{{ .GeneratorURL }}|source>)
{{ end }}{{ end }}
{{ define "own.html" }}<!DOCTYPE html><!-- nobody sees this --><html><body>
<h1 class={{ .Status }} title="{{ .CommonAnnotations.summary }}">{{ template "__subject" . }}</h1>
{{ range .Alerts }}<p style="color: {{ .Labels.severity }}"><a href="{{ .GeneratorURL }}">{{ .Annotations.summary }}</a>
<script>say({{ .Labels.instance }}, {{ len $.Alerts }}, "{{ .Annotations.summary }}")</script></p>{{ end }}</body></html>{{ end }}
"""

ALERTS = {
    "plain": [("Plain", "a", {"summary": "it is slow"}), ("Plain", "b", {"summary": "it is slow"})],
    "hostile": [("Odd", "a", {"summary": "<b>\"x\"</b> & 'y' </script> \\ {{ .Status }} 日本語"})],
    "bare": [("Bare", "", {})],
}


def load(path):
    sys.path.insert(0, str(path.parent))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Mails:
    """What start_smtp of receivers.py tells of the mails that it takes."""
    recipients = ()

    def __init__(self):
        self.taken = []

    def next_failure(self, _):
        return None

    def refuse(self, *what):
        raise AssertionError(what)

    def accept(self, _, __, ___, raw, **____):
        self.taken.append(raw)


def configuration(url, smtp, templates):
    slack = {"send_resolved": True, "api_url": f"{url}/slack-own", "channel": "#{{ .CommonLabels.severity }}",
             "text": '{{ template "slack.own.text" . }}', "title": "{{ .Status | title }}", "pretext": "p",
             "color": '{{ if eq .Status "firing" }}#f00{{ else }}good{{ end }}', "footer": "f & g",
             "fields": [{"title": "{{ .GroupLabels.alertname }}", "value": "{{ len .Alerts }}", "short": True}],
             "actions": [{"type": "button", "text": "go", "url": "{{ .ExternalURL }}"}], "link_names": True}
    mail = {"to": "{{ .CommonLabels.severity }}@example.org", "send_resolved": True,
            "headers": {"Subject": "{{ .Status }} {{ .CommonAnnotations.summary }}", "X-Group": "{{ .GroupLabels.alertname }}"},
            "html": '{{ template "own.html" . }}', "text": "{{ range .Alerts }}{{ .Annotations.summary }}\n{{ end }}"}
    return {
        "global": {"smtp_smarthost": f"127.0.0.1:{smtp}", "smtp_from": "am@example.org", "smtp_require_tls": False,
                   "smtp_hello": "localhost"},
        "templates": [templates],
        "route": {"receiver": "all", "group_by": ["alertname"], "group_wait": "1s", "group_interval": "2s"},
        "receivers": [{
            "name": "all",
            "slack_configs": [slack, {"api_url": f"{url}/slack", "send_resolved": True, "title_link": "http://t/{{ .Status }}"}],
            "discord_configs": [{"webhook_url": f"{url}/discord", "title": '{{ template "discord.default.title" . }}'},
                                {"webhook_url": f"{url}/discord-own", "title": "{{ .Receiver }}", "message": "**{{ .Status }}**"}],
            "webhook_configs": [{"url": f"{url}/hook"}],
            "email_configs": [mail]}]}


def post(server, over):
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    alerts = [{"labels": {"alertname": name, "severity": "red", **({"instance": instance} if instance else {})},
               "annotations": annotations, "generatorURL": f"http://p.example/graph?g0.expr=up&i={instance}",
               "startsAt": "2026-01-02T03:04:05Z",
               **({"endsAt": "2026-01-02T04:00:00Z"} if over else
                  {"endsAt": (now + datetime.timedelta(hours=1)).isoformat().replace("+00:00", "Z")})}
              for group in ALERTS.values() for name, instance, annotations in group]
    status, text = server.call("POST", "/api/v2/alerts", alerts)
    if status != 200:
        raise SystemExit(f"{server.kind}: {status} {text}")


def read_mail(raw):
    mail = email.message_from_string(raw, policy=email.policy.default)
    parts = {part.get_content_type(): part.get_content().replace("\r\n", "\n").strip()
             for part in mail.walk() if not part.is_multipart()}
    return {"headers": {name: mail[name].strip() for name in ("Subject", "From", "To", "X-Group")}, "parts": parts}


def unescaped(payload):
    """Without the backslashes that keep Discord's default texts from linking and mentioning."""
    embed = {key: re.sub(r"\\([\\<(])", r"\1", text) if isinstance(text, str) else text
             for key, text in payload["embeds"][0].items()}
    return {**payload, "embeds": [embed]}


def without_newer(payload):
    return {key: value for key, value in payload.items() if key not in NEWER} if isinstance(payload, dict) else payload


def heard(kind, folder, receivers, wanted):
    """{channel: its messages, sorted}"""
    recorder, mails = Recorder(b"ok"), Mails()  # as Slack says it
    smtp = receivers.start_smtp(0, mails, None, False)
    templates = folder / f"{kind}.tmpl"
    templates.write_text(TEMPLATES)
    server = programs.Server(kind, folder / f"{kind}-{time.monotonic_ns()}", Setup())
    server.write(configuration(recorder.url, smtp, str(templates)))

    def wait_for(count):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            messages = recorder.of("/")
            if len(mails.taken) >= count and len(messages) == 5 and all(len(m) >= count for m in messages.values()):
                return
            time.sleep(0.1)
        raise SystemExit(f"{kind}: {[(p, len(m)) for p, m in recorder.of('/').items()]}, {len(mails.taken)} mails"
                         f"\n{server.log()[-3000:]}")
    try:
        server.start()
        post(server, over=False)
        wait_for(wanted)
        post(server, over=True)
        wait_for(2 * wanted)
    finally:
        server.end()
        recorder.stop()
    messages = {path: [without_newer(message.payload) for message in all_of] for path, all_of in recorder.of("/").items()}
    messages["mail"] = [read_mail(raw) for raw in mails.taken]
    if kind == "tocsin":
        messages["discord"] = [unescaped(each) for each in messages["discord"]]
    return {path: sorted(json.dumps(each, sort_keys=True, ensure_ascii=False) for each in all_of)
            for path, all_of in messages.items()}


def main():
    if programs.ALERTMANAGER is None or shutil.which("amtool") is None:
        print("skipped: there is no Alertmanager to compare with")
        return 77
    try:
        receivers = load(programs.ROOT / "tests/support/receivers.py")
        import aiosmtpd  # noqa: F401  what takes the mails
    except ImportError:
        print("skipped: aiosmtpd is not installed (Debian package python3-aiosmtpd)")
        return 77
    with tempfile.TemporaryDirectory(prefix="tocsin-messages-") as folder:
        sides = [heard(kind, pathlib.Path(folder), receivers, len(ALERTS)) for kind in ("alertmanager", "tocsin")]
    wrong = 0
    for path in sorted(sides[0].keys() | sides[1].keys()):
        theirs, ours = (side.get(path, []) for side in sides)
        same = ours == theirs
        wrong += not same
        print(f"{path}: {len(theirs)} messages, {'the same' if same else 'not the same'}")
        for their, our in zip(theirs, ours):
            if their != our:
                print(f"  Alertmanager: {their}\n  Tocsin:       {our}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
