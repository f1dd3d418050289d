"""A webhook that takes everything at once and counts the groups it heard of."""
import asyncio
import json
import threading
import time

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Hearing(asyncio.Protocol):
    """One connection, kept open."""

    def __init__(self, sink):
        self.sink, self.left, self.transport = sink, b"", None

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.left += data
        while (end := self.left.find(b"\r\n\r\n")) >= 0:
            head = self.left[:end].lower()
            if b"100-continue" in head:
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            at = head.find(b"content-length:")
            length = int(head[at + 15:].split(b"\r\n", 1)[0])
            if len(self.left) < end + 4 + length:
                return
            self.sink.take(self.left[end + 4:end + 4 + length])
            self.left = self.left[end + 4 + length:]
            self.transport.write(ANSWER)


class WebhookSink:
    def __init__(self):
        self.groups, self.repeated = set(), 0
        self.first = self.last = None
        self.loop = asyncio.new_event_loop()

    def __enter__(self):
        server = self.loop.run_until_complete(
            self.loop.create_server(lambda: Hearing(self), "127.0.0.1", 0, backlog=1024))
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    def take(self, body):
        key = json.loads(body)["groupKey"]
        self.repeated += key in self.groups
        self.groups.add(key)
        self.last = time.monotonic()
        self.first = self.first or self.last

    def wait(self, groups, seconds):
        until = time.monotonic() + seconds
        while len(self.groups) < groups and time.monotonic() < until:
            time.sleep(0.05)

    def seconds(self):
        """Between the first message and the last one."""
        return self.last - self.first if self.first else 0.0
