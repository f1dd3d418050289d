#!/usr/bin/env python3
"""Tocsin alone: it scrapes, evaluates, answers, and goes on after a kill."""
import json
import subprocess
import time

import world
from world import Exporter, Tocsin, WorldTest, get_json, http, wait_until

CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: [{rules}]
scrape_configs:
- job_name: gauzian-backend
  static_configs: [{{targets: ['127.0.0.1:{port}']}}]
route: {{receiver: nobody}}
receivers: [{{name: nobody}}]
"""

RULES = """
groups:
- name: embedded
  rules:
  - {record: "job:requests:rate", expr: "sum by (job) (rate(http_requests_total[5m]))"}
  - {alert: Recorded, expr: "job:requests:rate > 0"}
  - {alert: Long, expr: "up >= 0", for: 1h}
  - {alert: Never, expr: "up == 0"}
"""


class EmbeddedTest(WorldTest):
    def setUp(self):
        self.folder = self.own_folder()
        self.exporter = self.own(Exporter(self.folder))
        rules = self.folder / "rules.yaml"
        rules.write_text(RULES)
        self.tocsin = self.own(
            Tocsin(self.folder, CONFIG.format(rules=rules, port=self.exporter.port)))

    def query(self, expression):
        encoded = world.urllib.request.quote(expression)
        return get_json(f"{self.tocsin.url}/api/v1/query?query={encoded}")["data"]["result"]

    def value(self, expression):
        result = self.query(expression)
        return float(result[0]["value"][1]) if result else None

    def test_rules_write_what_they_find_and_queries_see_it(self):
        wait_until("the recorded series is asked for", lambda: self.tocsin.state("Recorded") == "firing")
        self.assertEqual(self.value("up"), 1)
        self.assertGreater(self.value("job:requests:rate"), 0)
        self.assertEqual(self.value('ALERTS{alertname="Recorded",alertstate="firing"}'), 1)
        self.assertEqual(self.value('ALERTS{alertname="Long",alertstate="pending"}'), 1)
        self.assertLess(abs(self.value('ALERTS_FOR_STATE{alertname="Long"}') - time.time()), 60)
        self.assertEqual(self.query("ALERTS{alertname=\"Never\"}"), [])
        self.assertEqual(self.query("absent(up)"), [])
        shown = subprocess.run([world.TOCSIN, "query", "up", "--config.file", self.tocsin.config],
                               env={"TOCSIN_URL": self.tocsin.url}, capture_output=True, text=True,
                               check=True).stdout
        self.assertIn("gauzian-backend", shown)
        self.assertGreater(self.tocsin.metric("prometheus_tsdb_head_series"), 10)
        self.assertGreater(self.tocsin.metric("prometheus_tsdb_head_samples_appended_total"), 10)
        self.exporter.stop()
        wait_until("the target is down", lambda: self.tocsin.state("Never") == "firing")
        wait_until("its series ended", lambda: not self.query("http_requests_total"))

    def test_rates_and_clocks_survive_a_kill(self):
        since = wait_until("Long is pending", lambda: self.tocsin.states().get("Long"))["activeAt"]
        counted = "max(count_over_time(http_requests_total[5m]))"
        snapshot = self.folder / "data/series.snapshot"
        wait_until("a snapshot was written", snapshot.exists, 90)
        before = self.value(counted)
        self.assertGreater(before, 40)
        self.tocsin.kill()
        time.sleep(1)
        self.tocsin.start()
        wait_until("it is scraped again", lambda: self.value("max(timestamp(up))") > time.time() - 3)
        self.assertGreater(self.value(counted), before - 15, "samples from before the kill are there")
        self.assertGreater(self.value("sum(rate(http_requests_total[5m]))"), 0)
        wait_until("the rules are evaluated", lambda: self.tocsin.rules()["Long"]["health"] == "ok")
        self.assertEqual(self.tocsin.states()["Long"]["activeAt"], since)

        # Stopped in order, nothing is lost.
        before = self.value(counted)
        self.tocsin.stop()
        snapshot.with_name("copy").write_bytes(snapshot.read_bytes())
        self.tocsin.start()
        self.assertGreaterEqual(wait_until("it answers", lambda: self.value(counted)), before)

        # A snapshot that is damaged is set aside, and the start goes on. Rules wait for the first
        # samples: what is not there yet ends no clock.
        self.tocsin.kill()
        snapshot.write_bytes(snapshot.read_bytes()[:-7])
        self.tocsin.start()
        self.tocsin.wait_for_log("set aside")
        self.assertTrue(snapshot.with_name("series.snapshot.unreadable").exists())
        wait_until("the rules are evaluated", lambda: self.tocsin.rules()["Long"]["health"] == "ok")
        self.assertEqual(self.tocsin.states()["Long"]["activeAt"], since)

    def test_bad_questions_are_refused_and_hurt_nobody(self):
        url = f"{self.tocsin.url}/api/v1/query"
        status, text = http(url + "?query=sum(")
        self.assertEqual((status, json.loads(text)["errorType"]), (400, "bad_data"))
        status, text = http(url + "?query=up&source=nobody")
        self.assertEqual((status, json.loads(text)["errorType"]), (400, "bad_data"))
        wait_until("it goes on", lambda: self.tocsin.state("Recorded") == "firing")


if __name__ == "__main__":
    world.main()
