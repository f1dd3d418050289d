#!/usr/bin/env python3
"""The scripts: well formed, runnable, and what they promise without building anything."""
import os
import pathlib
import re
import shutil
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[1]
NAMES = ("bootstrap", "run", "test", "format", "bench", "fuzz")
SCRIPTS = [*(ROOT / "scripts" / name for name in NAMES), ROOT / ".ci/run"]


def run(*words, **options):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=60,
                          check=False, **options)


class Scripts(unittest.TestCase):
    def test_they_are_executable_and_bash_can_read_them(self):
        for script in [*SCRIPTS, ROOT / "scripts/common.sh"]:
            with self.subTest(script.name):
                done = run("bash", "-n", script)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                if script.suffix != ".sh":
                    self.assertTrue(os.access(script, os.X_OK))
                    self.assertIn("set -euo pipefail", script.read_text())

    @unittest.skipUnless(shutil.which("shellcheck"), "shellcheck is not installed")
    def test_shellcheck_finds_nothing(self):
        done = run("shellcheck", "-x", *SCRIPTS, cwd=ROOT)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_they_explain_themselves_from_anywhere(self):
        for script in SCRIPTS[:-1]:
            with self.subTest(script.name):
                done = run(script, "--help", cwd="/")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn(f"scripts/{script.name}", done.stdout)

    def test_an_unknown_option_is_refused(self):
        for name in ("bootstrap", "test", "format", "fuzz"):
            with self.subTest(name):
                self.assertEqual(run(ROOT / "scripts" / name, "--unknown").returncode, 2)

    def test_bootstrap_names_a_package_for_each_library_of_the_build(self):
        listed = run(ROOT / "scripts/bootstrap", "--list", "--test").stdout.split()
        wanted = {
            "CLI11": "libcli11-dev", "CURL": "libcurl4-openssl-dev", "GTest": "libgtest-dev",
            "OpenSSL": "libssl-dev", "PkgConfig": "pkg-config", "SQLite3": "libsqlite3-dev",
            "SQLiteCpp": "libsqlitecpp-dev", "Snappy": "libsnappy-dev", "Threads": "g++",
            "ZLIB": "zlib1g-dev",
            "date": "libhowardhinnant-date-dev", "fmt": "libfmt-dev",
            "httplib": "libcpp-httplib-dev", "jemalloc": "libjemalloc-dev",
            "nlohmann_json": "nlohmann-json3-dev",
            "re2": "libre2-dev", "simdjson": "libsimdjson-dev", "spdlog": "libspdlog-dev",
            "tsl-robin-map": "robin-map-dev", "yaml-cpp": "libyaml-cpp-dev"}
        text = (ROOT / "CMakeLists.txt").read_text()
        for library in re.findall(r"(?:find_package|pkg_check_modules)\((\S+)", text):
            with self.subTest(library):
                self.assertIn(wanted[library], listed)

    def test_bootstrap_has_nothing_to_do_the_second_time(self):
        # The tests run after it: everything is there, and it says nothing.
        done = run(ROOT / "scripts/bootstrap", "--run")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))


class Image(unittest.TestCase):
    """The Dockerfile, which needs an engine to be built, read for what it counts on."""

    def test_what_it_copies_is_there_and_not_ignored(self):
        allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines()
                   if line.startswith("!")}
        text = (ROOT / "Dockerfile").read_text()
        for source in re.findall(r"^COPY (?!--)(\S+) ", text, re.MULTILINE):
            with self.subTest(source):
                if source != ".":
                    self.assertTrue(list(ROOT.glob(source)))
                    self.assertTrue({source, source.split("/")[0]} & allowed)
        build = (ROOT / "CMakeLists.txt").read_text()
        folders = set(re.findall(r"^add_subdirectory\((\w+)", build, re.MULTILINE))
        self.assertLessEqual(folders, allowed)

    def test_it_runs_as_the_user_that_the_manifests_name(self):
        dockerfile = (ROOT / "Dockerfile").read_text()
        user = re.search(r"^USER (\d+):\1$", dockerfile, re.MULTILINE).group(1)
        self.assertNotEqual(user, "0")
        manifest = (ROOT / "k8s/base/statefulset.yaml").read_text()
        self.assertIn(f"runAsUser: {user}\n", manifest)


if __name__ == "__main__":
    unittest.main()
