#!/usr/bin/env python3
"""Targets that mean no good, beside one that does: each is down with the reason, and nothing else
suffers. And the same targets behind a real Prometheus: equal labels, equal series."""
import gzip
import http.server
import io
import json
import signal
import ssl
import subprocess
import threading
import time

import world
from world import PATIENCE, Exporter, Program, Tocsin, WorldTest, get_json, wait_until

GOOD = """\
# HELP app_requests_total Requests.
# TYPE app_requests_total counter
app_requests_total{method="GET",code="200"} 1027
app_requests_total{method="POST",code="200"} 3
# TYPE app_temperature gauge
app_temperature{room="a b",job="own",path="C:\\\\dir"} -2.5
app_latency_seconds_bucket{le="0.1"} 5
app_latency_seconds_bucket{le="+Inf"} 6
app_latency_seconds_sum 0.8
app_latency_seconds_count 6
go_threads 7
"""
TEXT = "text/plain; version=0.0.4; charset=utf-8"
MEGABYTE = b"m{i=\"%08d\"} 1\n" % 0 * 65536


def bomb():
    """A gigabyte of blank lines in a megabyte."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9) as packed:
        for _ in range(1024):
            packed.write(b"\n" * (1 << 20))
    return out.getvalue()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bomb = b""
    scrapes = 0

    def log_message(self, *_):
        pass

    def send(self, body, content_type=TEXT, status=200, **headers):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def stream(self, pieces):
        self.send_response(200)
        self.send_header("Content-Type", TEXT)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for piece in pieces:
            self.wfile.write(piece)

    def do_GET(self):
        try:
            getattr(self, "get_" + self.path.split("?")[0].strip("/").replace("/", "_"))()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def get_metrics(self):
        self.send(GOOD.encode())

    def get_huge(self):
        self.stream(MEGABYTE for _ in range(100))

    get_many = get_huge

    def get_endless(self):
        def drip():
            for _ in range(100):  # longer than anybody waits
                yield b"m 1\n"
                time.sleep(0.1)
        self.stream(drip())

    def get_bomb(self):
        self.send(Handler.bomb, Content_Encoding="gzip")

    def get_types(self):
        Handler.scrapes += 1
        kind = ("counter", "gauge", "histogram")[Handler.scrapes % 3]
        self.send(f"# TYPE odd {kind}\nodd {Handler.scrapes}\n".encode())

    def get_skewed(self):
        now = int(time.time() * 1000)
        self.send(f"past 1 {now - 86_400_000}\nfuture 1 {now + 86_400_000}\nnow 1\n".encode())

    def get_duplicates(self):
        self.send(b"twice 1\ntwice 2\ntwice 3\n")

    def get_labels(self):
        many = ",".join(f'l{i}="{i}"' for i in range(20_000))
        self.send(f"bomb{{{many}}} 1\n".encode())

    def get_values(self):
        self.send(f'bomb{{a="{"x" * 1_000_000}"}} 1\n'.encode())

    def get_redirect(self):
        self.send(b"", status=302, Location="/redirect")

    def get_broken(self):
        self.send(b"fine 1\nfine{a=\"b\"} 2\nbroken{a=} 3\n")

    def get_html(self):
        self.send(b"<html>", "text/html")

    def get_error(self):
        self.send(b"no", status=503)

    def get_slow(self):
        time.sleep(4)
        self.send(b"late 1\n")


def serve(context=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


# For answers that take a while where everything is slow.
LARGE = f"scrape_interval: {8 * PATIENCE:g}s\nscrape_timeout: {8 * PATIENCE:g}s"

# path -> (more settings of the job, what its error must be about); None: it is up.
HOSTILE = {
    "huge": (f"body_size_limit: 10MB\n{LARGE}", r"too large.*10485760 bytes"),
    "many": (f"sample_limit: 1000\n{LARGE}", r"sample limit exceeded: more than 1000"),
    "endless": ("scrape_timeout: 900ms", r"no complete answer within 900ms"),
    "bomb": (f"body_size_limit: 50MB\n{LARGE}", r"too large.*52428800 bytes"),
    "types": ("", None),
    "skewed": ("", None),
    "duplicates": ("", None),
    "labels": ("label_limit: 64", r"label limit exceeded.*20003 labels"),
    "values": ("label_value_length_limit: 1000", r"label value too long.*1000000 bytes"),
    "redirect": ("", r"redirect"),
    "broken": ("", r"^3:10: "),
    "html": ("", r"text/html"),
    "error": ("", r"answered HTTP 503"),
    "slow": ("scrape_timeout: 500ms", r"no complete answer within 500ms"),
}

HEAD = """\
global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
route: {receiver: nobody}
receivers: [{name: nobody}]
scrape_configs:
"""


def job(name, address, more=""):
    text = f"  - job_name: {name}\n    static_configs: [{{targets: ['{address}']}}]\n"
    return text + "".join(f"    {line}\n" for line in more.splitlines() if line)


class ScrapingTest(WorldTest):
    def setUp(self):
        self.folder = self.own_folder()
        self.server = serve()
        self.addCleanup(self.server.shutdown)
        self.address = f"127.0.0.1:{self.server.server_port}"

    def targets(self, tocsin, query=""):
        return get_json(f"{tocsin.url}/api/v1/targets{query}")["data"]

    def by_job(self, tocsin):
        return {t["scrapePool"]: t for t in self.targets(tocsin, "?state=active")["activeTargets"]}

    def certificate(self):
        files = [self.folder / "key.pem", self.folder / "cert.pem"]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
                        "-subj", "/CN=elsewhere", "-keyout", files[0], "-out", files[1]],
                       check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files[1], files[0])
        return context

    def test_whoever_means_no_good_is_down_with_the_reason_and_alone(self):
        Handler.bomb = bomb()
        secure = serve(self.certificate())
        self.addCleanup(secure.shutdown)
        # The server of the others is busy with them; this one has a process of its own.
        exporter = self.own(Exporter(self.folder))
        text = HEAD + job("good", f"127.0.0.1:{exporter.port}")
        for path, (more, _) in HOSTILE.items():
            text += job(path, self.address, f"metrics_path: /{path}\n{more}")
        text += job("tls", f"127.0.0.1:{secure.server_port}", "scheme: https")
        text += job("nobody", "127.0.0.1:1")
        tocsin = self.own(Tocsin(self.folder, text))
        expected = {path: error for path, (_, error) in HOSTILE.items()}
        expected |= {"tls": r"TLS with .* failed", "nobody": r"cannot connect", "good": None}

        def settled():
            for name, target in self.by_job(tocsin).items():
                self.assertEqual(target["health"], "down" if expected[name] else "up",
                                 f"{name}: {target['lastError']}")
                self.assertRegex(target["lastError"], expected[name] or "^$", name)
            return True
        wait_until("each target is up, or down with the reason", settled, 60)

        # The good one has been scraped every second all the while, and goes on so.
        seen, down = set(), []
        deadline = time.monotonic() + 8
        while time.monotonic() < deadline:
            target = self.by_job(tocsin)["good"]
            if target["health"] != "up":
                down.append(target["lastError"])
            seen.add(target["lastScrape"])
            time.sleep(0.2)
        # Where everything is slow (sanitizers), a second may be too short now and then.
        self.assertLessEqual(len(down), 0 if PATIENCE == 1 else 10, down)
        self.assertGreaterEqual(len(seen), 6, "the good target was not scraped every second")
        self.assertGreater(tocsin.metric("prometheus_target_scrapes_exceeded_sample_limit_total"), 0)
        self.assertGreater(tocsin.metric("prometheus_target_scrapes_exceeded_body_size_limit_total"),
                           0)
        self.assertGreater(tocsin.metric("prometheus_target_scrapes_sample_out_of_bounds_total"), 0)
        self.assertGreater(
            tocsin.metric("prometheus_target_scrapes_sample_duplicate_timestamp_total"), 0)
        pools = get_json(f"{tocsin.url}/api/v1/scrape_pools")["data"]["scrapePools"]
        self.assertEqual(pools, sorted(expected))
        _, page = world.http(f"{tocsin.url}/targets?health=down")
        self.assertIn("cannot connect", page)
        self.assertEqual(page.count('<td class="target">'), len([*filter(None, expected.values())]))

    def test_reloads_take_good_files_only_and_discovery_keeps_the_last_good_list(self):
        file = self.folder / "targets.json"
        file.write_text(json.dumps([{"targets": [self.address], "labels": {"env": "test"}}]))
        text = HEAD + "  - job_name: files\n    file_sd_configs: [{files: [targets.json]}]\n"
        tocsin = self.own(Tocsin(self.folder, text))
        wait_until("the target is up", lambda: self.by_job(tocsin)["files"]["health"] == "up")
        self.assertEqual(self.by_job(tocsin)["files"]["labels"],
                         {"env": "test", "instance": self.address, "job": "files"})
        file.write_text("[{")
        wait_until("the failure shows", lambda: tocsin.metric("tocsin_sd_failures_total"))
        self.assertEqual(self.by_job(tocsin)["files"]["health"], "up")
        file.write_text(json.dumps([{"targets": [self.address, "127.0.0.1:1"]}]))
        wait_until("there are two", lambda: len(self.targets(tocsin)["activeTargets"]) == 2)

        tocsin.config.write_text(text.replace("job_name", "job_nam"))
        tocsin.hang_up()
        tocsin.wait_for_log("not reloaded|job_nam")
        self.assertEqual(len(self.targets(tocsin)["activeTargets"]), 2)
        tocsin.config.write_text(HEAD + job("other", self.address))
        tocsin.hang_up()
        wait_until("the other job is there", lambda: "other" in self.by_job(tocsin))
        metadata = wait_until("its metadata is there", lambda: get_json(
            f"{tocsin.url}/api/v1/targets/metadata?metric=app_temperature")["data"])
        self.assertEqual(metadata[0]["type"], "gauge")

    def test_prometheus_finds_the_same_targets_and_series(self):
        jobs = job("relabelled", self.address, RELABELLED) + job("honest", self.address,
                                                                 "honor_labels: true")
        jobs += job("probe", "site.example.org:80", PROBE.replace("ADDRESS", self.address))
        tocsin = self.own(Tocsin(self.folder, HEAD + jobs))
        prometheus = self.own(Real(self.folder, jobs))

        def shape(url):
            data = get_json(f"{url}/api/v1/targets")["data"]
            active = sorted((json.dumps(t["labels"], sort_keys=True), t["scrapeUrl"], t["health"],
                             json.dumps(t["discoveredLabels"], sort_keys=True),
                             t["scrapeInterval"], t["scrapeTimeout"])
                            for t in data["activeTargets"])
            dropped = sorted(json.dumps(t["discoveredLabels"], sort_keys=True)
                             for t in data["droppedTargets"])
            return active, dropped

        def equal():
            mine, theirs = shape(tocsin.url), shape(prometheus.url)
            self.assertEqual(mine, theirs)
            self.assertTrue(all(target[2] == "up" for target in mine[0]))
            return True
        wait_until("both show the same targets", equal, 20)

        def series(url):
            encoded = "match[]=" + "%7B__name__!=%22%22%7D"
            found = get_json(f"{url}/api/v1/series?{encoded}")["data"]
            return sorted(json.dumps(each, sort_keys=True) for each in found
                          if not each["__name__"].startswith("ALERTS"))

        def same_series():
            self.assertEqual(series(tocsin.url), series(prometheus.url))
            return True
        wait_until("both have the same series", same_series, 20)


    def test_everything_is_sent_on_to_a_prometheus_also_when_it_was_away(self):
        prometheus = self.own(Real(self.folder, "  []\n", "--web.enable-remote-write-receiver"))
        head = HEAD.replace("evaluation_interval: 1s", "external_labels: {cluster: test}")
        tocsin = self.own(Tocsin(self.folder, head + job("good", self.address) + (
            f"remote_write: [{{name: far, url: '{prometheus.url}/api/v1/write'}}]\n")))

        def sent(expression):
            found = get_json(f"{prometheus.url}/api/v1/query?query={expression}")["data"]["result"]
            return float(found[0]["value"][1]) if found else 0
        self.assertGreater(wait_until("samples have arrived", lambda: sent(
            "count_over_time(app_requests_total%7Bcluster=%22test%22,code=%22200%22,"
            "method=%22GET%22%7D%5B5m%5D)"), 40), 2)
        before = wait_until("the count is there",
                            lambda: tocsin.metric("prometheus_remote_storage_samples_total"))
        prometheus.process.send_signal(signal.SIGSTOP)
        time.sleep(2)
        prometheus.process.send_signal(signal.SIGCONT)
        wait_until("it goes on", lambda: tocsin.metric(
            "prometheus_remote_storage_samples_total") > before + 50, 40)
        self.assertEqual(tocsin.metric("prometheus_remote_storage_samples_failed_total"), 0)


RELABELLED = """\
params: {module: [a, b]}
relabel_configs:
  - {source_labels: [__address__], regex: '(.*):(\\d+)', target_label: port, replacement: '${2}'}
  - {source_labels: [job, port], separator: '-', target_label: both}
  - {source_labels: [both], action: hashmod, modulus: 7, target_label: shard}
  - {action: labelmap, regex: '__param_(.+)', replacement: 'p_$1'}
  - {source_labels: [job], action: uppercase, target_label: loud}
  - {target_label: __scrape_interval__, replacement: 2s}
  - {regex: both, action: labeldrop}
metric_relabel_configs:
  - {source_labels: [__name__], regex: 'go_.*', action: drop}
  - {source_labels: [__name__, le], regex: '(.*)_bucket;(.*)', target_label: bound, replacement: 'le=$2'}
  - {source_labels: [code], regex: '2..', target_label: class, replacement: ok}
  - {regex: 'method', action: labeldrop}
"""
PROBE = """\
relabel_configs:
  - {source_labels: [__address__], target_label: __param_target}
  - {source_labels: [__param_target], target_label: instance}
  - {target_label: __address__, replacement: 'ADDRESS'}
"""


class Real(Program):
    """Debian's Prometheus with these jobs."""

    def __init__(self, folder, jobs, *flags):
        config = folder / "real.yaml"
        config.write_text("global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n" +
                          jobs)
        super().__init__("prometheus", [
            "prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder / 'prometheus'}",
            "--web.listen-address=127.0.0.1:0", *flags], folder)
        port = self.wait_for_log(r'msg="Listening on" address=127\.0\.0\.1:(\d+)').group(1)
        self.wait_for_log("Server is ready to receive web requests")
        self.url = f"http://127.0.0.1:{port}"


if __name__ == "__main__":
    world.main()
