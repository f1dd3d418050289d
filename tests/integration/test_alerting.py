#!/usr/bin/env python3
"""A real Prometheus with `alerting:` pointing at Tocsin: its rules fire, Tocsin tells, and either may
be killed meanwhile."""
import json

import world
from stub import Stub
from world import Program, WorldTest, get_json, http, wait_until

CONFIG = """\
global: {{resolve_timeout: 1m}}
route: {{receiver: hook, group_by: [alertname], group_wait: 1s, group_interval: 1s, repeat_interval: 1h}}
receivers: [{{name: hook, webhook_configs: [{{url: "{hook}/"}}]}}]
"""

RULES = """\
groups:
- name: errors
  rules:
  - alert: ManyErrors
    expr: up{job="gauzian-backend"} == 0
    labels: {severity: page}
    annotations: {summary: "{{ $labels.job }} is down"}
  - alert: Always
    expr: vector(1)
"""


class Alerting(Program):
    """Debian's Prometheus, evaluating RULES every second about a target that the test can switch off."""

    def __init__(self, folder, target_port, tocsin_url, port=0):
        self.folder, self.target_port, self.port = folder, target_port, port
        (folder / "rules.yaml").write_text(RULES)
        place = tocsin_url.removeprefix("http://")
        self.config = folder / "prometheus.yaml"
        self.config.write_text(
            "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s,\n"
            "         external_labels: {cluster: test}}\n"
            f"rule_files: [{folder / 'rules.yaml'}]\n"
            "alerting:\n"
            "  alertmanagers:\n"
            f"    - static_configs: [{{targets: ['{place}']}}]\n"
            "scrape_configs:\n"
            "  - job_name: gauzian-backend\n"
            f"    static_configs: [{{targets: ['127.0.0.1:{target_port}']}}]\n")
        self.started = False
        self.start()

    def start(self):
        start = self.log_file.stat().st_size if self.started else 0
        super().__init__("prometheus", [
            "prometheus", f"--config.file={self.config}",
            f"--storage.tsdb.path={self.folder / 'prometheus'}", "--rules.alert.resend-delay=2s",
            "--web.listen-address=127.0.0.1:0"], self.folder)
        self.started = True
        self.wait_for_log("Server is ready to receive web requests", start=start)


class AlertingTest(WorldTest):
    def setUp(self):
        self.folder = self.own_folder()
        self.hook = Stub()
        self.target_status = 200
        self.target = Stub(lambda asked, number: (
            self.target_status, {"Content-Type": "text/plain"}, "x 1\n"))
        self.addCleanup(self.hook.stop)
        self.addCleanup(self.target.stop)
        self.tocsin = self.own(FixedTocsin(self.folder, CONFIG.format(hook=self.hook.url)))
        self.prometheus = self.own(Alerting(self.folder, self.target.port, self.tocsin.url))

    def told(self, name):
        """The states told of the alert, in order."""
        return [json.loads(body)["status"] for body in self.hook.bodies()
                if json.loads(body)["groupLabels"].get("alertname") == name]

    def target_goes_down(self):
        self.target_status = 500

    def target_comes_back(self):
        self.target_status = 200

    def wait_told(self, name, states, seconds=20):
        wait_until(f"{name} is told {states}", lambda: self.told(name) == states, seconds)

    def test_it_delivers_and_resolves(self):
        self.wait_told("Always", ["firing"])
        self.target_goes_down()
        self.wait_told("ManyErrors", ["firing"])
        message = next(json.loads(body) for body in self.hook.bodies()
                       if "ManyErrors" in body)["alerts"][0]
        self.assertEqual(message["labels"]["cluster"], "test", "external labels come along")
        self.assertEqual(message["annotations"]["summary"], "gauzian-backend is down")
        self.assertIn("/graph?g0.expr=", message["generatorURL"])
        shown = {alert["labels"]["alertname"]: alert
                 for alert in get_json(f"{self.tocsin.url}/api/v2/alerts")}
        self.assertEqual(set(shown), {"Always", "ManyErrors"})
        self.target_comes_back()
        self.wait_told("ManyErrors", ["firing", "resolved"])
        self.assertEqual(self.told("Always"), ["firing"])

    def test_tocsin_is_killed(self):
        self.wait_told("Always", ["firing"])
        self.target_goes_down()
        self.wait_told("ManyErrors", ["firing"])
        self.tocsin.kill()
        # It resolves while Tocsin is away.
        self.target_comes_back()
        wait_until("Prometheus tells nobody", lambda: "Error sending alert" in self.prometheus.log())
        self.tocsin.start()
        self.assertEqual({alert["labels"]["alertname"]
                          for alert in get_json(f"{self.tocsin.url}/api/v2/alerts")},
                         {"Always", "ManyErrors"}, "alerts survive being killed")
        self.wait_told("ManyErrors", ["firing", "resolved"], 30)
        self.assertEqual(self.told("Always"), ["firing"], "it was said again after the kill")

    def test_prometheus_is_killed(self):
        self.target_goes_down()
        self.wait_told("ManyErrors", ["firing"])
        self.prometheus.kill()
        self.prometheus.start()
        # Its rules have no `for`: what fires is sent again, what was told is not told again.
        wait_until("Prometheus sends again", lambda: "firing" in http(
            f"{self.tocsin.url}/api/v1/alerts")[1] or self.tocsin.metric(
                "alertmanager_alerts_received_total", status="firing"))
        self.target_comes_back()
        self.wait_told("ManyErrors", ["firing", "resolved"], 30)
        self.assertEqual(self.told("Always"), ["firing"])


class FixedTocsin(world.Tocsin):
    """Comes back on the port it had, as Prometheus looks for it there."""

    def start(self):
        again = self.url.rpartition(":")[2] if self.url else "0"
        start = self.log_file.stat().st_size if self.url else 0
        Program.__init__(self, "tocsin", [
            world.TOCSIN, "run", "--config.file", self.config, "--storage.path",
            self.folder / "data", "--web.listen-address", f"127.0.0.1:{again}",
            "--log.level", "debug"], self.folder)
        found = self.wait_for_log(r"Listening on.*address=127\.0\.0\.1:(\d+)", 20, start)
        self.url = f"http://127.0.0.1:{found.group(1)}"
        wait_until("tocsin is ready", lambda: self.answers("/-/ready"))


if __name__ == "__main__":
    world.main()
