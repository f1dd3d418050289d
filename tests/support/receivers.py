#!/usr/bin/python3
"""Stand-ins for the services that Tocsin notifies, for tests and for trying things out.

    receivers.py --out DIR [--http-port 0] [--smtp-port 0 [--starttls] [--auth USER:PASSWORD]]

They hold messages to the limits that the services document and answer as those do. When all are
ready, one line of JSON with the ports comes on standard output: {"http": 1, "smtp": 2, "ca": FILE}
("ca" is the certificate to trust with --starttls). SMTP needs Debian's python3-aiosmtpd; without
--smtp-port nothing but the standard library is used.

    POST /slack/...                   an incoming webhook. Paths that end in no_service,
                                      action_prohibited, channel_not_found, channel_is_archived are
                                      answered with that error.
    POST /slack/api/chat.postMessage, the API for bots, who say "Authorization: Bearer ..."; their
         /slack/api/chat.update       messages have "ts" and, when changed, "changed": true
    POST /discord/webhooks/ID/TOKEN   ID 404 is unknown, the TOKEN "wrong" is not accepted
    POST /webhook/...                 takes any JSON

Every accepted message is a line of DIR/messages.jsonl: time (seconds), channel ("slack", "discord",
"webhook" or "email"), path, status ("firing" or "resolved"), title, text (as people would read it),
raw (the body or the mail as it came); mails have sender and recipients too. Every refused one is a
line of DIR/refused.jsonl with the reason.

    GET  /control/messages            the accepted messages as a JSON list
    POST /control/fail                {"channel": C, "times": N, "with": "500" | "429" | "hang",
                                      "retry_after": SECONDS}: the next N messages are not taken;
                                      "hang" answers after that many seconds. Mails: "500" is a 451
    POST /control/limit               {"channel": C, "per_second": N}; 0: no limit
    POST /control/refuse              {"recipients": [ADDRESS, ...]}: mails to them get a 550
    POST /control/reset               forgets failures, limits and messages
"""
import argparse
import asyncio
import collections
import email
import email.policy
import http.server
import json
import logging
import pathlib
import re
import ssl
import subprocess
import sys
import threading
import time

from slack_service import (
    Refused, invalid_payload, slack, slack_method, slack_posted, slack_refusal)

# docs.discord.com: "Message resource" (embed limits), "Webhook resource" (execute webhook).
DISCORD_LIMITS = {"title": 256, "description": 4096}
DISCORD_MOST_FOOTER = 2048
DISCORD_MOST_AUTHOR = 256
DISCORD_MOST_FIELDS = 25
DISCORD_FIELD = {"name": 256, "value": 1024}
DISCORD_MOST_EMBEDS = 10
DISCORD_MOST_IN_ALL = 6000
DISCORD_MOST_CONTENT = 2000
DISCORD_MOST_USERNAME = 80


def status_of(title):
    return "resolved" if "RESOLVED" in title.split(" ")[0] else "firing"


# --- Discord


def invalid_form(why):
    return Refused(400, {"message": "Invalid Form Body", "code": 50035, "errors": {"_": why}}, why)


def check_length(what, text, most, least=0):
    if not isinstance(text, str) or not least <= len(text) <= most:
        raise invalid_form(f"{what} must have {least} to {most} characters, not {len(text)}")
    return len(text)


def check_embed(embed):
    """How many characters count against the limit of all embeds."""
    count = sum(check_length(name, embed.get(name, ""), most)
                for name, most in DISCORD_LIMITS.items())
    count += check_length("footer.text", embed.get("footer", {}).get("text", ""),
                          DISCORD_MOST_FOOTER)
    count += check_length("author.name", embed.get("author", {}).get("name", ""),
                          DISCORD_MOST_AUTHOR)
    fields = embed.get("fields", [])
    if len(fields) > DISCORD_MOST_FIELDS:
        raise invalid_form("too many fields")
    for field in fields:
        count += sum(check_length(name, field.get(name, ""), most, 1)
                     for name, most in DISCORD_FIELD.items())
    if not re.match(r"https?://", embed.get("url", "http://")):
        raise invalid_form("the url is not http or https")
    if not 0 <= embed.get("color", 0) <= 0xFFFFFF:
        raise invalid_form("the color is none")
    return count


