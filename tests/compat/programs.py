"""The two sides: Debian's Alertmanager, and Tocsin under the name of alertmanager."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOCSIN = pathlib.Path(os.environ.get("TOCSIN", ROOT / "build/release/tocsin")).resolve()
ALERTMANAGER = os.environ.get("ALERTMANAGER") or shutil.which("prometheus-alertmanager")

# The flags a service file of Alertmanager without its cluster has. Both sides get the same.
FLAGS = ["--log.level=debug", "--web.listen-address=127.0.0.1:0", "--cluster.listen-address=",
         "--web.external-url=http://alerts.example.org"]


def command_of(kind, folder):
    if kind == "alertmanager":
        return str(ALERTMANAGER)
    script = folder / "alertmanager"
    script.write_text(f'#!/bin/sh\nexec "{TOCSIN}" run "$@"\n')
    script.chmod(0o755)
    return str(script)


class Server:
    """One process, with a configuration file that is rewritten for reloads. It can be killed and
    started again on what it stored."""

    def __init__(self, kind, folder, setup):
        folder.mkdir(parents=True)
        self.kind, self.folder, self.setup = kind, folder, setup
        self.config = folder / "alertmanager.yml"
        self.log_file = folder / "log"
        self.log_file.touch()
        self.process, self.url = None, ""

    def write(self, tree):
        # JSON is YAML, but for the surrogates it escapes other characters with.
        self.config.write_text(tree if isinstance(tree, str) else
                               json.dumps(tree, indent=1, ensure_ascii=False))

    def start(self):
        seen = self.log_file.stat().st_size
        flags = [*FLAGS, f"--config.file={self.config}", f"--storage.path={self.folder / 'data'}"]
        # Its external URL is kept from deciding the prefix, unless the setup has one.
        flags.append(f"--web.route-prefix={self.setup.prefix or '/'}")
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                [command_of(self.kind, self.folder), *flags, *self.setup.flags], stdout=log,
                stderr=log, stdin=subprocess.DEVNULL)
        port = self.wait_for(r"Listening on.*address=127\.0\.0\.1:(\d+)", seen)
        self.url = f"http://127.0.0.1:{port}{self.setup.prefix}"
        deadline = time.monotonic() + 20
        while self.call("GET", "/-/ready", quietly=True)[0] != 200:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.kind} is not ready:\n{self.log()}")
            time.sleep(0.05)

    def wait_for(self, pattern, seen):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if found := re.search(pattern, self.log()[seen:]):
                return found.group(1)
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"{self.kind} does not start:\n{self.log()[seen:][-3000:]}")

    def log(self):
        return self.log_file.read_bytes().decode(errors="replace")

    def call(self, method, path, body=None, quietly=False):
        """(status, text)"""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data,
                                         {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            if quietly:
                return 0, str(error)
            raise

    def end(self, kill=False):
        if self.process is None or self.process.poll() is not None:
            return self.process and self.process.returncode
        self.process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return self.process.returncode
