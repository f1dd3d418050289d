#!/usr/bin/env python3
"""What scraping costs: 100 targets with 1,000 series each, every 5 seconds, for a minute.

    scrape.py [--tocsin build/release/tocsin] [--targets 100] [--series 1000] [--seconds 60]
              [--prometheus]

Starts one server of its own on loopback that stands for all targets, and Tocsin (with --prometheus:
Debian's Prometheus) with a job for it; prints CPU (cores) and memory (MiB) of the scraper alone.
"""
import argparse
import http.server
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time


def body(series, round_number):
    lines = []
    for i in range(series):
        if i % 50 == 0:
            lines.append(f"# TYPE http_requests_{i // 50}_total counter")
        value = 1000 + i + (round_number if i % 10 == 0 else 0)
        lines.append(f'http_requests_{i // 50}_total{{method="GET",code="200",'
                     f'endpoint="/api/v1/{i}"}} {value}')
    return ("\n".join(lines) + "\n").encode()


def serve(series):
    bodies = [body(series, i) for i in range(32)]
    counter = iter(range(1 << 62))

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            answer = bodies[next(counter) // 100 % 32]
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def config(port, targets):
    addresses = json.dumps([f"127.0.0.1:{port}"])
    jobs = [{"job_name": "bench", "static_configs": [
        {"targets": json.loads(addresses), "labels": {"replica": str(i), "__param_t": str(i)}}
        for i in range(targets)]}]
    return json.dumps({"global": {"scrape_interval": "5s", "scrape_timeout": "4s"},
                       "scrape_configs": jobs})


def usage(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return cpu, int(status.split("VmRSS:")[1].split()[0]) / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tocsin", default="build/release/tocsin")
    parser.add_argument("--targets", type=int, default=100)
    parser.add_argument("--series", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--prometheus", action="store_true")
    options = parser.parse_args()
    port = serve(options.series)
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "config.yml")
        file.write_text(config(port, options.targets))
        storage = pathlib.Path(folder, "data")
        command = ["prometheus", f"--storage.tsdb.path={storage}"] if options.prometheus else [
            options.tocsin, "run", "--storage.path", storage]
        flags = ["--web.listen-address=127.0.0.1:0", f"--config.file={file}"]
        with open(pathlib.Path(folder, "log"), "wb") as log:
            process = subprocess.Popen(command + flags, stdout=log, stderr=log)
        try:
            time.sleep(15)  # the first scrapes make the series
            before, _ = usage(process.pid)
            time.sleep(options.seconds)
            after, memory = usage(process.pid)
        finally:
            process.terminate()
            process.wait(20)
    print(f"{command[0]}: {options.targets} targets x {options.series} series every 5 s: "
          f"{(after - before) / options.seconds:.4f} cores, {memory:.0f} MiB")


if __name__ == "__main__":
    main()