def discord(path, payload):
    match = re.fullmatch(r"/discord/webhooks/([^/]+)/([^/?]+)", path.split("?")[0])
    if not match:
        raise Refused(404, {"message": "404: Not Found", "code": 0}, "no such path")
    if match.group(1) == "404":
        raise Refused(404, {"message": "Unknown Webhook", "code": 10015}, "asked for")
    if match.group(2) == "wrong":
        raise Refused(401, {"message": "Invalid Webhook Token", "code": 50027}, "asked for")
    embeds = payload.get("embeds", [])
    if not payload.get("content") and not any(embed.keys() - {"color"} for embed in embeds):
        raise Refused(400, {"message": "Cannot send an empty message", "code": 50006}, "empty")
    if payload.get("allowed_mentions") != {"parse": []}:
        raise invalid_form("allowed_mentions does not switch mentions off")
    check_length("content", payload.get("content", ""), DISCORD_MOST_CONTENT)
    if "username" in payload:
        check_length("username", payload["username"], DISCORD_MOST_USERNAME, 1)
        if re.search(r"discord|clyde", payload["username"], re.IGNORECASE):
            raise invalid_form("the username contains a reserved word")
    if len(embeds) > DISCORD_MOST_EMBEDS:
        raise invalid_form("too many embeds")
    if sum(check_embed(embed) for embed in embeds) > DISCORD_MOST_IN_ALL:
        raise invalid_form("all embeds together have more than 6000 characters")
    texts = [payload.get("content", "")] + [embed.get("description", "") for embed in embeds]
    title = embeds[0].get("title", "") if embeds else ""
    return {"title": discord_read(title), "text": discord_read("\n".join(filter(None, texts)))}


def discord_read(text):
    text = re.sub(r"(?<!\\)\[([^\]]*)\]\(<([^>]*)>\)", r"\1: \2", text)
    text = re.sub(r"(?<!\\)<(https?://[^<>\s]*)>", r"\1", text)
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", text)


# --- Webhook and email


def webhook(_, payload):
    title = f"[{payload.get('status', '?').upper()}]"
    return {"title": title, "text": json.dumps(payload, ensure_ascii=False, indent=1)}


def read_mail(content):
    """Throws Refused for what a strict server would not take."""
    if re.search(rb"(?<!\r)\n|\r(?!\n)", content):
        raise Refused(554, "5.6.0 bare line ends", "bare line ends")
    if any(len(line) > 998 for line in content.split(b"\r\n")):
        raise Refused(554, "5.6.0 line too long", "line too long")
    mail = email.message_from_bytes(content, policy=email.policy.default)
    for name in ("From", "To", "Date", "Message-ID", "Subject"):
        if len(mail.get_all(name, [])) != 1:
            raise Refused(554, f"5.6.0 one {name} is needed", f"{name} is not there once")
    text = mail.get_body(("plain", "html"))
    return {"title": str(mail["Subject"]), "text": text.get_content() if text else ""}


# --- What they share


