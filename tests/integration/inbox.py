"""The people's side: mail server, Slack, Discord and a webhook (tests/support/receivers.py), and
what came in there."""
import dataclasses
import email
import email.policy
import json
import re

from world import PYTHON3, SUPPORT, Program

CHANNELS = ("email", "slack", "discord", "webhook")
USER, PASSWORD = "tocsin", "rings twice"


@dataclasses.dataclass
class Message:
    channel: str
    status: str  # "firing" or "resolved"
    alert: str  # the name of the alert it is about
    text: str  # as people read it, on one line
    raw: str  # as it came

    @property
    def mail(self):
        return email.message_from_string(self.raw, policy=email.policy.default)


def alert_of(record):
    """The name of the alert; the tests group by it, so a message is about one."""
    if record["channel"] == "webhook":
        return json.loads(record["raw"])["groupLabels"].get("alertname", "")
    found = re.match(r"\[\S+\] (\w+)", record["title"])
    return found.group(1) if found else record["title"]


class Receivers(Program):
    def __init__(self, folder):
        self.inbox = folder / "inbox"
        super().__init__("receivers", [
            PYTHON3, SUPPORT / "receivers.py", "--out", self.inbox, "--smtp-port", "0",
            "--starttls", "--auth", f"{USER}:{PASSWORD}"], folder)
        ready = json.loads(self.wait_for_log(r'\{"http".*\}').group(0))
        self.url = f"http://127.0.0.1:{ready['http']}"
        self.smtp_port, self.certificate = ready["smtp"], ready["ca"]

    def messages(self):
        records = map(json.loads, (self.inbox / "messages.jsonl").read_text().splitlines())
        return [Message(record["channel"], record["status"], alert_of(record),
                        re.sub(r"\s+", " ", f"{record['title']}\n{record['text']}"), record["raw"])
                for record in records]

    def refused(self):
        """Why messages were not taken, and the messages."""
        records = map(json.loads, (self.inbox / "refused.jsonl").read_text().splitlines())
        return [(record["channel"], record["why"], record["raw"]) for record in records]

    def email(self, password=PASSWORD):
        """YAML of email_configs for a receiver."""
        return f"""\
    email_configs:
      - to: ops@example.org, Night Shift <night@example.org>
        from: tocsin@example.org
        smarthost: localhost:{self.smtp_port}
        auth_username: {USER}
        auth_password: {password}
        require_tls: true
        tls_config: {{ca_file: "{self.certificate}"}}
        send_resolved: true
"""

    def channels(self):
        """YAML of all four channels."""
        return self.email() + f"""\
    slack_configs: [{{api_url: "{self.url}/slack/T/B/X", send_resolved: true}}]
    discord_configs: [{{webhook_url: "{self.url}/discord/webhooks/1/token"}}]
    webhook_configs: [{{url: "{self.url}/webhook/alerts"}}]
"""
