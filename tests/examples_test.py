#!/usr/bin/env python3
"""The shipped configurations start as they are, and with everything in them that is commented out.

The environment variable TOCSIN names the program (default: build/release/tocsin).
"""
import http.server
import json
import os
import pathlib
import re
import select
import shutil
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.request

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[1]
TOCSIN = pathlib.Path(os.environ.get("TOCSIN", ROOT / "build/release/tocsin")).resolve()
PATIENCE = float(os.environ.get("TOCSIN_TEST_PATIENCE", "1"))
ALONE = "k8s/overlays/alone/config.yaml"
SHIPPED = ("config.example.yaml", "k8s/base/config.yaml", ALONE)
ENVIRONMENT = {**os.environ, "PROMETHEUS_URL": "http://127.0.0.1:1"}

# What a cluster lists: a pod and a service that want to be scraped, and others that do not.
LISTS = {
    "pods": [
        {"metadata": {"name": "web-1", "namespace": "shop", "labels": {"app": "gauzian-web"},
                      "annotations": {"prometheus.io/scrape": "true", "prometheus.io/port": "9",
                                      "prometheus.io/path": "/m"}},
         "spec": {"containers": [{"name": "c", "ports": [{"containerPort": 80}]}]},
         "status": {"phase": "Running", "podIP": "127.0.0.7"}},
        {"metadata": {"name": "six", "namespace": "shop",
                      "annotations": {"prometheus.io/scrape": "true", "prometheus.io/port": "9"}},
         "spec": {"containers": [{"name": "c"}]},
         "status": {"phase": "Running", "podIP": "fd00::7"}},
        {"metadata": {"name": "quiet", "namespace": "shop"},
         "spec": {"containers": [{"name": "c", "ports": [{"containerPort": 80}]}]},
         "status": {"phase": "Running", "podIP": "127.0.0.9"}}],
    "services": [
        {"metadata": {"name": "api", "namespace": "shop", "annotations": {
            "prometheus.io/scrape": "true", "prometheus.io/scheme": "https"}}},
        {"metadata": {"name": "quiet", "namespace": "shop"}}],
    "endpointslices": [
        {"metadata": {"name": f"{name}-x", "namespace": "shop",
                      "labels": {"kubernetes.io/service-name": name}},
         "addressType": "IPv4", "ports": [{"port": 9}],
         "endpoints": [{"addresses": ["127.0.0.8"], "conditions": {"ready": True}}]}
        for name in ("api", "quiet")],
}


class Cluster(http.server.BaseHTTPRequestHandler):
    """The API of a cluster, which notes what it is asked for."""
    asked = set()

    def do_GET(self):  # pylint: disable=invalid-name
        path = self.path.partition("?")[0]
        self.asked.add(path)
        kind = path.rpartition("/")[2]
        body = json.dumps({"kind": "List", "items": LISTS.get(kind, [])}).encode()
        self.send_response(200 if kind in LISTS else 403)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass


def uncommented(text):
    """What stands behind a # without a space after it is configuration."""
    return re.sub(r"^( *)#(?=[^ #\n])", r"\1", text, flags=re.MULTILINE)


