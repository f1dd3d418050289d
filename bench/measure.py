"""Starting programs for a measurement, and what the kernel knows of them."""
import json
import os
import pathlib
import socket
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[1]


def cpu_seconds(pid):
    """User and system time the process has used so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mib(pid, field="VmRSS"):
    """VmRSS is what it holds now, VmHWM the most it ever held."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


def folder_mib(folder):
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 2**20


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(url, method="GET"):
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=10) as answer:
        return answer.read().decode()


def wait_for(url, process, log, seconds=60):
    """Until `url` answers with 200. Ends the program when it does not."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            fetch(url)
            return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    raise SystemExit(f"{process.args[0]} does not answer at {url}:\n{log.read_text()[-2000:]}")


def metric(exposition, name):
    """The value of a metric without labels; None when it is not there."""
    for line in exposition.splitlines():
        if line.startswith(name + " "):
            return float(line.split()[1])
    return None


class Program:
    """A program that ends with the block."""

    def __init__(self, command, log):
        self.log = log
        with open(log, "w") as file:
            self.process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)

    @property
    def pid(self):
        return self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class FakePrometheus(Program):
    def __init__(self, folder):
        program = os.environ.get("FAKE_PROMETHEUS", ROOT / "build/release/bench/fake_prometheus")
        if not pathlib.Path(program).exists():
            raise SystemExit(f"{program} is not there: configure with -DTOCSIN_BENCH=ON and build")
        self.port = free_port()
        super().__init__([program, str(self.port)], folder / "fake_prometheus.log")
        self.url = f"http://127.0.0.1:{self.port}"
        wait_for(self.url + "/stats", self.process, self.log)

    def fire(self):
        fetch(self.url + "/control/fire", "POST")

    def stats(self):
        return json.loads(fetch(self.url + "/stats"))
