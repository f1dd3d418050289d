#!/usr/bin/env python3
"""`tocsin query` beside a real Prometheus: the same JSON over its API, and the same values from our own
engine over the samples that `promtool tsdb dump` and the exporter's /metrics give."""
import json
import math
import os
import pty
import subprocess
import urllib.parse

import world
from stub import Stub
from world import Exporter, Prometheus, WorldTest, get_json, http, wait_until

INSTANT = [
    "up",
    "1 + 1",
    '"text"',
    "up[5s]",
    "http_requests_total",
    "sum by (job) (rate(http_requests_total[10s]))",
    "topk(3, http_requests_total)",
    "histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[10s])))",
    "up / 0",
    "0 * (up / 0)",
    "vector(1e-9) or vector(1)",
    "vector(1e30)",
    "no_such_metric",
    'label_replace(up, "x", "a \\"quoted\\" \\\\ ü", "", "")',
]
RANGES = [
    "up",
    "vector(time())",
    "2",
    "sum by (status) (rate(http_requests_total[10s]))",
    "-http_requests_total % 7",
    "count({__name__=~\".+\"}) by (__name__)",
    "avg_over_time(up[5s])",
    "no_such_metric",
]


def query(*words, exit_code=0):
    """What `tocsin query` prints; the expression, which may begin with a minus, comes first."""
    expression, *options = words
    command = [world.TOCSIN, "query", *map(str, options), "--", expression]
    done = subprocess.run(command, capture_output=True,
                          timeout=60 * world.PATIENCE, check=False)
    text = done.stdout.decode() if exit_code == 0 else done.stderr.decode()
    assert done.returncode == exit_code, f"{words}: {done.returncode} {done.stderr.decode()}{text}"
    return text


def by_labels(result):
    return sorted(result, key=lambda series: sorted(series["metric"].items()))


