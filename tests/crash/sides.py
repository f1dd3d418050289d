"""The two sides of the campaign behind one interface: Tocsin, and Prometheus with Alertmanager."""
import datetime
import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOCSIN = pathlib.Path(os.environ.get("TOCSIN", ROOT / "build/release/tocsin")).resolve()

ROUTE = """
route: {{receiver: hook, group_by: [batch], group_wait: 300ms, group_interval: 700ms, repeat_interval: 4h}}
receivers: [{{name: hook, webhook_configs: [{{url: "{hook}/hook"}}]}}]
"""

# Long enough to be pending all the time. Prometheus restores clocks from 10 minutes on.
RULES = """
groups:
- name: campaign
  interval: 1s
  rules:
  - {alert: Soon, expr: campaign_trouble == 1, for: 9m}
  - {alert: Later, expr: campaign_trouble == 1, for: 30m}
"""


class Gone(Exception):
    """No answer: whether it was done is not known."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def seconds(text):
    """An API's time (with up to nine digits behind the point) as seconds since the epoch."""
    whole, _, rest = text.rstrip("Z").partition(".")
    at = datetime.datetime.fromisoformat(whole + "+00:00").timestamp()
    return at + (float("0." + rest) if rest.isdigit() else 0)


class Api:
    """One kept connection for one thread."""

    def __init__(self, port):
        self.port, self.connection = port, None

    def call(self, method, path, body=None, timeout=20):
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
            self.connection.request(method, path, None if body is None else json.dumps(body),
                                    {"Content-Type": "application/json"})
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection = None
            raise Gone(str(error)) from error
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {content[:300]!r}")
        return json.loads(content) if content.startswith((b"{", b"[", b'"')) else None


class Side:
    """Programs that are started together and killed together."""
    name = ""

    def __init__(self, folder, outside):
        self.folder, self.outside = folder, outside
        self.port = free_port()  # of the API of alerts and silences
        self.programs = []
        (folder / "rules.yml").write_text(RULES)

    def start_program(self, name, command):
        with open(self.folder / f"{name}.log", "ab") as log:
            self.programs.append(subprocess.Popen([str(word) for word in command], stdout=log,
                                                  stderr=log, stdin=subprocess.DEVNULL))

    def wait_ready(self, port, path="/-/ready", limit=120):
        deadline = time.monotonic() + limit
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                connection.request("GET", path)
                if connection.getresponse().status == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
            ended = [each for each in self.programs if each.poll() is not None]
            if ended or time.monotonic() > deadline:
                raise SystemExit(f"{self.name} does not come up; see its logs in {self.folder}")
            time.sleep(0.005)

    def kill(self):
        for program in self.programs:
            program.kill()
        for program in self.programs:
            program.wait()
        self.programs = []

    def active_alerts(self, api):
        """The ids of posted alerts that are there."""
        query = urllib.parse.quote('id=~".+"')
        return {alert["labels"]["id"] for alert in api.call("GET", f"/api/v2/alerts?filter={query}")}

    def silences(self, api):
        """State by id."""
        return {each["id"]: each["status"]["state"] for each in api.call("GET", "/api/v2/silences")}

    def clocks(self):
        """Since when each alert of the rules is active, by name and series."""
        alerts = Api(self.rules_port()).call("GET", "/api/v1/alerts")["data"]["alerts"]
        return {(each["labels"]["alertname"], each["labels"]["n"]): seconds(each["activeAt"])
                for each in alerts if "n" in each["labels"]}


class Tocsin(Side):
    name = "Tocsin"

    def __init__(self, folder, outside):
        super().__init__(folder, outside)
        (folder / "tocsin.yaml").write_text(
            f"sources: [{{name: campaign, url: '{outside.url}'}}]\nrule_files: [rules.yml]\n"
            + ROUTE.format(hook=outside.url))

    def start(self):
        self.start_program("tocsin", [
            TOCSIN, "run", "--config.file", self.folder / "tocsin.yaml", "--storage.path",
            self.folder / "data", f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"])
        self.wait_ready(self.port)

    def rules_port(self):
        return self.port


class Peers(Side):
    name = "Prometheus + Alertmanager"

    def __init__(self, folder, outside):
        super().__init__(folder, outside)
        self.prometheus_port = free_port()
        (folder / "alertmanager.yml").write_text(ROUTE.format(hook=outside.url))
        (folder / "prometheus.yml").write_text(
            "global: {scrape_interval: 1s, scrape_timeout: 1s}\nrule_files: [rules.yml]\n"
            f"alerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{self.port}']}}]}}]}}\n"
            f"scrape_configs: [{{job_name: x, static_configs: [{{targets: ['{outside.address}']}}]}}]\n")

    @staticmethod
    def missing():
        return [name for name in ("prometheus", "prometheus-alertmanager") if not shutil.which(name)]

    def start(self):
        self.start_program("alertmanager", [
            "prometheus-alertmanager", f"--config.file={self.folder / 'alertmanager.yml'}",
            f"--storage.path={self.folder / 'alertmanager'}", "--cluster.listen-address=",
            f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn"])
        self.start_program("prometheus", [
            "prometheus", f"--config.file={self.folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.folder / 'prometheus'}", "--log.level=warn",
            f"--web.listen-address=127.0.0.1:{self.prometheus_port}"])
        self.wait_ready(self.port)
        self.wait_ready(self.prometheus_port)

    def rules_port(self):
        return self.prometheus_port
