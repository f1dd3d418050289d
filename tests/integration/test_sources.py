#!/usr/bin/env python3
"""Sources that fail in every way: what is known stays, what failed is visible, nothing stops. And
recording rules, through remote write to a real Prometheus."""
import json
import socket
import time

import world
from stub import JSON, UP, Stub
from world import Exporter, Prometheus, Program, Tocsin, WorldTest, wait_until

# What a source does instead of answering: (status, headers, body) as in stub.py.
WRONGS = {
    "garbage": (200, JSON, bytes(range(256)) * 8),
    "nothing": (200, JSON, ""),
    "no answer at all": (0, {}, None),
    "HTML": (200, {"Content-Type": "text/html"}, "<html><body>Welcome to the proxy</body></html>"),
    "half a body": (200, {**JSON, "Content-Length": str(len(UP) * 2)}, UP),
    "half a document": (200, JSON, UP[:len(UP) // 2]),
    "10 MB of brackets": (200, JSON, "[" * 10_000_000),
    "10 MB of text": (200, JSON, '{"status":"success","data":"' + "x" * 10_000_000 + '"}'),
    "another type": (200, JSON, '{"status":"success","data":{"resultType":"matrix","result":[]}}'),
    "a value that is no number": (200, JSON, UP.replace('"1"', '"one"')),
    "an error of its own": (422, JSON, '{"status":"error","errorType":"execution",'
                                       '"error":"many-to-many matching not allowed"}'),
    "503": (503, {}, "overloaded"),
    "a redirect to itself": (302, {"Location": "/api/v1/query"}, ""),
}

CONFIG = """
global: {{evaluation_interval: 1s}}
sources: [{{name: canned, url: "{source}", timeout: 1s}}]
rule_files: [{rules}]
route: {{receiver: hook, group_by: [alertname], group_wait: 1s, group_interval: 1s}}
receivers: [{{name: hook, webhook_configs: [{{url: "{hook}/"}}]}}]
"""

RULES = """
groups:
- name: canned
  rules:
  - {alert: Firing, expr: up, annotations: {summary: "it is {{ $value }}"}}
  - {alert: Waiting, expr: up, for: 1h}
"""


class WrongSourceTest(WorldTest):
    def setUp(self):
        self.folder = self.own_folder()
        self.answer = (200, JSON, UP)
        self.source = Stub(lambda asked, number: self.answer)
        self.hook = Stub()
        for stub in (self.source, self.hook):
            self.addCleanup(stub.stop)

    def tocsin(self, source_url):
        rules = self.folder / "rules.yaml"
        rules.write_text(RULES)
        text = CONFIG.format(source=source_url, rules=rules, hook=self.hook.url)
        return self.own(Tocsin(self.folder, text))

    def failures(self, tocsin):
        return tocsin.metric("prometheus_rule_evaluation_failures_total") or 0

    def test_state_is_kept_and_the_failure_shown_whatever_the_source_answers(self):
        tocsin = self.tocsin(self.source.url)
        wait_until("it was told", lambda: self.hook.count() == 1)
        since = tocsin.states()
        for name, wrong in WRONGS.items():
            with self.subTest(name):
                before = self.failures(tocsin)
                self.answer = wrong
                wait_until("both rules failed", lambda: self.failures(tocsin) >= before + 2)
                for rule in tocsin.rules().values():
                    self.assertEqual(rule["health"], "err")
                    self.assertNotEqual(rule["lastError"], "")
                    self.assertLess(len(rule["lastError"]), 1000, "a message is for people")
                for alert, was in since.items():
                    is_now = tocsin.states()[alert]
                    self.assertEqual((is_now["state"], is_now["activeAt"]),
                                     (was["state"], was["activeAt"]), alert)
                self.assertTrue(tocsin.answers("/-/healthy"))
                self.answer = (200, JSON, UP)
                wait_until("it is well again", lambda: all(
                    rule["health"] == "ok" for rule in tocsin.rules().values()))
        self.assertNotIn("lastError", tocsin.rules()["Firing"])
        self.assertEqual(self.hook.count(), 1, "nothing resolved, nothing fired anew")

    def test_a_source_that_never_answers_is_given_up_after_its_timeout(self):
        tocsin = self.tocsin(self.source.url)
        wait_until("it was told", lambda: self.hook.count() == 1)

        def hang(asked, number):
            time.sleep(30)
            return 200, JSON, UP
        self.source.answer = hang
        before = self.failures(tocsin)
        wait_until("it failed", lambda: self.failures(tocsin) >= before + 1)
        self.assertEqual(tocsin.state("Firing"), "firing")

    def test_it_starts_while_the_source_is_away_and_works_when_it_comes(self):
        port = self.source.port
        self.source.stop()
        tocsin = self.tocsin(f"http://127.0.0.1:{port}")
        wait_until("it failed", lambda: self.failures(tocsin) >= 1)
        self.assertRegex(tocsin.rules()["Firing"]["lastError"], r"(?i)connect|refused")
        self.assertEqual(tocsin.states(), {})
        self.source = Stub(lambda asked, number: (200, JSON, UP), port)
        wait_until("it fires", lambda: tocsin.state("Firing") == "firing")

    def test_it_resolves_when_the_source_says_so_and_not_when_it_is_gone(self):
        tocsin = self.tocsin(self.source.url)
        wait_until("it was told", lambda: self.hook.count() == 1)
        self.answer = (200, JSON, UP[:UP.index('{"metric')] + "]}}")
        wait_until("it was told that it is over", lambda: self.hook.count() == 2)
        message = json.loads(self.hook.bodies()[1])
        self.assertEqual((message["status"], len(message["alerts"])), ("resolved", 1))
        self.assertEqual(message["alerts"][0]["labels"], {"alertname": "Firing", "instance": "a"})
        self.assertEqual(message["alerts"][0]["annotations"], {"summary": "it is 1"})


RECORDING_RULES = """
groups:
- name: recording
  rules:
  - record: job:http_requests:rate10s
    expr: sum by (job) (rate(http_requests_total[10s]))
    labels: {team: core}
  - alert: MuchTraffic
    expr: job:http_requests:rate10s > 1
"""

RECORDING_CONFIG = """
global: {{evaluation_interval: 1s}}
sources: [{{name: prometheus, url: "{source}"{write}}}]
rule_files: [{rules}]
route: {{receiver: nobody}}
receivers: [{{name: nobody}}]
"""


class RecordingTest(WorldTest):
    def setUp(self):
        self.folder = self.own_folder()
        self.rules = self.folder / "rules.yaml"
        self.rules.write_text(RECORDING_RULES)

    def test_what_is_recorded_can_be_queried_and_alerted_on(self):
        exporter = self.own(Exporter(self.folder))
        prometheus = self.own(Prometheus(self.folder, exporter.port,
                                         "--web.enable-remote-write-receiver"))
        write = f', remote_write_url: "{prometheus.url}/api/v1/write"'
        tocsin = self.own(Tocsin(self.folder, RECORDING_CONFIG.format(
            source=prometheus.url, write=write, rules=self.rules)))
        recorded = wait_until("Prometheus has what was recorded",
                              lambda: prometheus.query("job:http_requests:rate10s > 1"), 20)
        self.assertEqual(recorded[0]["metric"], {"__name__": "job:http_requests:rate10s",
                                                 "job": "gauzian-backend", "team": "core"})
        wait_until("the alert on it fires", lambda: tocsin.state("MuchTraffic") == "firing")
        self.assertEqual(tocsin.rules()["job:http_requests:rate10s"]["health"], "ok")
        self.assertEqual(tocsin.rules()["job:http_requests:rate10s"]["type"], "recording")

    def test_a_recording_rule_without_a_place_to_write_to_is_refused_with_its_line(self):
        config = self.folder / "tocsin.yaml"
        config.write_text(RECORDING_CONFIG.format(
            source="http://127.0.0.1:9", write="", rules=self.rules))
        tocsin = self.own(Program("tocsin", [
            world.TOCSIN, "run", "--config.file", config, "--storage.path", self.folder / "data",
            "--web.listen-address", "127.0.0.1:0"], self.folder))
        wait_until("it ends", lambda: not tocsin.running())
        self.assertNotEqual(tocsin.process.returncode, 0)
        self.assertRegex(tocsin.log(), r"rules\.yaml:5:\d+.*remote_write_url")


class NoSourceTest(WorldTest):
    def test_a_port_where_something_else_talks(self):
        """A peer that sends garbage before any request, as an SSH server would."""
        folder = self.own_folder()
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        rules = folder / "rules.yaml"
        rules.write_text(RULES)
        tocsin = self.own(Tocsin(folder, CONFIG.format(
            source=f"http://127.0.0.1:{listener.getsockname()[1]}", rules=rules,
            hook="http://127.0.0.1:9")))
        peer, _ = listener.accept()
        self.addCleanup(peer.close)
        peer.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
        wait_until("the failure is visible", lambda: tocsin.rules()["Firing"].get("lastError"))
        self.assertTrue(tocsin.answers("/-/healthy"))


if __name__ == "__main__":
    world.main()
