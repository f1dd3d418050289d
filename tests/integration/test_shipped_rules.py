#!/usr/bin/env python3
"""The shipped rules in a real Prometheus, on the simulated backend: nothing is even pending while
it is well, and each kind of trouble sets off the alert that is meant for it. (That they fire, and
when, is in tests/rules; their windows are too long to wait for here.)"""
import time

import world
from world import ROOT, Exporter, Prometheus, WorldTest, get_json, wait_until

ALERTS = {
    "errors": {"GauzianSuccessRateLow", "GauzianEndpointErrors"},
    "latency": {"GauzianLatencyHigh"},
    "auth": {"GauzianAuthenticationFailures"},
    "uploads": {"GauzianUploadsFailing"},
    "downloads": {"GauzianDownloadsFailing"},
    "chunks": {"GauzianChunkUploadSlow", "GauzianChunkDownloadSlow"},
    "s3": {"GauzianS3Slow"},
    "redis": {"GauzianRedisErrors"},
    "database": {"GauzianDatabaseErrors", "GauzianDatabaseSlow"},
    "connections": {"GauzianConnectionsHigh"},
    "down": {"GauzianTargetDown"},
}


class ShippedRulesTest(WorldTest):
    def setUp(self):
        folder = self.own_folder()
        self.exporter = self.own(Exporter(folder))
        self.prometheus = self.own(Prometheus(folder, self.exporter.port,
                                              rule_files=[ROOT / "rules/*.yaml"]))

    def ringing(self):
        alerts = get_json(f"{self.prometheus.url}/api/v1/alerts")["data"]["alerts"]
        return {alert["labels"]["alertname"] for alert in alerts}

    def test_each_trouble_sets_off_its_alert_and_health_sets_off_none(self):
        wait_until("there is traffic", lambda: self.prometheus.query(
            "sum(rate(http_requests_total[5m])) > 0"), 20)
        # Until the first scrape there are no metrics, and that was said.
        wait_until("nothing rings", lambda: self.ringing() == set())
        for _ in range(20):
            time.sleep(0.2)
            self.assertEqual(self.ringing(), set())
        for trouble in ALERTS:
            if trouble != "down":
                self.exporter.change(f"break/{trouble}")
        expected = set().union(*(ALERTS[trouble] for trouble in ALERTS if trouble != "down"))

        def all_ring():
            missing = expected - self.ringing()
            self.assertEqual(missing, set())
            return True
        wait_until("every alert rings", all_ring, 60)
        self.assertEqual(self.ringing(), expected)
        self.exporter.change("break/down")
        wait_until("the target is down", lambda: ALERTS["down"] <= self.ringing())
        self.assertNotIn("GauzianMetricsAbsent", self.ringing())


if __name__ == "__main__":
    world.main()
