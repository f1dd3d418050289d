#!/usr/bin/env python3
"""The bell rings: a real Prometheus scrapes a Gauzian backend that gets into trouble; the alerts go
pending, fire, and reach people by email, Slack, Discord and webhook; amtool silences one; people
are told that the others are over when the backend has recovered."""
import json
import time
from datetime import datetime

import world
from inbox import CHANNELS, Receivers
from world import ROOT, Exporter, Prometheus, Tocsin, WorldTest, wait_until

# The seed's three alerts with windows that a test can wait for.
RULES = """
groups:
- name: seed
  rules:
  - alert: SuccessRateLow
    expr: |
      1 - sum by (job) (rate(http_requests_total{status=~"5.."}[10s]))
        / sum by (job) (rate(http_requests_total[10s])) < 0.99
    for: 3s
    labels: {severity: critical}
    annotations:
      summary: "Only {{ $value | humanizePercentage }} of the requests to {{ $labels.job }} succeed"
      description: "Below 99% for {{ printf \\"%d\\" 3 }} seconds"
      runbook_url: https://runbooks.example.org/gauzian#gauziansuccessratelow
  - alert: LatencyHigh
    expr: |
      histogram_quantile(0.95,
        sum by (job, le) (rate(http_request_duration_seconds_bucket[10s]))) > 1
    for: 3s
    labels: {severity: warning}
    annotations:
      summary: "One request in 20 to {{ $labels.job }} takes over {{ $value | humanizeDuration }}"
      runbook_url: https://runbooks.example.org/gauzian#gauzianlatencyhigh
  - alert: AuthenticationFailures
    expr: sum by (job) (increase(auth_attempts_total{status="failed"}[10s])) > 10
    for: 3s
    labels: {severity: warning}
    annotations:
      summary: "{{ $value | humanize }} failed authentications at {{ $labels.job }}"
      runbook_url: https://runbooks.example.org/gauzian#gauzianauthenticationfailures
"""

CONFIG = """
global:
  evaluation_interval: 1s
sources: [{{name: prometheus, url: "{source}"}}]
rule_files: [{rules}, "{shipped}/*.yaml"]
route:
  receiver: everyone
  group_by: [alertname]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 5s
  routes:
    - {{matchers: ['alertname=~"(Gauzian|Tocsin).*"'], receiver: nobody}}
receivers:
  - name: nobody
  - name: everyone
{channels}
"""

SUMMARIES = {
    "SuccessRateLow": r"Only [\d.]+% of the requests to gauzian-backend succeed",
    "LatencyHigh": r"One request in 20 to gauzian-backend takes over [\d.]+s",
    "AuthenticationFailures": r"[\d.]+k? failed authentications at gauzian-backend",
}
TROUBLES = ("break/errors", "break/latency", "break/auth")


