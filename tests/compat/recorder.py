"""The webhook both sides send to: remembers what came when, answers as the scenarios say."""
import dataclasses
import http.server
import json
import threading
import time


@dataclasses.dataclass
class Message:
    at: float  # time.time()
    status: int  # what it was answered with
    payload: dict
    headers: dict


class Recorder:
    """Takes POSTs to /SIDE/SCENARIO/RECEIVER, and answers with `words`."""

    def __init__(self, words=b""):
        self.lock = threading.Lock()
        self.messages = {}  # path -> [Message, …]
        self.answers = {}  # path -> [answer, …], used up from the front
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                at = time.time()
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = recorder.take(self.path, at, json.loads(body), dict(self.headers))
                if answer.get("delay"):
                    time.sleep(answer["delay"])
                self.send_response(answer["status"])
                for name, value in {"Content-Length": str(len(words)), **answer.get("headers", {})}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(words)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 1024

            def handle_error(self, request, client_address):
                """Clients that do not wait for the answer are part of some scenarios."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, path, at, payload, headers):
        with self.lock:
            answers = self.answers.get(path)
            answer = answers.pop(0) if answers else 200
            answer = answer if isinstance(answer, dict) else {"status": answer}
            answer = {"status": 200, **answer}
            self.messages.setdefault(path, []).append(
                Message(at, answer["status"], payload, headers))
        return answer

    def answer(self, path, answers):
        with self.lock:
            self.answers[path] = list(answers)

    def of(self, prefix):
        """{path below the prefix: messages}"""
        with self.lock:
            return {path[len(prefix):]: list(messages) for path, messages in self.messages.items()
                    if path.startswith(prefix)}

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
