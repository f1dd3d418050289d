#!/usr/bin/env python3
"""Clients that mean no good, against the real binary: what they do is refused, nobody else feels it,
and it takes no memory. And those who come with TLS and a password."""
import base64
import contextlib
import json
import pathlib
import re
import ssl
import subprocess
import time
import urllib.request

import hostile
import world
from hostile import Wire, ask, bomb, head, post, pour, probe
from world import Program, WorldTest, get_json, http, wait_until

CONFIG = """\
route: {receiver: nobody, group_wait: 1h}
receivers: [{name: nobody}]
"""

IDLE, DRIPPING = 5_000, 64
MIB = 1 << 20
# Of a probe while the others are there; the figure itself is printed.
GENEROUS = 1.0 * world.PATIENCE


class Served(Program):
    """`tocsin run` in a folder of its own."""

    def __init__(self, folder, *flags, name="tocsin", scheme="http"):
        self.config = folder / "tocsin.yaml"
        self.config.write_text(CONFIG)
        super().__init__(name, [
            world.TOCSIN, "run", "--config.file", self.config, "--storage.path", folder / "data",
            "--web.listen-address", "127.0.0.1:0", *flags], folder)
        found = self.wait_for_log(r"Listening on.*address=127\.0\.0\.1:(\d+)", 20)
        self.port = int(found.group(1))
        self.url = f"{scheme}://127.0.0.1:{self.port}"

    def resident(self):
        """Bytes of memory."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return 1024 * int(status.split("VmRSS:")[1].split()[0])


class HostileTest(WorldTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = hostile.raise_file_limit(IDLE + DRIPPING + 500)
        cls.tocsin = cls.shared(Served(cls.folder))
        cls.port = cls.tocsin.port
        probe(cls.port)

    def tearDown(self):
        self.assertTrue(self.tocsin.running(), "it has died")
        self.assertLess(probe(self.port), GENEROUS)

    def test_thousands_of_idle_connections_and_some_that_drip(self):
        count = min(IDLE, self.files - DRIPPING - 200)
        if count < IDLE:
            print(f"\nonly {count} idle connections: the limit of open files allows no more")
        before = self.tocsin.resident()
        with contextlib.ExitStack() as stack:
            idle = [stack.enter_context(Wire(self.port)) for _ in range(count)]
            drips = [stack.enter_context(Wire(self.port)) for _ in range(DRIPPING)]
            starts = (b"GET /-/healthy HT", head("GET", "/", "X-A: b")[:-2],
                      post("/api/v2/alerts", "[]")[:-1],
                      head("POST", "/api/v2/alerts", "Transfer-Encoding: chunked") + b"5\r\n[")
            for number, drip in enumerate(drips):
                drip.send(starts[number % len(starts)])
            times = []
            for _ in range(50):
                for drip in drips[:1]:
                    drip.send(b"T")
                times.append(probe(self.port))
            times.sort()
            grown = self.tocsin.resident() - before
            print(f"\n{count} idle and {DRIPPING} dripping: a probe takes {times[25] * 1000:.2f} ms "
                  f"(median of 50, worst {times[-1] * 1000:.2f} ms), {grown / MIB:.1f} MiB more")
            self.assertLess(times[25], GENEROUS)
            self.assertLess(grown, 100 * MIB)
            self.assertEqual(self.open_connections(idle), count, "idle ones were let go")

    def open_connections(self, wires):
        """Of those, how many the server has not closed."""
        still = 0
        for wire in wires:
            wire.socket.setblocking(False)
            try:
                still += wire.socket.recv(1) != b""
            except BlockingIOError:
                still += 1
        return still

    def test_no_limit_is_passed_by_chunks(self):
        before = self.tocsin.resident()
        piece = b"100000\r\n" + b" " * MIB + b"\r\n"
        sent, status = pour(self.port, head("POST", "/api/v2/alerts", "Transfer-Encoding: chunked",
                                            "Content-Type: application/json"), piece, 300 * MIB)
        self.assertIn(status, (413, 0))
        self.assertLess(sent, 100 * MIB)
        for size in ("ffffffffffffffff", "fffffffffffffffff", "4000001", "-1", "0x5"):
            status, _ = ask(self.port, head("POST", "/api/v2/alerts", "Transfer-Encoding: chunked",
                                            "Content-Type: application/json")
                            + size.encode() + b"\r\n")
            self.assertIn(status, (400, 413), size)
        status, _ = ask(self.port, head("POST", "/api/v2/alerts", "Transfer-Encoding: chunked",
                                        "Content-Type: application/json")
                        + (b"1;" + b"x" * 900 + b"\r\n \r\n") * 9_000 + b"0\r\n\r\n")
        self.assertEqual(status, 422, "a body of blanks, however it came")
        sent, status = pour(self.port, head("POST", "/api/v2/alerts", "Transfer-Encoding: chunked")
                            + b"0\r\n", b"X-Trailer: " + b"a" * 500 + b"\r\n", 8 * MIB)
        self.assertIn(status, (431, 0))
        self.assertLess(sent, 2 * MIB)
        wait_until("the memory is given back",
                   lambda: self.tocsin.resident() - before < 100 * MIB)

    def test_no_limit_is_passed_by_compression(self):
        before = self.tocsin.resident()
        for mebibytes in (65, 10_000):
            status, answer = ask(self.port, post("/api/v2/alerts", bomb(mebibytes),
                                                 "Content-Encoding: gzip"))
            self.assertEqual(status, 413, answer[:300])
        status, _ = ask(self.port, post("/api/v2/alerts", b"\x1f\x8b nonsense",
                                        "Content-Encoding: gzip"))
        self.assertEqual(status, 400)
        status, _ = ask(self.port, post("/api/v2/alerts", b"[]", "Content-Encoding: br"))
        self.assertEqual(status, 415)
        wait_until("the memory is given back",
                   lambda: self.tocsin.resident() - before < 100 * MIB)

    def test_heads_have_an_end(self):
        before = self.tocsin.resident()
        line = b"GET / HTTP/1.1\r\nHost: x\r\n"
        for start, piece, statuses in (
                (line, b"X-Many: a\r\n", (431,)),
                (line + b"X-Endless: ", b"a" * 1000, (431,)),
                (b"GET /", b"a" * 1000, (414, 431)),
                (line, b"a" * 1000, (400, 431)),
                (b"", b"\r\n", (400,)),
                (b"", b"\0" * 1000, (400, 431))):
            with self.subTest(piece[:10]):
                sent, status = pour(self.port, start, piece, 64 * MIB)
                self.assertIn(status, (*statuses, 0))
                self.assertLess(sent, 16 * MIB)
        self.assertEqual(ask(self.port, head("GET", "/-/healthy", *["A: b"] * 98))[0], 200)
        self.assertEqual(ask(self.port, head("GET", "/-/healthy", *["A: b"] * 101))[0], 431)
        self.assertLess(self.tocsin.resident() - before, 50 * MIB)

    def test_nothing_becomes_a_header(self):
        split = "%0d%0aSet-Cookie:%20stolen=1%0d%0a%0d%0a"
        for request in (
                head("GET", f"/api/v2/silence/{split}"),
                head("GET", f"/api/v2/alerts?filter={split}&receiver={split}"),
                head("GET", f"/{split}"),
                head("GET", "/-/healthy", f"Origin: http://x{split}", f"X-Request-Id: {split}",
                     f"Access-Control-Request-Headers: {split}"),
                head("OPTIONS", "/api/v2/alerts", f"Origin: {split}"),
                head("PUT", f"/api/v2/alerts/{split}")):
            _, answer = ask(self.port, request)
            top = answer.split(b"\r\n\r\n")[0].lower()
            self.assertTrue(answer.startswith(b"HTTP/1.1 "), answer[:100])
            self.assertNotIn(b"\nset-cookie", top)
        for bad in (b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nA: b\rC: d\r\n\r\n",
                    b"GET /-/healthy HTTP/1.1\r\nHost: x\nA: b\r\n\r\n",
                    b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nA: b\0\r\n\r\n"):
            self.assertEqual(ask(self.port, bad)[0], 400, bad)

    def test_pages_of_others_change_nothing(self):
        silence = json.dumps({
            "matchers": [{"name": "a", "value": "foreign", "isRegex": False}], "createdBy": "x",
            "comment": "x", "startsAt": "2026-01-01T00:00:00Z", "endsAt": "2099-01-01T00:00:00Z"})
        for origin in ("http://evil.example", "null", "http://127.0.0.1:1", f"http://x:{self.port}"):
            for request in (post("/api/v2/silences", silence, f"Origin: {origin}"),
                            post("/api/v2/alerts", "[]", f"Origin: {origin}"),
                            post("/-/reload", "", f"Origin: {origin}"),
                            head("DELETE", "/api/v2/silence/00000000-0000-4000-8000-000000000000",
                                 f"Origin: {origin}")):
                self.assertEqual(ask(self.port, request)[0], 403, (origin, request[:60]))
        # What a form of another page can send has no JSON's type.
        form = post("/api/v2/silences", silence).replace(b"application/json", b"text/plain")
        self.assertEqual(ask(self.port, form)[0], 415)
        self.assertEqual(get_json(f"{self.tocsin.url}/api/v2/silences?filter=a=foreign"), [])

    def test_a_million_alerts_are_refused_or_taken_whole(self):
        alert = '{"labels":{"alertname":"Million","n":"%d"}}'
        body = "[" + ",".join(alert % number for number in range(1_000_000)) + "]"
        start = time.monotonic()
        status, answer = ask(self.port, post("/api/v2/alerts", body))
        print(f"\na million alerts, {len(body) / MIB:.0f} MiB: {status} after "
              f"{time.monotonic() - start:.2f} s")
        shown = get_json(f"{self.tocsin.url}/api/v2/alerts?filter=alertname=Million")
        if status == 200:
            self.assertEqual(len(shown), 1_000_000)
        else:
            self.assertEqual(status, 413, answer[:300])
            self.assertEqual(shown, [])

    def test_an_alert_may_be_large(self):
        many = {f"label_{number}": "v" for number in range(10_000)}
        large = [{"labels": {"alertname": "Many", **many}},
                 {"labels": {"alertname": "Long"}, "annotations": {"text": "ü<&\u2028" * 200_000}}]
        status, text = http(f"{self.tocsin.url}/api/v2/alerts", "POST", json.dumps(large))
        self.assertEqual(status, 200, text)
        for alert in large:
            name = alert["labels"]["alertname"]
            shown = get_json(f"{self.tocsin.url}/api/v2/alerts?filter=alertname={name}")
            self.assertEqual([each["labels"] for each in shown], [alert["labels"]])
            self.assertEqual(shown[0]["annotations"], alert.get("annotations", {}))

    def test_catastrophic_expressions_do_no_harm(self):
        value = "a" * 20_000 + "!"
        http(f"{self.tocsin.url}/api/v2/alerts", "POST",
             json.dumps([{"labels": {"alertname": "Regex", "v": value}}]))
        for pattern in ("(a+)+$", "(a|aa)+$", "(a*)*b", "((a{1,99}){1,9})*x", "(.*)(.*)(.*)(.*)=",
                        "(((((a+)+)+)+)+)+$", "(" * 900 + "a" + ")" * 900):
            with self.subTest(pattern):
                start = time.monotonic()
                status, text = http(f"{self.tocsin.url}/api/v2/silences", "POST", json.dumps({
                    "matchers": [{"name": "v", "value": pattern, "isRegex": True}],
                    "createdBy": "x", "comment": "x", "startsAt": "2026-01-01T00:00:00Z",
                    "endsAt": "2099-01-01T00:00:00Z"}))
                self.assertIn(status, (200, 400), text)
                asked = urllib.request.quote(f'v=~"{pattern}"')
                shown = get_json(f"{self.tocsin.url}/api/v2/alerts?filter={asked}")
                self.assertEqual(shown, [])
                self.assertLess(time.monotonic() - start, 5 * GENEROUS)
        for pattern in ("a{1000}{1000}{1000}", "(" * 20_000, "[z-a]"):
            with self.subTest(pattern[:20]):
                status, text = http(f"{self.tocsin.url}/api/v2/silences", "POST", json.dumps({
                    "matchers": [{"name": "v", "value": pattern, "isRegex": True}],
                    "createdBy": "x", "comment": "x", "startsAt": "2026-01-01T00:00:00Z",
                    "endsAt": "2099-01-01T00:00:00Z"}))
                self.assertEqual(status, 400, text[:300])
                self.assertLess(len(text), 100_000)

    def test_a_second_one_on_the_port_says_so(self):
        folder = self.own_folder()
        (folder / "tocsin.yaml").write_text(CONFIG)
        done = subprocess.run(
            [world.TOCSIN, "run", "--config.file", folder / "tocsin.yaml", "--storage.path",
             folder / "data", "--web.listen-address", f"127.0.0.1:{self.port}"],
            capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"cannot listen on 127.0.0.1:{self.port}", done.stderr)
        self.assertIn("is another program using the port?", done.stderr)


class ProtectedTest(WorldTest):
    """TLS and a password by --web.config.file, changed while it runs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=tocsin", "-addext",
             "subjectAltName=IP:127.0.0.1", "-keyout", "server.key", "-out", "server.crt"],
            cwd=cls.folder, check=True, capture_output=True)
        cls.web = cls.folder / "web.yml"
        cls.write_users(("anna", "secret"))
        cls.tocsin = cls.shared(Served(cls.folder, "--web.config.file", cls.web, scheme="https"))

    @classmethod
    def write_users(cls, *users):
        lines = "".join(f"  {user}: {hash_of(password)}\n" for user, password in users)
        cls.web.write_text("tls_server_config: {cert_file: server.crt, key_file: server.key}\n"
                           "http_server_config: {headers: {X-Frame-Options: deny}}\n"
                           f"basic_auth_users:\n{lines}")

    def ask(self, path="/api/v2/status", user=None, trust=True):
        request = urllib.request.Request(self.tocsin.url + path)
        if user:
            request.add_header("Authorization",
                               "Basic " + base64.b64encode(user.encode()).decode())
        context = ssl.create_default_context(
            cafile=self.folder / "server.crt" if trust else None)
        try:
            with urllib.request.urlopen(request, timeout=10, context=context) as answer:
                return answer.status, dict(answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, dict(error.headers)

    def test_who_has_the_password_is_let_in(self):
        status, headers = self.ask(user="anna:secret")
        self.assertEqual(status, 200)
        self.assertEqual(headers["X-Frame-Options"], "deny")
        for user in (None, "anna:wrong", "bert:secret", "anna", ":"):
            status, headers = self.ask(user=user)
            self.assertEqual(status, 401, user)
            self.assertEqual(headers["WWW-Authenticate"], "Basic")
        for path in ("/metrics", "/-/healthy", "/-/ready", "/no/such/path"):
            self.assertEqual(self.ask(path)[0], 401, path)
        with self.assertRaises(urllib.error.URLError):
            self.ask(trust=False)
        status, answer = ask(self.tocsin.port, head("GET", "/"))
        self.assertEqual(status, 400)
        self.assertIn(b"HTTP request to an HTTPS server", answer)

    def test_the_users_change_while_it_runs(self):
        self.assertEqual(self.ask(user="carl:third")[0], 401)
        self.write_users(("anna", "secret"), ("carl", "third"))
        wait_until("carl is let in", lambda: self.ask(user="carl:third")[0] == 200)
        self.web.write_text("basic_auth_users: 7\n")

        def refused():
            self.assertEqual(self.ask(user="carl:third")[0], 200)  # looks at the file
            return re.search("web configuration was not reloaded.*web.yml:1:", self.tocsin.log())
        wait_until("the file is refused", refused)
        self.write_users(("anna", "secret"))
        wait_until("carl is kept out", lambda: self.ask(user="carl:third")[0] == 401)

    def test_our_own_commands_and_amtool_come_in(self):
        settings = self.folder / "client.yml"
        settings.write_text("basic_auth: {username: anna, password: secret}\n"
                            f"tls_config: {{ca_file: {self.folder / 'server.crt'}}}\n")
        for words in ((world.TOCSIN, "health", "--url", self.tocsin.url),
                      (world.TOCSIN, "silence", "query", "--url", self.tocsin.url),
                      ("amtool", f"--alertmanager.url={self.tocsin.url}", "alert", "query")):
            done = subprocess.run([*words, f"--http.config.file={settings}"], capture_output=True,
                                  text=True, timeout=30, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)


class ExposedTest(WorldTest):
    """On an address that other machines can reach. Nobody has to be there: what counts is loopback's
    view of it."""

    def test_protection_cannot_be_reloaded_away(self):
        folder = self.own_folder()
        web = folder / "web.yml"
        web.write_text(f"basic_auth_users:\n  anna: {hash_of('secret')}\n")
        tocsin = self.own(Served(folder, "--web.config.file", web, "--web.listen-address",
                                 "0.0.0.0:0"))
        status = f"{tocsin.url}/api/v2/status"
        self.assertEqual(http(status)[0], 401)
        web.write_text("# everybody is welcome\n")

        def refused():
            self.assertEqual(http(status)[0], 401)  # each request looks at the file
            return "everybody there would be let in" in tocsin.log()
        wait_until("the reload is refused", refused)
        self.assertEqual(http(status)[0], 401)


def hash_of(password):
    """bcrypt at the lowest cost, by the system's crypt."""
    import crypt  # pylint: disable=import-outside-toplevel,deprecated-module
    return crypt.crypt(password, "$2b$04$abcdefghijklmnopqrstuu")


if __name__ == "__main__":
    world.main()
