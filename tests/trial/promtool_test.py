#!/usr/bin/env python3
"""Runs test files with promtool and with tocsin test: both have to end with the same exit code.

Looks at this repository's own (tests/rules) and, where they are present, at those of Prometheus.
Exit code 77 when promtool is missing.
"""
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TOCSIN = os.environ.get("TOCSIN", "tocsin")
CONFORMANCE = pathlib.Path(os.environ.get("TOCSIN_CONFORMANCE_DIR",
                                          HERE.parents[1] / "../shared/conformance")) / "promtool"

# What Debian's promtool 2.42 does not know yet and later ones do; what tocsin test says of them is in
# conformance_test.cpp.
NEWER = {
    "start-time-test.yml": "start_timestamp",
    "no-test-group-interval.yml": "interval defaults to evaluation_interval",
    "unittest.yml": "expected histograms",
}


def exit_code(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).returncode


def main():
    if shutil.which("promtool") is None:
        print("skipped: promtool is not installed (Debian package prometheus)")
        return 77
    files = sorted((HERE.parent / "rules").glob("*_test.yaml"))
    own = len(files)
    files += sorted(CONFORMANCE.glob("*.yml"))
    wrong = compared = 0
    for file in files:
        if file.name in NEWER:
            print(f"skipped: {file.name}: promtool 2.42 does not know {NEWER[file.name]}")
            continue
        theirs = exit_code("promtool", "test", "rules", file)
        ours = exit_code(TOCSIN, "test", file)
        compared += 1
        if theirs != ours or (file.parent.name == "rules" and ours != 0):
            print(f"{file}: promtool ends with {theirs}, tocsin test with {ours}")
            wrong += 1
    print(f"{compared} files ({own} of our own) compared, {wrong} differ")
    return 1 if wrong or own == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