class PrometheusTest(WorldTest):
    """A Prometheus with some scrapes in it, and an instant to ask about."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exporter = cls.shared(Exporter(cls.folder))
        cls.prometheus = cls.shared(Prometheus(cls.folder, cls.exporter.port))
        wait_until("there is something to ask",
                   lambda: len(cls.samples_of("up[1m]")) >= 15, 40)
        # Half a second behind a scrape: no sample is at the edge of a range.
        last = float(cls.samples_of("up[1m]")[-1][0])
        cls.at = round(last - 1 + 0.5, 3)
        cls.start = round(cls.at - 10, 3)

    @classmethod
    def samples_of(cls, expression):
        result = cls.prometheus.query(expression)
        return result[0]["values"] if result else []

    @classmethod
    def api(cls, path, **parameters):
        encoded = urllib.parse.urlencode(parameters)
        return get_json(f"{cls.prometheus.url}/api/v1/{path}?{encoded}")

    @classmethod
    def instant(cls, expression):
        return cls.api("query", query=expression, time=cls.at)

    @classmethod
    def range(cls, expression):
        return cls.api("query_range", query=expression, start=cls.start, end=cls.at, step=2)


class QueryTest(PrometheusTest):
    def test_an_instant_is_the_json_of_the_api(self):
        for expression in INSTANT:
            with self.subTest(expression):
                said = query(expression, "--source", self.prometheus.url, "--at", self.at,
                             "--format", "json")
                self.assertEqual(json.loads(said), self.instant(expression))

    def test_a_range_is_the_json_of_the_api(self):
        for expression in RANGES:
            with self.subTest(expression):
                said = query(expression, "--source", self.prometheus.url, "--start", self.start,
                             "--end", self.at, "--step", "2", "--format", "json")
                self.assertEqual(json.loads(said), self.range(expression))

    def test_errors_of_the_api_come_with_a_caret(self):
        said = query("sum(up", "--source", self.prometheus.url, exit_code=1)
        self.assertIn("bad_data", said)
        self.assertIn("parse error: unclosed left parenthesis", said)
        self.assertTrue(said.endswith("\n    sum(up\n          ^\n"), said)
        said = query("up * on() group_left up", "--source", self.prometheus.url + "/nowhere",
                     exit_code=1)
        self.assertIn("its URL that of a Prometheus API?", said)

    def test_a_source_of_the_configuration_is_asked_with_its_settings(self):
        answer = {"status": "success", "data": {"resultType": "vector", "result": []},
                  "warnings": ["partial\x1b[31m"]}
        stub = Stub(lambda asked, number: (200, {}, json.dumps(answer)))
        self.addCleanup(stub.stop)
        config = self.own_folder() / "tocsin.yaml"
        config.write_text(
            f"sources: [{{name: a, url: 'http://127.0.0.1:9'}}, {{name: b, url: '{stub.url}', "
            "basic_auth: {username: me, password: secret}}]\n"
            "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
        said = query("up", "--config.file", config, "--source", "b", "--format", "json")
        self.assertEqual(json.loads(said), answer)
        self.assertEqual(stub.asked[0].headers["Authorization"], "Basic bWU6c2VjcmV0")

    def test_a_terminal_gets_colours_and_no_escapes_of_others(self):
        arguments = [str(world.TOCSIN), "query", 'label_replace(up, "x", "\\x1b[2J", "", "")',
                     "--source", self.prometheus.url, "--at", str(self.at)]
        self.assertNotIn("\x1b", self.on_terminal(arguments))
        plot = [*arguments, "--range", "10s", "--format", "plot"]
        self.assertIn("\x1b[36m", self.on_terminal(plot))
        self.assertNotIn("\x1b[2J", self.on_terminal(plot))
        self.assertNotIn("\x1b", self.on_terminal(plot, NO_COLOR="1"))

    def on_terminal(self, arguments, **environment):
        """What the program writes to a terminal."""
        child, terminal = pty.fork()
        if child == 0:
            os.environ.update(environment)
            os.execv(arguments[0], arguments)
        said = b""
        try:
            while chunk := os.read(terminal, 65536):
                said += chunk
        except OSError:  # how a terminal whose program has ended says so
            pass
        os.close(terminal)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0, said)
        return said.decode()


class OwnEngineTest(PrometheusTest):
    """The same samples, evaluated here. (Prometheus has ended by then: its files are read.)"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expected = [(expression, cls.instant(expression)["data"]) for expression in INSTANT]
        assert all(data["result"] for expression, data in cls.expected
                   if expression != "no_such_metric"), cls.expected
        cls.expected_ranges = [(expression, cls.range(expression)["data"])
                               for expression in RANGES]
        cls.prometheus.stop()
        cls.dump = cls.folder / "dump"
        with open(cls.dump, "wb") as out:
            subprocess.run(["promtool", "tsdb", "dump", str(cls.folder / "prometheus")],
                           stdout=out, timeout=60 * world.PATIENCE, check=True)

    def assert_same(self, got, expected):
        """Values may differ by rounding; the order of vectors is nobody's business."""
        self.assertEqual(got["resultType"], expected["resultType"])
        if got["resultType"] in ("scalar", "string"):
            self.assertEqual(got, expected)
            return
        got, expected = by_labels(got["result"]), by_labels(expected["result"])
        self.assertEqual([series["metric"] for series in got],
                         [series["metric"] for series in expected])
        for ours, theirs in zip(got, expected):
            points = ours.get("values") or [ours["value"]]
            expected_points = theirs.get("values") or [theirs["value"]]
            self.assertEqual([at for at, _ in points], [at for at, _ in expected_points])
            for (_, value), (_, other) in zip(points, expected_points):
                same = math.isclose(float(value), float(other), rel_tol=1e-9)
                both_nan = math.isnan(float(value)) and math.isnan(float(other))
                self.assertTrue(same or both_nan, f"{ours['metric']}: {value}, not {other}")

    def test_instants_over_the_dump(self):
        for expression, expected in self.expected:
            with self.subTest(expression):
                said = query(expression, "--samples", self.dump, "--at", self.at,
                             "--format", "json")
                self.assert_same(json.loads(said)["data"], expected)

    def test_ranges_over_the_dump(self):
        for expression, expected in self.expected_ranges:
            with self.subTest(expression):
                said = query(expression, "--samples", self.dump, "--start", self.start,
                             "--end", self.at, "--step", "2", "--format", "json")
                self.assert_same(json.loads(said)["data"], expected)

    def test_the_metrics_of_an_exporter(self):
        status, text = http(f"http://127.0.0.1:{self.exporter.port}/metrics")
        self.assertEqual(status, 200)
        metrics = self.own_folder() / "metrics"
        metrics.write_text(text)
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        self.assertGreater(len(lines), 10)
        said = query('count({__name__=~".+"})', "--samples", metrics)
        self.assertEqual(said.split(), ["VALUE", str(len(lines))])


if __name__ == "__main__":
    world.main()
