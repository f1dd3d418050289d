"""A web server within the test that answers as the test wants, and remembers what it was asked."""
import dataclasses
import http.server
import json
import socket
import threading
import time


JSON = {"Content-Type": "application/json"}

# What a Prometheus answers that knows one series, up{instance="a"} 1.
UP = json.dumps({"status": "success", "data": {"resultType": "vector", "result": [
    {"metric": {"__name__": "up", "instance": "a"}, "value": [0, "1"]}]}})

# The same for one that knows none.
NONE = json.dumps({"status": "success", "data": {"resultType": "vector", "result": []}})


@dataclasses.dataclass
class Asked:
    at: float  # time.monotonic()
    method: str
    path: str
    body: str
    headers: dict


class Stub:
    """`answer(asked, number)` gives (status, headers, body), counting the requests from 0. The body
    may be bytes; when it is None, the connection is closed without an answer. Headers may name a
    Content-Length of their own, to lie about it."""

    def __init__(self, answer=None, port=0):
        self.answer = answer or (lambda asked, number: (200, {}, "ok"))
        self.asked = []
        self.lock = threading.Lock()
        stub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length).decode(errors="replace")
                asked = Asked(time.monotonic(), self.command, self.path, body, dict(self.headers))
                with stub.lock:
                    number = len(stub.asked)
                    stub.asked.append(asked)
                stub.send(self, *stub.answer(asked, number))

            do_POST = do_GET

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, request, client_address):
                """Clients that go away while we answer are part of some tests."""

        self.server = Server(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def send(handler, status, headers, body):
        if body is None:
            handler.close_connection = True
            return
        data = body if isinstance(body, bytes) else body.encode()
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)
        handler.wfile.flush()
        if int(headers.get("Content-Length", len(data))) != len(data):
            handler.close_connection = True

    def count(self):
        with self.lock:
            return len(self.asked)

    def bodies(self):
        with self.lock:
            return [asked.body for asked in self.asked]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def unused_port():
    """A port where nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
