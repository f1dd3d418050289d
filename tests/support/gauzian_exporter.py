#!/usr/bin/env python3
"""A Gauzian backend that exists only as its metrics: to try the shipped rules out, and for tests.

    gauzian_exporter.py [--port 9464] [--speed 1] [--address 127.0.0.1]

Serves GET /metrics. Traffic flows steadily and without chance: what a counter shows depends on
nothing but how long each kind of trouble lasted. --speed multiplies it. Port 0 takes a free one;
the first line on standard output is {"port": N}.

    POST /break/KIND    starts a trouble; GET / lists the kinds and what is broken now
    POST /heal/KIND     ends it
    POST /heal          ends all
"""
import argparse
import http.server
import json
import threading
import time

TROUBLES = {
    "errors": "one request in five ends with 500",
    "latency": "requests take two to five seconds",
    "auth": "logins fail",
    "uploads": "one file upload in four fails",
    "downloads": "one file download in four fails",
    "chunks": "chunks take seven seconds",
    "s3": "S3 takes four seconds",
    "redis": "one Redis operation in four fails",
    "database": "one query in ten fails, and queries take 0.7 seconds",
    "connections": "400 requests are open at once",
    "down": "/metrics answers 503",
}

# Requests a second by method, endpoint and the status they have on a good day.
REQUESTS = (
    ("GET", "/drive", "200", 20.0),
    ("GET", "/drive/file/:file", "200", 10.0),
    ("POST", "/drive/upload_chunk", "201", 8.0),
    ("GET", "/agenda/events", "200", 6.0),
    ("POST", "/auth/login", "200", 1.0),
    ("GET", "/health/ready", "200", 0.2),
    ("GET", "/metrics", "200", 0.07),
)

HTTP_BOUNDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
CHUNK_BOUNDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
S3_BOUNDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
DATABASE_BOUNDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)

# Durations as (seconds, share of the observations).
FAST = ((0.004, 0.4), (0.02, 0.4), (0.08, 0.15), (0.3, 0.05))
SLOW = ((0.3, 0.2), (2.0, 0.5), (4.0, 0.3))
CHUNK_FAST = ((0.2, 0.6), (0.8, 0.4))
CHUNK_SLOW = ((1.5, 0.5), (7.0, 0.5))
S3_FAST = ((0.04, 0.7), (0.2, 0.3))
S3_SLOW = ((0.5, 0.3), (4.0, 0.7))
DATABASE_FAST = ((0.002, 0.8), (0.02, 0.2))
DATABASE_SLOW = ((0.02, 0.3), (0.7, 0.7))


class Histogram:
    """Counts per bound, not cumulated, and the sum of what was observed."""

    def __init__(self, bounds):
        self.bounds = bounds
        self.counts = [0.0] * (len(bounds) + 1)
        self.sum = 0.0

    def observe(self, value, times):
        bucket = sum(1 for bound in self.bounds if bound < value)
        self.counts[bucket] += times
        self.sum += value * times


class Traffic:
    """What the backend has counted so far."""

    def __init__(self):
        self.counters = {}
        self.histograms = {}

    def count(self, name, times, **labels):
        key = (name, tuple(labels.items()))
        self.counters[key] = self.counters.get(key, 0.0) + times

    def observe(self, name, bounds, durations, times, **labels):
        key = (name, tuple(labels.items()))
        histogram = self.histograms.setdefault(key, Histogram(bounds))
        for seconds, share in durations:
            histogram.observe(seconds, times * share)

    def flow(self, seconds, broken):
        """`seconds` of traffic while the troubles in `broken` last."""
        self.flow_requests(seconds, broken)
        self.flow_files(seconds, broken)
        self.flow_dependencies(seconds, broken)

    def flow_requests(self, seconds, broken):
        for method, endpoint, good, rate in REQUESTS:
            internal = endpoint in ("/health/ready", "/metrics")
            failing = 0.2 if "errors" in broken and not internal else 0.0
            durations = SLOW if "latency" in broken and not internal else FAST
            times = rate * seconds
            self.count("http_requests_total", times * (1 - failing),
                       method=method, endpoint=endpoint, status=good)
            self.count("http_requests_total", times * failing,
                       method=method, endpoint=endpoint, status="500")
            self.observe("http_request_duration_seconds", HTTP_BOUNDS, durations, times,
                         method=method, endpoint=endpoint)
        self.count("auth_attempts_total", 1.0 * seconds, type="login", status="success")
        self.count("auth_attempts_total", (5.0 if "auth" in broken else 0.0) * seconds,
                   type="login", status="failed")
        self.count("auth_attempts_total", 0.5 * seconds, type="autologin", status="success")

    def flow_files(self, seconds, broken):
        for name, rate, trouble in (("file_uploads_total", 1.0, "uploads"),
                                    ("file_downloads_total", 3.0, "downloads")):
            failing = 0.25 if trouble in broken else 0.0
            self.count(name, rate * (1 - failing) * seconds, status="success")
            self.count(name, rate * failing * seconds, status="failed")
        self.count("file_uploads_total", 0.02 * seconds, status="aborted")
        self.count("file_upload_bytes_total", 4e6 * seconds, status="success")
        durations = CHUNK_SLOW if "chunks" in broken else CHUNK_FAST
        for name, rate in (("chunk_upload_duration_seconds", 8.0),
                           ("chunk_download_duration_seconds", 10.0)):
            self.observe(name, CHUNK_BOUNDS, durations, rate * seconds, status="success")

    def flow_dependencies(self, seconds, broken):
        durations = S3_SLOW if "s3" in broken else S3_FAST
        for operation, rate in (("put", 8.0), ("get", 10.0), ("delete", 0.5)):
            self.observe("s3_operation_duration_seconds", S3_BOUNDS, durations, rate * seconds,
                         operation=operation)
        failing = 0.25 if "redis" in broken else 0.0
        for operation, rate in (("get", 40.0), ("set", 10.0), ("delete", 1.0)):
            self.count("redis_operations_total", rate * (1 - failing) * seconds,
                       operation=operation, status="success")
            self.count("redis_operations_total", rate * failing * seconds,
                       operation=operation, status="failed")
        failing = 0.1 if "database" in broken else 0.0
        durations = DATABASE_SLOW if "database" in broken else DATABASE_FAST
        for query, rate in (("select", 60.0), ("insert", 12.0), ("update", 6.0), ("delete", 1.0)):
            self.count("db_queries_total", rate * (1 - failing) * seconds,
                       query_type=query, status="success")
            self.count("db_queries_total", rate * failing * seconds,
                       query_type=query, status="failed")
            self.observe("db_query_duration_seconds", DATABASE_BOUNDS, durations, rate * seconds,
                         query_type=query)


