"""The world around the programs that are killed: a webhook that remembers every message, and a
service whose metrics say that something is wrong, all the time."""
import collections
import http.server
import json
import threading
import time

SERIES = 20

# One message that came: what it said of which alerts.
Message = collections.namedtuple("Message", "at group said")


def vector():
    """What a Prometheus answers to the rules' expression."""
    result = [{"metric": {"__name__": "campaign_trouble", "n": str(n)}, "value": [time.time(), "1"]}
              for n in range(SERIES)]
    return {"status": "success", "data": {"resultType": "vector", "result": result}}


def exposition():
    return "".join(f'campaign_trouble{{n="{n}"}} 1\n' for n in range(SERIES))


def read(payload, now):
    said = frozenset((alert["labels"].get("id", ""), alert["status"]) for alert in payload["alerts"])
    return Message(now, payload["groupKey"], said)


class Outside:
    """Ended with close(). Thread-safe."""

    def __init__(self):
        self.messages, self.lock = [], threading.Lock()
        outside = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.path.startswith("/api/v1/"):
                    return self.answer(json.dumps(vector()), "application/json")
                with outside.lock:
                    outside.messages.append(read(json.loads(body), time.monotonic()))
                return self.answer("ok", "text/plain")

            def do_GET(self):
                if self.path.startswith("/api/v1/"):
                    return self.answer(json.dumps(vector()), "application/json")
                return self.answer(exposition(), "text/plain; version=0.0.4")

            def answer(self, text, kind):
                data = text.encode()
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, request, client_address):
                """Clients that are killed while they are answered are what this is about."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = f"http://{self.address}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def heard(self):
        with self.lock:
            return list(self.messages)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
