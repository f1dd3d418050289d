#!/usr/bin/env python3
"""`tocsin demo` from its first line to its exit code.

The environment variable TOCSIN names the program (default: build/release/tocsin).
"""
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOCSIN = pathlib.Path(os.environ.get("TOCSIN", ROOT / "build/release/tocsin")).resolve()
CHANNELS = ("email", "Slack", "Discord")


class Demo(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start(self, *words):
        process = subprocess.Popen([TOCSIN, "demo", *words], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                   env={**os.environ, "TMPDIR": str(self.folder)})
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_it_shows_everything_and_ends_well(self):
        process = self.start()
        output, _ = process.communicate(timeout=280)
        self.assertEqual(process.returncode, 0, output)
        for alert in ("GauzianSuccessRateLow", "GauzianLatencyHigh", "GauzianFailedLogins"):
            for channel in CHANNELS:
                self.assertRegex(output, rf"{channel} +\[FIRING:1\] {alert}")
                self.assertRegex(output, rf"{channel} +\[RESOLVED\] {alert}")
        self.assertRegex(output, "GauzianSuccessRateLow is pending: .*waits for 5s")
        self.assertRegex(output, "GauzianLatencyHigh is left out of messages: silenced by")
        told = output.index("Slack   [FIRING:1] GauzianLatencyHigh")
        self.assertGreater(told, output.index("You end the silence"))
        self.assertNotIn("failed: it waited", output)
        self.assertEqual(list(self.folder.iterdir()), [], "its folder is gone")

    def test_ended_early_it_says_what_it_waited_for(self):
        process = self.start()
        for line in process.stdout:
            if "All is well" in line:
                break
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1, rest)
        self.assertIn("it waited for", rest)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_without_a_place_for_its_files_it_says_so(self):
        self.folder = self.folder / "nowhere"
        process = self.start()
        output, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1, output)
        self.assertIn("$TMPDIR", output)

    def test_its_backend_alone_is_broken_and_healed(self):
        process = self.start("--only-backend")
        url = re.match(r"(http://\S+)/metrics;", process.stdout.readline()).group(1)

        def failed():
            text = urllib.request.urlopen(f"{url}/metrics", timeout=10).read().decode()
            return int(re.search(r'type="login",status="failed"} (\d+)', text).group(1))

        def post(path):
            return urllib.request.urlopen(f"{url}{path}", data=b"", timeout=10).status

        self.assertEqual(failed(), 0)
        self.assertEqual(post("/break/logins"), 200)
        while not failed():  # five a second
            pass
        self.assertEqual(post("/heal"), 200)
        self.assertEqual(failed(), failed())
        with self.assertRaises(urllib.error.HTTPError):
            post("/break/everything")
        process.terminate()
        self.assertEqual(process.wait(timeout=30), 0)


if __name__ == "__main__":
    unittest.main()