class Book:
    """What came, and what is to go wrong. Thread-safe."""

    def __init__(self, out):
        out.mkdir(parents=True, exist_ok=True)
        self.out = out
        self.lock = threading.Lock()
        self.reset()

    def reset(self):
        with self.lock:
            self.messages = []
            self.failures = collections.defaultdict(list)
            self.limits = {}
            self.taken = collections.defaultdict(list)
            self.recipients = set()
            for name in ("messages.jsonl", "refused.jsonl"):
                (self.out / name).write_text("")

    def write(self, file, record):
        with self.lock:
            if file == "messages.jsonl":
                self.messages.append(record)
            with open(self.out / file, "ab", buffering=0) as lines:  # whole lines for who reads on
                lines.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")

    def accept(self, channel, path, seen, raw, **more):
        self.write("messages.jsonl", {
            "time": time.time(), "channel": channel, "path": path,
            "status": status_of(seen["title"]), **seen, "raw": raw, **more})

    def refuse(self, channel, path, why, raw):
        self.write("refused.jsonl", {
            "time": time.time(), "channel": channel, "path": path, "why": why, "raw": raw})

    def fail(self, order):
        with self.lock:
            self.failures[order["channel"]] += [order] * int(order.get("times", 1))

    def next_failure(self, channel):
        with self.lock:
            return self.failures[channel].pop(0) if self.failures[channel] else None

    def limit(self, channel, per_second):
        with self.lock:
            self.limits[channel] = float(per_second)

    def wait_for_limit(self, channel):
        """Seconds until the channel takes another message; 0: it does now (and that counts)."""
        with self.lock:
            limit = self.limits.get(channel, 0)
            now = time.monotonic()
            recent = [at for at in self.taken[channel] if at > now - 1]
            if limit and len(recent) >= limit:
                return recent[0] + 1 - now
            self.taken[channel] = recent + [now]
            return 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    book = None  # set in main()
    services = {"slack": slack, "discord": discord, "webhook": webhook}

    def answer(self, status, body, headers=()):
        text = body if isinstance(body, str) else json.dumps(body)
        data = text.encode()
        self.send_response(status)
        kind = "text/plain" if isinstance(body, str) else "application/json"
        for name, value in [("Content-Type", kind), *headers]:
            self.send_header(name, str(value))
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if status != 204:
            self.wfile.write(data)

    def do_GET(self):
        if self.path == "/control/messages":
            return self.answer(200, self.book.messages)
        return self.answer(405 if self.path.startswith("/slack") else 404, "not here")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        channel = self.path.split("/")[1]
        if channel == "control":
            return self.control(self.path.split("/")[2], json.loads(body or b"{}"))
        if channel not in self.services:
            return self.answer(404, "not here")
        if (failure := self.book.next_failure(channel)) is not None:
            return self.failing(channel, failure)
        if (wait := self.book.wait_for_limit(channel)) > 0:
            return self.too_many(channel, wait)
        return self.take(channel, body)

    def take(self, channel, body):
        try:
            payload = self.read(channel, body)
            seen = self.services[channel](self.path, payload)
            if channel == "slack" and slack_method(self.path):
                if not self.headers.get("Authorization", "").startswith("Bearer xoxb-"):
                    raise slack_refusal(self.path, "not_authed")
                seen |= slack_posted(self.path, payload, self.book.messages)
        except Refused as refused:
            self.book.refuse(channel, self.path, str(refused), body.decode(errors="replace"))
            return self.answer(refused.status, refused.body)
        self.book.accept(channel, self.path, seen, body.decode())
        if channel == "slack" and slack_method(self.path):
            return self.answer(200, {"ok": True, "channel": seen["channel"], "ts": seen["ts"]})
        if channel != "discord":
            return self.answer(200, "ok")
        headers = [("X-RateLimit-Limit", 5), ("X-RateLimit-Remaining", 4),
                   ("X-RateLimit-Reset-After", "2.000")]
        if self.book.limits.get(channel) == 1:
            headers[1:] = [("X-RateLimit-Remaining", 0), ("X-RateLimit-Reset-After", "1.000")]
        return self.answer(204, "", headers)

    def read(self, channel, body):
        kind = self.headers.get("Content-Type", "").split(";")[0].strip().lower()
        try:
            if kind != "application/json":
                raise ValueError(f"the content type is {kind!r}")
            payload = json.loads(body.decode("utf-8"))
            if not isinstance(payload, dict):
                raise ValueError("it is no object")
            return payload
        except ValueError as error:
            if channel == "discord":
                raise Refused(400, {"message": "The request body contains invalid JSON.",
                                    "code": 50109}, str(error)) from error
            raise invalid_payload(str(error)) from error

    def failing(self, channel, failure):
        if failure.get("with") == "429":
            return self.too_many(channel, float(failure.get("retry_after", 1)))
        if failure.get("with") == "hang":
            time.sleep(float(failure.get("retry_after", 60)))
        return self.answer(500, "rollup_error" if channel == "slack" else "something broke")

    def too_many(self, channel, seconds):
        whole = max(1, int(seconds + 0.999))
        if channel == "discord":
            return self.answer(429, {"message": "You are being rate limited.",
                                     "retry_after": round(seconds, 3), "global": False},
                               [("Retry-After", whole), ("X-RateLimit-Scope", "user")])
        return self.answer(429, "rate_limited" if channel == "slack" else "too many",
                           [("Retry-After", whole)])

    def control(self, what, order):
        if what == "fail":
            self.book.fail(order)
        elif what == "limit":
            self.book.limit(order["channel"], order["per_second"])
        elif what == "refuse":
            self.book.recipients = set(order["recipients"])
        elif what == "reset":
            self.book.reset()
        else:
            return self.answer(404, f"there is no /control/{what}")
        return self.answer(200, "ok")

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Clients that do not wait for those that hang are part of the tests."""


class MailHandler:
    """What aiosmtpd calls."""

    def __init__(self, book):
        self.book = book

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.book.recipients:
            self.book.refuse("email", address, "asked for", "")
            return "550 5.1.1 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        content = envelope.original_content
        if (failure := self.book.next_failure("email")) is not None:
            if failure.get("with") == "hang":
                await asyncio.sleep(float(failure.get("retry_after", 60)))
            return "451 4.3.0 come back later"
        try:
            seen = read_mail(content)
        except Refused as refused:
            self.book.refuse("email", "", str(refused), content.decode(errors="replace"))
            return f"{refused.status} {refused.body}"
        self.book.accept("email", "", seen, content.decode(errors="replace"),
                         sender=envelope.mail_from, recipients=envelope.rcpt_tos,
                         tls=session.ssl is not None)
        return "250 2.0.0 accepted for delivery"


def certificate(out):
    """A self-signed certificate for localhost and 127.0.0.1; returns (certificate, key)."""
    files = out / "smtp.crt", out / "smtp.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-out", files[0], "-keyout", files[1]], check=True, capture_output=True)
    return files


def start_smtp(port, book, login, starttls):
    """Serves from a thread of its own; returns the port."""
    from aiosmtpd.smtp import SMTP, AuthResult  # only here: HTTP works without it

    def authenticate(server, session, envelope, mechanism, data):
        given = getattr(data, "login", b"").decode(), getattr(data, "password", b"").decode()
        return AuthResult(success=given == login, handled=False)

    logging.getLogger("mail.log").setLevel(logging.ERROR)  # it complains of itself
    options = {"hostname": "receivers.test", "enable_SMTPUTF8": True}
    if login:
        options |= {"authenticator": authenticate, "auth_required": True,
                    "auth_require_tls": starttls}
    if starttls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate(book.out))
        options |= {"tls_context": context, "require_starttls": True}
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(
        lambda: SMTP(MailHandler(book), loop=loop, **options), "127.0.0.1", port))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return server.sockets[0].getsockname()[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--http-port", type=int, default=0)
    parser.add_argument("--smtp-port", type=int)
    parser.add_argument("--starttls", action="store_true", help="required before anything else")
    parser.add_argument("--auth", metavar="USER:PASSWORD", help="required before any mail")
    arguments = parser.parse_args()
    book = Book(arguments.out)
    Handler.book = book
    server = Server(("127.0.0.1", arguments.http_port), Handler)
    ready = {"http": server.server_address[1]}
    if arguments.smtp_port is not None:
        login = tuple(arguments.auth.split(":", 1)) if arguments.auth else None
        ready["smtp"] = start_smtp(arguments.smtp_port, book, login, arguments.starttls)
        if arguments.starttls:
            ready["ca"] = str(book.out / "smtp.crt")
    print(json.dumps(ready), flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