class Started:
    """`tocsin run` on a free port, from its start to the end of the block."""

    def __init__(self, config, folder):
        self.process = subprocess.Popen(
            [TOCSIN, "run", "--config.file", config, "--storage.path", folder / "data",
             "--web.listen-address", "127.0.0.1:0"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=ENVIRONMENT)
        self.output = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        rest, _ = self.process.communicate(timeout=20 * PATIENCE)
        self.output += rest.decode(errors="replace")

    def wait_for(self, pattern):
        """The match of the pattern in the output; None when it ends or time is over without."""
        deadline = time.monotonic() + 20 * PATIENCE
        pipe = self.process.stdout.fileno()
        while time.monotonic() < deadline:
            if select.select([pipe], [], [], 0.2)[0]:
                piece = os.read(pipe, 65536)
                self.output += piece.decode(errors="replace")
                if match := re.search(pattern, self.output):
                    return match
                if not piece:
                    return None
        return None


class Examples(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-examples-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def copy(self, name, change):
        """A changed copy, with the rules beside it, as config.yaml in a folder of its own."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        shutil.copytree(ROOT / "rules", folder / "rules")
        text = change((ROOT / name).read_text())
        file = folder / "config.yaml"
        text = text.replace("/etc/tocsin/rules", str(folder / "rules"))
        # What has to be there when the configuration is read; any certificates will do.
        text = text.replace("/etc/ssl/certs/our-ca.pem", "/etc/ssl/certs/ca-certificates.crt")
        file.write_text(text)
        return file

    def started(self, config):
        program = Started(config, self.folder)
        with program:
            greeting = program.wait_for(r"(?s)Tocsin \S+ is up\..*answers[^\n]*\n")
            self.assertIsNotNone(greeting, program.output)
            address = re.search(r"address=(127\.0\.0\.1:\d+)", program.output).group(1)
            for probe in ([], ["--live"]):
                done = subprocess.run([TOCSIN, "health", "--url", f"http://{address}", *probe],
                                      capture_output=True, text=True, timeout=20, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(program.process.returncode, 0, program.output)
        return greeting.group()

    def test_they_start_as_they_are(self):
        for name in SHIPPED:
            with self.subTest(name):
                greeting = self.started(self.copy(name, lambda text: text))
                self.assertRegex(greeting, r"watches +\d+ rules in \d+ groups from")
                self.assertIn("gauzian.yaml", greeting)

    def test_tocsin_check_has_nothing_against_them(self):
        for name in SHIPPED:
            for change in (lambda text: text), uncommented:
                with self.subTest(name):
                    done = subprocess.run([TOCSIN, "check", self.copy(name, change)],
                                          env=ENVIRONMENT, capture_output=True, text=True,
                                          timeout=20 * PATIENCE, check=False)
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                    told = [line for line in done.stdout.splitlines() if ": warning: " in line
                            and "secret file" not in line]  # which are not here
                    self.assertEqual(told, [])

    def test_without_a_prometheus_it_finds_what_wants_to_be_scraped(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Cluster)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        place = f', api_server: "http://127.0.0.1:{server.server_port}"}}]'
        config = self.copy(ALONE, lambda text: re.sub(r"(?<=role: )(\w+)}]", rf"\1{place}", text))
        program = Started(config, self.folder)
        with program:
            found = program.wait_for(r"address=(127\.0\.0\.1:\d+)")
            self.assertIsNotNone(found, program.output)
            url = f"http://{found.group(1)}/api/v1/targets?state=active"
            deadline = time.monotonic() + 20 * PATIENCE
            targets = []
            while len(targets) < 4 and time.monotonic() < deadline:
                time.sleep(0.1)
                with urllib.request.urlopen(url, timeout=20) as answer:
                    targets = json.load(answer)["data"]["activeTargets"]
        self.assertEqual(
            {target["scrapeUrl"]: target["labels"] for target in targets},
            {"http://127.0.0.1:9093/metrics":
                 {"instance": "127.0.0.1:9093", "job": "tocsin", "namespace": "monitoring"},
             "http://127.0.0.7:9/m":
                 {"instance": "127.0.0.7:9", "job": "gauzian-web", "namespace": "shop",
                  "pod": "web-1"},
             "http://[fd00::7]:9/metrics":
                 {"instance": "[fd00::7]:9", "job": "pods", "namespace": "shop", "pod": "six"},
             "https://127.0.0.8:9/metrics":
                 {"instance": "127.0.0.8:9", "job": "api", "namespace": "shop"}})
        # tests/k8s_test.py holds the permissions to these.
        self.assertEqual(Cluster.asked, {"/api/v1/pods", "/api/v1/services",
                                         "/apis/discovery.k8s.io/v1/endpointslices"})

    def test_the_example_starts_where_it_stands(self):
        self.started(ROOT / "config.example.yaml")

    def test_they_start_with_all_that_is_commented_out(self):
        for name in SHIPPED:
            with self.subTest(name):
                greeting = self.started(self.copy(name, uncommented))
                self.assertIn("oncall@example.org", greeting)

    def test_every_channel_is_shown_in_the_example(self):
        config = yaml.safe_load(uncommented((ROOT / "config.example.yaml").read_text()))
        shown = {key for receiver in config["receivers"] for key in receiver}
        for kind in ("console", "slack", "discord", "email", "webhook"):
            self.assertIn(f"{kind}_configs", shown)

    def test_a_mistake_in_it_is_told_with_its_line(self):
        config = self.copy("config.example.yaml",
                           lambda text: text.replace("group_wait", "group_wiat"))
        program = Started(config, self.folder)
        with program:
            program.process.wait(20 * PATIENCE)
        self.assertEqual(program.process.returncode, 1)
        self.assertRegex(program.output, r"config\.yaml:\d+:\d+: .*group_wiat.*group_wait")


if __name__ == "__main__":
    if not TOCSIN.exists():
        raise SystemExit(f"{TOCSIN} is not there; build it, or name it in TOCSIN")
    unittest.main()
