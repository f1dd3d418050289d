"""A real Prometheus and our engine (promql_answers), both holding the samples of one OpenMetrics file.

Both have `instant(expression, at)` and `range(expression, start, end, step)`, with times in whole
seconds, and answer as Prometheus' HTTP API does. They end with the `with` block.
"""
import fcntl
import http.client
import json
import os
import pathlib
import re
import shutil
import subprocess
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[3]
ANSWERS = pathlib.Path(os.environ.get("PROMQL_ANSWERS",
                                      ROOT / "build/release/tests/support/promql/promql_answers"))


def missing():
    """What is not there to be compared, as words; empty when all is."""
    return [name for name in ("prometheus", "promtool") if not shutil.which(name)]


class Server:
    """A program that ends with the block."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def pid(self):
        return self.process.pid


class Prometheus(Server):
    """Debian's, on blocks made by promtool."""

    def __init__(self, samples, folder, *flags):
        blocks = folder / "blocks"
        if not blocks.exists():
            subprocess.run(
                ["promtool", "tsdb", "create-blocks-from", "openmetrics", samples, blocks],
                check=True, stdout=subprocess.DEVNULL, timeout=1800)
        config = folder / "prometheus.yaml"
        config.write_text("global: {evaluation_interval: 1m}\n")
        self.log = folder / "prometheus.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={blocks}",
                 "--storage.tsdb.retention.time=100y", "--web.listen-address=127.0.0.1:0", *flags],
                cwd=folder, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        port = int(self.wait_for_log(r'msg="Listening on" address=127\.0\.0\.1:(\d+)').group(1))
        self.wait_for_log("Server is ready to receive web requests")
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def wait_for_log(self, pattern, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            if match := re.search(pattern, self.log.read_text(errors="replace")):
                return match
            time.sleep(0.05)
        raise SystemExit(f"prometheus does not start:\n{self.log.read_text()[-2000:]}")

    def ask(self, path, **parameters):
        """The answer's text."""
        self.connection.request("POST", path, urllib.parse.urlencode(parameters),
                                {"Content-Type": "application/x-www-form-urlencoded"})
        return self.connection.getresponse().read()

    def instant(self, expression, at):
        return json.loads(self.ask("/api/v1/query", query=expression, time=at))

    def range(self, expression, start, end, step):
        return json.loads(self.ask("/api/v1/query_range", query=expression, start=start, end=end,
                                   step=step))


class Engine(Server):
    """Ours."""

    def __init__(self, samples):
        if not ANSWERS.exists():
            raise SystemExit(f"{ANSWERS} is not there: build promql_answers, or name it in the "
                             "environment variable PROMQL_ANSWERS")
        self.process = subprocess.Popen([ANSWERS, samples], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        # As much as a socket's buffers take, else long answers are handed over in small pieces.
        fcntl.fcntl(self.process.stdout, fcntl.F_SETPIPE_SZ, 1 << 20)
        self.series = int(self.process.stdout.readline().split()[0])

    def ask(self, question):
        """The answer's text."""
        self.process.stdin.write(question.encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"promql_answers ended with {self.process.wait()} at: {question}")
        return line

    def instant(self, expression, at):
        return json.loads(self.ask(f"instant {at * 1000} {expression}"))

    def range(self, expression, start, end, step):
        return json.loads(self.ask(f"range {start * 1000} {end * 1000} {step * 1000} {expression}"))