class BellWorld(WorldTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exporter = cls.shared(Exporter(cls.folder))
        cls.prometheus = cls.shared(Prometheus(cls.folder, cls.exporter.port))
        wait_until("Prometheus has seen the backend for a while", lambda: cls.prometheus.query(
            "sum(rate(http_requests_total[10s])) > 0"), 20)

    def setUp(self):
        self.exporter.change("heal")
        self.test_folder = self.own_folder()
        self.receivers = self.own(Receivers(self.test_folder))
        rules = self.test_folder / "rules.yaml"
        rules.write_text(RULES)
        self.tocsin = self.own(Tocsin(self.test_folder, CONFIG.format(
            source=self.prometheus.url, rules=rules, shipped=ROOT / "rules",
            channels=self.receivers.channels())))

    def told(self, alert, status, channel):
        return [message for message in self.receivers.messages()
                if (message.channel, message.alert, message.status) == (channel, alert, status)]

    def told_everywhere(self, alert, status):
        return all(self.told(alert, status, channel) for channel in CHANNELS)


class HealthTest(BellWorld):
    def test_while_all_is_well_nothing_rings_and_every_shipped_rule_can_be_evaluated(self):
        def evaluated():
            rules = self.tocsin.rules()
            return rules and all(rule["health"] != "unknown" for rule in rules.values())
        wait_until("every rule was evaluated", evaluated, 20)
        for name, rule in self.tocsin.rules().items():
            self.assertEqual(rule["health"], "ok", f"{name}: {rule.get('lastError')}")
        self.assertIn("GauzianSuccessRateLow", self.tocsin.rules())
        self.assertIn("TocsinDown", self.tocsin.rules())
        time.sleep(3)
        self.assertEqual(self.tocsin.states(), {})
        self.assertEqual(self.receivers.messages(), [])


class TroubleTest(BellWorld):
    def test_trouble_is_told_silenced_repeated_and_told_to_be_over(self):
        for trouble in TROUBLES:
            self.exporter.change(trouble)
        self.each_alert_is_pending_before_it_fires()
        self.everybody_is_told_what_is_wrong()
        silence = self.amtool_silences("AuthenticationFailures")
        self.the_silenced_one_is_not_repeated_and_the_others_are()
        self.amtool_prolongs_and_finds(silence)
        self.exporter.change("heal")
        self.the_others_are_told_to_be_over()
        self.amtool_expires(silence)

    def each_alert_is_pending_before_it_fires(self):
        seen = {name: [] for name in SUMMARIES}

        def all_fire():
            by_alerts = self.tocsin.states()
            by_rules = self.tocsin.rules()
            for name, states in seen.items():
                state = by_alerts.get(name, {}).get("state", "inactive")
                if state != (states[-1] if states else "inactive"):
                    states.append(state)
                if state == "firing":
                    self.assertEqual(by_rules[name]["state"], "firing")
            return all(states and states[-1] == "firing" for states in seen.values())
        wait_until("all three alerts fire", all_fire, 40)
        self.assertEqual(seen, {name: ["pending", "firing"] for name in SUMMARIES})
        rule = self.tocsin.rules()["SuccessRateLow"]
        self.assertEqual((rule["health"], rule["duration"], rule["type"]), ("ok", 3, "alerting"))
        self.assertEqual(rule["alerts"][0]["labels"], {
            "alertname": "SuccessRateLow", "job": "gauzian-backend", "severity": "critical"})

    def everybody_is_told_what_is_wrong(self):
        for name, summary in SUMMARIES.items():
            wait_until(f"{name} was told everywhere",
                       lambda n=name: self.told_everywhere(n, "firing"))
            for channel in CHANNELS:
                message = self.told(name, "firing", channel)[0]
                self.assertRegex(message.text, summary, channel)
                self.assertNotIn("{{", message.text, "a template was not expanded")
                self.assertIn(f"#gauzian{name.lower()}", message.text, f"runbook by {channel}")
        payload = json.loads(self.told("SuccessRateLow", "firing", "webhook")[0].raw)
        self.assertEqual((payload["version"], payload["receiver"]), ("4", "everyone"))
        self.assertEqual(payload["groupLabels"], {"alertname": "SuccessRateLow"})
        self.assertEqual(payload["alerts"][0]["labels"]["severity"], "critical")
        annotations = payload["alerts"][0]["annotations"]
        self.assertEqual(annotations["description"], "Below 99% for 3 seconds")
        # It has been there for `for` when it fires, and that is the start that people are told.
        active_at = self.tocsin.states()["SuccessRateLow"]["activeAt"]
        started = datetime.fromisoformat(payload["alerts"][0]["startsAt"].replace("Z", "+00:00"))
        waited = started - datetime.fromisoformat(active_at.replace("Z", "+00:00"))
        self.assertAlmostEqual(waited.total_seconds(), 3, delta=1.5)

    def amtool_silences(self, alert):
        active = self.tocsin.amtool("alert", "query", f"alertname={alert}", "-o", "json")
        self.assertEqual([each["status"]["state"] for each in json.loads(active)], ["active"])
        identity = self.tocsin.amtool("silence", "add", f"alertname={alert}", "severity=~warn.*",
                                      "--author=ops", "--comment=we know", "--duration=1h").strip()
        self.assertRegex(identity, r"^[0-9a-f-]{36}$")
        query = json.loads(self.tocsin.amtool("alert", "query", "--silenced", "-o", "json"))
        self.assertEqual([(each["labels"]["alertname"], each["status"]["state"],
                           each["status"]["silencedBy"]) for each in query],
                         [(alert, "suppressed", [identity])])
        shown = self.tocsin.amtool("alert", "query")
        self.assertNotIn(alert, shown)
        self.assertIn("SuccessRateLow", shown)
        return identity

    def the_silenced_one_is_not_repeated_and_the_others_are(self):
        time.sleep(2.5)  # what was decided before the silence is delivered by now
        before = {name: len(self.told(name, "firing", "webhook")) for name in SUMMARIES}
        for name in ("SuccessRateLow", "LatencyHigh"):
            wait_until(f"{name} was repeated twice",
                       lambda n=name: len(self.told(n, "firing", "webhook")) >= before[n] + 2, 20)
        self.assertEqual(len(self.told("AuthenticationFailures", "firing", "webhook")),
                         before["AuthenticationFailures"], "it is silenced")

    def amtool_prolongs_and_finds(self, silence):
        def query(*words):
            return json.loads(self.tocsin.amtool("silence", "query", "-o", "json", *words))
        before = query()[0]
        self.tocsin.amtool("silence", "update", silence, "--duration=2h")
        after = query("alertname=AuthenticationFailures")[0]
        self.assertEqual((after["id"], after["status"]["state"], after["createdBy"],
                          after["comment"]), (silence, "active", "ops", "we know"),
                         "a silence that goes on keeps its id")
        self.assertGreater(after["endsAt"], before["endsAt"])
        self.assertEqual(query("alertname=Other"), [])

    def the_others_are_told_to_be_over(self):
        for name in ("SuccessRateLow", "LatencyHigh"):
            wait_until(f"{name} was told to be over everywhere",
                       lambda n=name: self.told_everywhere(n, "resolved"), 40)
            self.assertEqual(len(self.told(name, "resolved", "webhook")), 1)
        wait_until("the silenced one is over",
                   lambda: self.tocsin.state("AuthenticationFailures") == "inactive", 30)
        time.sleep(3)
        self.assertEqual(self.told("AuthenticationFailures", "resolved", "webhook"), [])

    def amtool_expires(self, silence):
        self.tocsin.amtool("silence", "expire", silence)
        self.assertEqual(json.loads(self.tocsin.amtool("silence", "query", "-o", "json")), [])
        expired = self.tocsin.amtool("silence", "query", "--expired", "-o", "json")
        self.assertEqual([(each["id"], each["status"]["state"]) for each in json.loads(expired)],
                         [(silence, "expired")])

    def test_email_is_a_proper_mail(self):
        self.exporter.change("break/errors")
        wait_until("it came by mail", lambda: self.told("SuccessRateLow", "firing", "email"), 40)
        mail = self.told("SuccessRateLow", "firing", "email")[0].mail
        self.assertRegex(str(mail["Subject"]), r"^\[FIRING:1\] .*SuccessRateLow")
        self.assertEqual(str(mail["From"]), "tocsin@example.org")
        self.assertEqual(str(mail["To"]), "ops@example.org, Night Shift <night@example.org>")
        self.assertTrue(mail["Message-ID"] and mail["Date"])
        kinds = [part.get_content_type() for part in mail.walk()]
        self.assertEqual(kinds, ["multipart/alternative", "text/plain", "text/html"])
        for part in mail.get_payload():
            self.assertRegex(part.get_payload(decode=True).decode(), SUMMARIES["SuccessRateLow"])

    def test_discord_mentions_nobody(self):
        self.exporter.change("break/errors")
        wait_until("it came to Discord",
                   lambda: self.told("SuccessRateLow", "firing", "discord"), 40)
        payload = json.loads(self.told("SuccessRateLow", "firing", "discord")[0].raw)
        self.assertEqual(payload["allowed_mentions"], {"parse": []})
        self.assertEqual(len(payload["embeds"]), 1)


if __name__ == "__main__":
    world.main()
