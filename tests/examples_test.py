#!/usr/bin/env python3
"""The shipped configurations start as they are, and with everything in them that is commented out.

The environment variable TOCSIN names the program (default: build/release/tocsin).
"""
import os
import pathlib
import re
import select
import shutil
import subprocess
import tempfile
import time
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[1]
TOCSIN = pathlib.Path(os.environ.get("TOCSIN", ROOT / "build/release/tocsin")).resolve()
PATIENCE = float(os.environ.get("TOCSIN_TEST_PATIENCE", "1"))
SHIPPED = ("config.example.yaml", "k8s/base/config.yaml")


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
            env={**os.environ, "PROMETHEUS_URL": "http://127.0.0.1:1"})
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
