#!/usr/bin/env python3
"""Asks Go's own template packages what becomes of templates, and holds ours against that.

    EXPAND=…/tocsin_template_expand differential.py [--questions N] [--seed S]
    EXPAND=… differential.py --print       the cases of ../html/cases.txt with Go's answers

The templates are the cases of ../html/cases.txt and N random documents. Skipped (77) where there is
no Go. Cases that are newer than the Go that is here are left out, and so are <!-- and </script> in
a script's texts, of which old ones know nothing.
"""
import argparse
import glob
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE.parent / "html" / "cases.txt"
LABELS = json.loads((HERE.parent / "html" / "labels.json").read_text())

MESSAGE = {
    "receiver": "ops.team", "externalURL": "https://tocsin.example.org", "groupLabels": {"word": "abc"},
    "alerts": [
        {"status": "firing", "labels": {**LABELS, "instance": "a"}, "generatorURL": "https://p/graph?g0=<up>",
         "annotations": {"summary": "<i>\"slow\"</i>"}, "startsAt": "2026-01-02T03:04:05Z",
         "endsAt": "0001-01-01T00:00:00Z"},
        {"status": "resolved", "labels": {**LABELS, "instance": "b"}, "generatorURL": "javascript:x",
         "annotations": {"summary": "it's"}, "startsAt": "2026-01-02T03:04:05.123Z",
         "endsAt": "2026-01-02T04:00:00Z"}]}

# What random documents are made of. Values stand between the texts, wherever these have left off.
TEXTS = [
    "<p>", "</p>", " ", "x", "<a href=\"", "<a href='", "<a href=", "<img src=\"", "<img srcset=\"", "\"", "'",
    ">", "/>", "<b title=\"", "<b title=", " title='", " style=\"", " onclick=\"", " onclick='", " data-x=",
    "<script>", "</script>", "<style>", "</style>", "<title>", "</title>", "<textarea>", "</textarea>",
    "<!--", "-->", "/*", "*/", "//", "\n", "/", "?", "#", "&amp;", "&#39;", "=", "(", ")", "{", "}", ";", ":",
    ",", "url(", "color: ", "return ", "x = ", "++", "+", "[", "]", "\\", "javascript:", "http://", "a b",
    "<script type=\"text/x\">", "<script type=\"module\">", "<svg:a xlink:href=\"", "<!doctype html>", "<", "&",
]
VALUES = [f"{{{{ .{name} }}}}" for name in LABELS] + [
    "{{ 7 }}", "{{ .html | html }}", "{{ .good | urlquery }}", "{{ safeHtml .html }}", "{{ safeUrl .url }}",
    "{{ list 1 .js }}", "{{ true }}", "{{ .html | printf \"%q\" }}"]


def find_go():
    found = [shutil.which("go"), *sorted(glob.glob("/usr/lib/go-*/bin/go"), reverse=True)]
    return next((each for each in found if each), None)


def go_version(go):
    text = subprocess.run([go, "version"], check=True, capture_output=True, text=True).stdout
    return tuple(int(part) for part in re.search(r"go(\d+)\.(\d+)", text).groups())


def build(go, folder):
    program = folder / "expand"
    environment = {**os.environ, "GO111MODULE": "off", "GOCACHE": str(folder / "cache"), "GOPATH": str(folder)}
    subprocess.run([go, "build", "-o", program, HERE / "main.go"], check=True, env=environment, timeout=300)
    return program


def cases():
    """(since, template) of cases.txt, where the lines of a case stand together."""
    for block in re.split(r"\n\s*\n", CASES.read_text()):
        lines = [line for line in block.splitlines() if not line.startswith("#")]
        template = "\n".join(line[2:] for line in lines if line.startswith("<"))
        since = next((line.split()[1] for line in lines if line.startswith("since")), "1.0")
        if lines:
            yield tuple(int(part) for part in since.split(".")), template


def document(dice, values, depth=0):
    out = ""
    for _ in range(dice.randint(1, 6 if depth else 12)):
        kind = dice.random()
        if kind < 0.6 or depth > 2:
            out += dice.choice(TEXTS)
        elif kind < 0.9:
            out += dice.choice(values)
        elif kind < 0.95:
            out += "{{ if .word }}" + document(dice, values, depth + 1)
            out += ("{{ else }}" + document(dice, values, depth + 1) if dice.random() < 0.5 else "") + "{{ end }}"
        else:
            out += "{{ range .SortedPairs }}" + document(dice, values, depth + 1).replace("{{ .", "{{ $.") + "{{ end }}"
    return out


def may_differ_by_age(text):
    """Whether comments of HTML are in a script, or its end in a text of it."""
    in_script = re.search(r"<script(.*)</script", text, re.DOTALL)
    has_comment = "<!--" in text or "-->" in text
    return has_comment and ("script" in text or "onclick" in text) or (
        in_script is not None and re.search("[\"'/]", in_script.group(1)) is not None)


def answers(program, questions):
    lines = [json.dumps(MESSAGE)] + [json.dumps(each) for each in questions]
    done = subprocess.run([program], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True,
                          timeout=300)
    return [json.loads(line) for line in done.stdout.splitlines()]


def same(ours, theirs):
    """Mistakes are worded by each for itself; that there is one has to be the same."""
    return ours == theirs or ("error" in ours and "error" in theirs)


def arguments():
    parser = argparse.ArgumentParser(description="compares templates with Go's")
    parser.add_argument("--questions", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--print", action="store_true")
    return parser.parse_args()


def main():
    options = arguments()
    go = find_go()
    if go is None:
        print("skipped: there is no Go to compare with")
        return 77
    version = go_version(go)
    dice = random.Random(options.seed)
    texts = [text for since, text in cases() if since <= version]
    # Old ones let an attribute without quotes become the next one.
    values = [each for each in VALUES if version >= (1, 20) or "empty" not in each]
    while not options.print and len(texts) < options.questions:
        text = document(dice, values)
        if not may_differ_by_age(text):
            texts.append(text)
    questions = [{"mode": "labels", "text": text} for text in texts]
    with tempfile.TemporaryDirectory() as folder:
        theirs = answers(build(go, pathlib.Path(folder)), questions)
    if options.print:
        for text, answer in zip(texts, theirs):
            print(json.dumps({"text": text, "answer": answer}))
        return 0
    ours = answers(os.environ["EXPAND"], questions)
    wrong = [each for each in zip(texts, ours, theirs) if not same(*each[1:])]
    for text, our, their in wrong[:20]:
        print(f"{text!r}\n  ours: {our}\n  Go:   {their}")
    good = sum("text" in answer for answer in theirs)
    print(f"{len(texts)} templates, {good} of them good, {len(wrong)} with another answer than Go {version}")
    return 1 if wrong or good < len(texts) // 20 else 0


if __name__ == "__main__":
    sys.exit(main())
