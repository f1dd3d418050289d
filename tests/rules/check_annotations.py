#!/usr/bin/env python3
"""Every shipped alert says what people need: a severity, `for`, a summary, a description, and a
link to a section of the runbooks that exists. And every section belongs to an alert, and every
alert has a unit test."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNBOOKS = "https://runbooks.example.org/"


def alerts_of(text):
    """(name, the alert's lines) of a rule file that is written the way ours are."""
    for block in re.split(r"(?m)^(?= *- alert: )", text)[1:]:
        yield re.match(r" *- alert: (\S+)", block).group(1), block


def resolve_aliases(text):
    """Puts the lines under `annotations: &name` in place of `annotations: *name`."""
    anchors = dict(re.findall(r"annotations: &(\w+)\n((?: {10}.*\n)+)", text))
    return re.sub(r"annotations: \*(\w+)", lambda m: "annotations:\n" + anchors[m.group(1)], text)


def complaints_about(name, block, headings, tests):
    for key in ("  for: ", "severity: ", "summary: ", "description: "):
        if key not in block:
            yield f"has no {key.strip(': ')}"
    link = re.search(r"runbook_url: (\S+)", block)
    if not link:
        yield "has no runbook_url"
    elif not link.group(1).startswith(RUNBOOKS):
        yield f"links to {link.group(1)}"
    else:
        page, _, anchor = link.group(1).removeprefix(RUNBOOKS).partition("#")
        if anchor != name.lower() or name not in headings.get(page, ()):
            yield f"links to {link.group(1)}, and docs/runbooks has no such section"
    if name not in tests:
        yield "has no unit test"


def main():
    headings = {page.stem: re.findall(r"(?m)^## (\w+)$", page.read_text())
                for page in (ROOT / "docs/runbooks").glob("*.md")}
    tests = "".join(test.read_text() for test in sorted(ROOT.glob("tests/rules/*_test.yaml")))
    complaints, names = [], set()
    for file in sorted((ROOT / "rules").glob("*.yaml")):
        for name, block in alerts_of(resolve_aliases(file.read_text())):
            names.add(name)
            complaints += [f"{file.name}: {name} {what}"
                           for what in complaints_about(name, block, headings, tests)]
    for page, found in headings.items():
        complaints += [f"docs/runbooks/{page}.md: {heading} is no alert"
                       for heading in found if heading not in names]
    print("\n".join(complaints) or f"{len(names)} alerts are described, linked and tested")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
