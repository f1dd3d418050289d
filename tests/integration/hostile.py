"""Clients that mean no good: raw bytes, many connections, bodies that grow."""
import contextlib
import resource
import selectors
import socket
import time
import zlib


def raise_file_limit(wanted):
    """How many descriptors this process may have now, `wanted` at most."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    room = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < room:
        resource.setrlimit(resource.RLIMIT_NOFILE, (room, hard))
        soft = room
    return wanted if soft == resource.RLIM_INFINITY else min(soft, wanted)


class Wire:
    """A connection of raw bytes."""

    def __init__(self, port, timeout=20):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """False when the server takes no more."""
        try:
            self.socket.sendall(data if isinstance(data, bytes) else data.encode())
            return True
        except OSError:
            return False

    def rest(self):
        """What comes until the server closes, or says nothing for a while."""
        parts = []
        with contextlib.suppress(OSError):
            while part := self.socket.recv(1 << 16):
                parts.append(part)
        return b"".join(parts)

    def status(self):
        """That of the answer; 0 when the connection was closed without one."""
        words = self.rest().split(b" ", 2)
        return int(words[1]) if len(words) > 1 and words[0].startswith(b"HTTP/1") else 0


def ask(port, data):
    """(status, answer) for these bytes, which have to end the connection."""
    with Wire(port) as wire:
        wire.send(data)
        answer = wire.rest()
    words = answer.split(b" ", 2)
    return (int(words[1]) if len(words) > 1 else 0), answer


def head(method, path, *headers):
    lines = [f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def post(path, body, *headers):
    """A POST of JSON with its length."""
    data = body if isinstance(body, bytes) else body.encode()
    return head("POST", path, "Content-Type: application/json", f"Content-Length: {len(data)}",
                *headers) + data


def pour(port, start, piece, most):
    """Sends `start`, and `piece` until `most` bytes are out or the server answers or closes.
    (how many bytes went out, the answer's status)"""
    with Wire(port) as wire:
        wire.send(start)
        sent = len(start)
        watcher = selectors.DefaultSelector()
        watcher.register(wire.socket, selectors.EVENT_READ)
        while sent < most and not watcher.select(0) and wire.send(piece):
            sent += len(piece)
        watcher.close()
        return sent, wire.status()


def bomb(mebibytes):
    """What gunzip would make so many mebibytes of: a thousandth of it. It has no end."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packer.compress(b"[")
    packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush a block stands for itself, and so may come again and again.
    block = packer.compress(b" " * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08" + b"\0" * 6 + b"\xff" + block * mebibytes


def probe(port, path="/-/healthy"):
    """The seconds that a new client waits for its answer."""
    start = time.monotonic()
    status, answer = ask(port, head("GET", path))
    if status != 200:
        raise AssertionError(f"the probe was answered {answer[:200]!r}")
    return time.monotonic() - start