def sample(name, labels, value):
    inside = ",".join(f'{key}="{text}"' for key, text in labels)
    return f"{name}{{{inside}}} {value}" if inside else f"{name} {value}"


def exposition(traffic, connections):
    lines = ["# TYPE http_connections_active gauge",
             sample("http_connections_active", (), connections)]
    described = set()
    for (name, labels), value in sorted(traffic.counters.items()):
        if name not in described:
            lines.append(f"# TYPE {name} counter")
            described.add(name)
        lines.append(sample(name, labels, int(value)))
    for (name, labels), histogram in sorted(traffic.histograms.items()):
        if name not in described:
            lines.append(f"# TYPE {name} histogram")
            described.add(name)
        total = 0.0
        for bound, count in zip((*histogram.bounds, "+Inf"), histogram.counts):
            total += count
            lines.append(sample(f"{name}_bucket", (*labels, ("le", bound)), int(total)))
        lines.append(sample(f"{name}_sum", labels, histogram.sum))
        lines.append(sample(f"{name}_count", labels, int(total)))
    return "\n".join(lines) + "\n"


class Backend:
    """The traffic up to now; any thread."""

    def __init__(self, speed):
        self.lock = threading.Lock()
        self.speed = speed
        self.traffic = Traffic()
        self.broken = set()
        self.until = time.monotonic()

    def catch_up(self):
        now = time.monotonic()
        self.traffic.flow((now - self.until) * self.speed, self.broken)
        self.until = now

    def metrics(self):
        """None while down."""
        with self.lock:
            self.catch_up()
            if "down" in self.broken:
                return None
            return exposition(self.traffic, 400 if "connections" in self.broken else 12)

    def change(self, path):
        """Obeys /break/KIND, /heal/KIND or /heal; returns whether it was one of them."""
        verb, _, kind = path.strip("/").partition("/")
        if verb not in ("break", "heal"):
            return False
        if kind not in TROUBLES and (verb, kind) != ("heal", ""):
            return False
        with self.lock:
            self.catch_up()
            if verb == "break":
                self.broken.add(kind)
            else:
                self.broken -= {kind} if kind else set(TROUBLES)
        return True


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    backend = None  # set before the server starts

    def answer(self, status, body, kind="application/json"):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        if self.path == "/metrics":
            text = self.backend.metrics()
            if text is None:
                self.answer(503, "down\n", "text/plain")
            else:
                self.answer(200, text, "text/plain; version=0.0.4")
        elif self.path == "/":
            broken = sorted(self.backend.broken)
            self.answer(200, json.dumps({"troubles": TROUBLES, "broken": broken}))
        else:
            self.answer(404, '{"error": "not found"}')

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.backend.change(self.path):
            self.answer(200, json.dumps({"broken": sorted(self.backend.broken)}))
        else:
            known = ", ".join(TROUBLES)
            self.answer(404, json.dumps({"error": f"use /break/KIND or /heal; KIND: {known}"}))

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=9464)
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--speed", type=float, default=1.0)
    options = parser.parse_args()
    Handler.backend = Backend(options.speed)
    server = http.server.ThreadingHTTPServer((options.address, options.port), Handler)
    server.daemon_threads = True
    print(json.dumps({"port": server.server_address[1]}), flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
