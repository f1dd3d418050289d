"""The programs an integration test is made of: started on free ports of loopback, ended with the
test, each with its log in the test's folder.

TOCSIN names the program under test (build/release/tocsin). TOCSIN_TEST_PATIENCE multiplies what is
waited for at most: builds with sanitizers are slower.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUPPORT = ROOT / "tests/support"
TOCSIN = pathlib.Path(os.environ.get("TOCSIN", ROOT / "build/release/tocsin")).resolve()
PYTHON3 = "/usr/bin/python3"  # Debian's, which has Debian's modules
PATIENCE = float(os.environ.get("TOCSIN_TEST_PATIENCE", "1"))


def wait_until(what, condition, seconds=10.0):
    """Calls `condition` until it gives something true, and returns that. AssertionErrors of the
    condition count as "not yet"; the last one is part of the complaint when time is over."""
    deadline = time.monotonic() + seconds * PATIENCE
    reason = ""
    while True:
        try:
            if result := condition():
                return result
        except AssertionError as error:
            reason = f": {error}"
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds * PATIENCE:g} s in vain until {what}{reason}")
        time.sleep(0.1)


def http(url, method="GET", body=None, timeout=10):
    """(status, text) of a request; errors of HTTP are answers too."""
    data = body.encode() if body is not None else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def get_json(url):
    status, text = http(url)
    if status != 200:
        raise AssertionError(f"GET {url}: {status} {text[:300]}")
    return json.loads(text)


class Program:
    """A program with its log. Only what was started here is ever ended."""

    def __init__(self, name, command, folder):
        self.name = name
        self.log_file = folder / f"{name}.log"
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen([str(word) for word in command], cwd=folder, stdout=log,
                                            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)

    def log(self):
        return self.log_file.read_text(errors="replace")

    def running(self):
        return self.process.poll() is None

    def wait_for_log(self, pattern, seconds=15.0, start=0):
        """The match of a regular expression in what was logged from offset `start` on."""
        def find():
            text = self.log()[start:]
            if match := re.search(pattern, text):
                return match
            if not self.running():
                raise RuntimeError(f"{self.name} ended early ({self.process.returncode}):\n{text}")
            return None
        return wait_until(f"{self.name} logs {pattern!r}", find, seconds)

    def kill(self):
        """As a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        if not self.running():
            return
        self.process.terminate()
        try:
            self.process.wait(15 * PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()


class Exporter(Program):
    """A simulated Gauzian backend (tests/support/gauzian_exporter.py)."""

    def __init__(self, folder, speed=5):
        super().__init__("exporter", [
            PYTHON3, SUPPORT / "gauzian_exporter.py", "--port", "0", "--speed", speed],
            folder)
        self.port = int(self.wait_for_log(r'"port": (\d+)').group(1))

    def change(self, what):
        """ "break/errors", "heal", … """
        status, text = http(f"http://127.0.0.1:{self.port}/{what}", "POST")
        assert status == 200, text


class Prometheus(Program):
    """Debian's Prometheus, scraping `target_port` every second, with rules of its own if any."""

    def __init__(self, folder, target_port, *flags, rule_files=()):
        config = folder / "prometheus.yaml"
        config.write_text(
            "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\n"
            f"rule_files: {json.dumps([str(file) for file in rule_files])}\n"
            "scrape_configs:\n"
            "  - job_name: gauzian-backend\n"
            f"    static_configs: [{{targets: ['127.0.0.1:{target_port}']}}]\n")
        super().__init__("prometheus", [
            "prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder / 'prometheus'}",
            "--web.listen-address=127.0.0.1:0", *flags], folder)
        port = self.wait_for_log(r'msg="Listening on" address=127\.0\.0\.1:(\d+)').group(1)
        self.wait_for_log("Server is ready to receive web requests")
        self.url = f"http://127.0.0.1:{port}"

    def query(self, expression):
        """The result vector of an instant query."""
        encoded = urllib.request.quote(expression)
        return get_json(f"{self.url}/api/v1/query?query={encoded}")["data"]["result"]


class Tocsin(Program):
    """`tocsin run` with the configuration `text`. It can be killed, and started again on the same
    journal."""

    def __init__(self, folder, text):
        self.folder = folder
        self.config = folder / "tocsin.yaml"
        self.config.write_text(text)
        self.url = ""
        self.start()

    def start(self):
        start = self.log_file.stat().st_size if self.url else 0
        super().__init__("tocsin", [
            TOCSIN, "run", "--config.file", self.config, "--storage.path", self.folder / "data",
            "--web.listen-address", "127.0.0.1:0", "--log.level", "debug"], self.folder)
        found = self.wait_for_log(r"Listening on.*address=127\.0\.0\.1:(\d+)", 20, start)
        self.url = f"http://127.0.0.1:{found.group(1)}"
        wait_until("tocsin is ready", lambda: self.answers("/-/ready"))

    def answers(self, path):
        try:
            return http(self.url + path, timeout=2)[0] == 200
        except OSError:
            return False

    def hang_up(self):
        self.process.send_signal(signal.SIGHUP)

    def rules(self):
        """All rules by alert or record name; of several with one name, the last."""
        groups = get_json(f"{self.url}/api/v1/rules")["data"]["groups"]
        return {rule["name"]: rule for group in groups for rule in group["rules"]}

    def states(self):
        """What is not inactive: alert name -> the alert of /api/v1/alerts."""
        alerts = get_json(f"{self.url}/api/v1/alerts")["data"]["alerts"]
        return {alert["labels"]["alertname"]: alert for alert in alerts}

    def state(self, name):
        return self.states().get(name, {}).get("state", "inactive")

    def metric(self, name, **labels):
        """The sum of the metric's samples with these labels; None when there is none."""
        total = None
        for line in http(f"{self.url}/metrics")[1].splitlines():
            match = re.match(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)", line)
            if not match or match.group(1) != name:
                continue
            found = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', match.group(2) or ""))
            if all(found.get(key) == value for key, value in labels.items()):
                total = (total or 0) + float(match.group(3))
        return total

    def amtool(self, *words):
        """The output of a real amtool. `-o json` gives something to parse."""
        done = subprocess.run(["amtool", f"--alertmanager.url={self.url}", *words],
                              capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0, f"amtool {' '.join(words)}: {done.stderr or done.stdout}"
        return done.stdout


class WorldTest(unittest.TestCase):
    """A folder for each test class, and programs that end with it (or with the test, see `own`)."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-integration-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.programs = contextlib.ExitStack()
        cls.addClassCleanup(cls.programs.close)

    @classmethod
    def shared(cls, program):
        """Ends with the last test of the class."""
        cls.programs.callback(program.stop)
        return program

    def own(self, program):
        """Ends with this test; its log is printed when the test fails."""
        self.addCleanup(self.finish, program)
        return program

    def own_folder(self):
        return pathlib.Path(tempfile.mkdtemp(dir=self.folder))

    def finish(self, program):
        program.stop()
        result = self._outcome.result
        if any(self in (test, getattr(test, "test_case", None))
               for test, _ in result.failures + result.errors):
            end = program.log()[-6000:]
            sys.stderr.write(f"\n--- the end of {program.name}'s log ---\n{end}\n")


def has_mail_server():
    asked = subprocess.run([PYTHON3, "-c", "import aiosmtpd"], capture_output=True, check=False)
    return asked.returncode == 0


def main():
    """Runs the tests of the calling file; exit code 77 where a neighbour is not installed."""
    neighbours = {"prometheus": shutil.which("prometheus"),
                  "prometheus-alertmanager": shutil.which("amtool"),
                  "python3-aiosmtpd": has_mail_server()}
    missing = [package for package, found in neighbours.items() if not found]
    if missing:
        print(f"skipped: Debian's {' and '.join(missing)} not installed")
        sys.exit(77)
    if not TOCSIN.exists():
        sys.exit(f"{TOCSIN} is not there; build it, or name it in the environment variable TOCSIN")
    unittest.main(verbosity=2)
