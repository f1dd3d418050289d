#!/usr/bin/env python3
"""The same exporter scraped by Debian's Prometheus and by Tocsin: the same answers over HTTP.

    scraped.py [--count 600] [--seed N]

The exporter says the time of each sample, and gives each of the two its pages one after the other, so
that both have the same samples whenever they come. Series, expressions and what counts as the same are
those of differential.py. Exit code 1 when an answer differs, 77 when there is no Prometheus.
"""
import argparse
import collections
import http.server
import json
import pathlib
import random
import secrets
import shutil
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/integration"))

import compare  # noqa: E402
import expressions  # noqa: E402
import series  # noqa: E402
from world import Program, Tocsin, wait_until  # noqa: E402

LENGTH = 45 * 60  # a Prometheus takes samples up to an hour old
SLOT = 15

PROMETHEUS = """
global: {{scrape_interval: 250ms, scrape_timeout: 250ms}}
scrape_configs:
- job_name: pages
  honor_labels: true
  metrics_path: /{who}
  static_configs: [{{targets: ['127.0.0.1:{port}']}}]
"""
TOCSIN = PROMETHEUS + """
route: {{receiver: nobody}}
receivers: [{{name: nobody}}]
"""


def pages_of(source, shift):
    """What the exporter says at each time, the samples moved by so many seconds."""
    pages = collections.defaultdict(list)
    for line in series.make(source).splitlines():
        if line.startswith("#") or not line.strip():
            continue
        text, at = line.rsplit(" ", 1)
        begun = float(at) - series.BEGIN
        if begun < LENGTH:
            moved = round((float(at) + shift) * 1000)
            pages[int((begun + 1) // SLOT)].append(f"{text} {moved}\n")
    slots = [pages[slot] for slot in sorted(pages)]
    # A scrape that failed is made up for by the next ones.
    return ["".join(line for slot in slots[max(0, i - 3):i + 1] for line in slot).encode()
            for i in range(len(slots))]


class Exporter(http.server.ThreadingHTTPServer):
    """Each path has its own place in the pages, which stays at the last one."""
    daemon_threads = True

    def __init__(self, pages):
        self.pages = pages
        self.served = collections.Counter()
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def done(self, who):
        return self.served[who] > len(self.pages) + 2


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        who = self.path.strip("/")
        page = self.server.pages[min(self.server.served[who], len(self.server.pages) - 1)]
        self.server.served[who] += 1
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_):
        pass


class Api:
    def __init__(self, url, translate=lambda text: text):
        self.url, self.translate = url, translate

    def ask(self, path, **parameters):
        body = urllib.parse.urlencode(parameters).encode()
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/{path}", body, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)

    def query(self, text, at, steps, step):
        text = self.translate(text)
        if not steps:
            return self.ask("query", query=text, time=at)
        return self.ask("query_range", query=text, start=at, end=at + steps * step, step=step)


def prometheus(folder, port):
    config = folder / "prometheus.yaml"
    config.write_text(PROMETHEUS.format(who="prometheus", port=port))
    program = Program("prometheus", [
        "prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder / 'prometheus'}",
        "--web.listen-address=127.0.0.1:0"], folder)
    found = program.wait_for_log(r'msg="Listening on" address=127\.0\.0\.1:(\d+)')
    return program, Api(f"http://127.0.0.1:{found.group(1)}", lambda text: text.replace(
        "double_exponential_smoothing(", "holt_winters("))


def listed(api, begin):
    """What the other paths say of the exporter's series."""
    own = '{__name__=~".+",__name__!~"up|scrape_.*"}'
    period = {"start": begin, "end": begin + LENGTH}
    out = {"series": sorted(map(str, (sorted(each.items()) for each in api.ask(
        "series", **{"match[]": own}, **period)["data"])))}
    out["labels"] = api.ask("labels", **{"match[]": own}, **period)["data"]
    for name in out["labels"]:
        with urllib.request.urlopen(f"{api.url}/api/v1/label/{name}/values?" + urllib.parse.urlencode(
                {"match[]": own, **period}), timeout=60) as answer:
            out[name] = json.load(answer)["data"]
    return out


def compare_all(source, theirs, ours, begin, count):
    counts = collections.Counter()
    for _ in range(count):
        at = begin + 5 * source.randrange(120, LENGTH // 5)
        node = expressions.Maker(source, at).expression()
        steps, step = 0, 0
        if node.kind != "m" and source.random() < 0.5:
            steps, step = source.randrange(1, 12), 5 * source.choice((1, 3, 6, 12, 13, 60))
        text = str(node)
        left, right = (api.query(text, at, steps, step) for api in (theirs, ours))
        what = compare.difference(left, right, node.unordered,
                                  not steps and node.pattern.startswith("sort"))
        if left["status"] == "error":
            counts["error"] += 1
        else:
            counts["with values" if left["data"]["result"] else "empty"] += 1
        if what is None or compare.rule_for(text, left, right):
            continue
        counts["DIFFERENT"] += 1
        print(f"DIFFERENT ({what}): {text}  at {at} steps {steps} of {step}\n"
              f"  theirs: {json.dumps(left)[:600]}\n  ours:   {json.dumps(right)[:600]}", flush=True)
        if counts["DIFFERENT"] >= 5:
            break
    return counts


def run(options, folder):
    source = random.Random(options.seed)
    begin = (int(time.time()) - LENGTH - 120) // 60 * 60
    exporter = Exporter(pages_of(source, begin - series.BEGIN))
    port = exporter.server_address[1]
    theirs_program, theirs = prometheus(folder, port)
    ours_program = Tocsin(folder, TOCSIN.format(who="tocsin", port=port))
    try:
        ours = Api(ours_program.url)
        wait_until("both have seen all pages",
                   lambda: exporter.done("prometheus") and exporter.done("tocsin"), 180)
        counts = compare_all(source, theirs, ours, begin, options.count)
        same_lists = listed(theirs, begin) == listed(ours, begin)
    finally:
        ours_program.stop()
        theirs_program.stop()
        exporter.shutdown()
    print(f"{options.count} expressions over {len(exporter.pages)} scrapes, seed {options.seed}: "
          f"{dict(counts)}; series and labels {'the same' if same_lists else 'DIFFERENT'}")
    return counts["DIFFERENT"] == 0 and same_lists and counts["with values"] > options.count / 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    options = parser.parse_args()
    if shutil.which("prometheus") is None:
        print("skipped: Debian's prometheus not installed")
        return 77
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="tocsin-scraped-") as folder:
        return 0 if run(options, pathlib.Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
