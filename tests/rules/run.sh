#!/bin/sh
# Runs the unit tests of the shipped rules with tocsin test ($TOCSIN) and, where it is installed, with
# promtool, which also checks the rules.
set -u
cd "$(dirname "$0")" || exit 1

failed=0
"${TOCSIN:-tocsin}" test ./*_test.yaml || failed=1
python3 check_annotations.py || failed=1
if command -v promtool >/dev/null; then
  promtool check rules ../../rules/*.yaml || failed=1
  for test in *_test.yaml; do
    promtool test rules "$test" || failed=1
  done
else
  echo "promtool is not installed (Debian package prometheus): only tocsin test was run"
fi
exit $failed
