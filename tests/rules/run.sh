#!/bin/sh
# Checks the shipped rules and runs their unit tests with promtool (exit code 77: it is not installed).
set -u
cd "$(dirname "$0")" || exit 1

if ! command -v promtool >/dev/null; then
  echo "skipped: promtool is not installed (Debian package prometheus)"
  exit 77
fi

failed=0
promtool check rules ../../rules/*.yaml || failed=1
python3 check_annotations.py || failed=1
for test in *_test.yaml; do
  promtool test rules "$test" || failed=1
done
exit $failed
