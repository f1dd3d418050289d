#!/usr/bin/env python3
"""What a receiver's http_config asks for, on the wire: a token of an OAuth2 server, a proxy, a client
certificate of an own CA, headers; and that no secret of it is told."""
import http.server
import json
import ssl
import subprocess
import threading

import world
from stub import JSON, UP, Stub
from world import Tocsin, WorldTest, wait_until

CONFIG = """
global: {{evaluation_interval: 1s}}
sources: [{{name: canned, url: "{source}"}}]
rule_files: [rules.yaml]
route: {{receiver: ops, group_by: [alertname], group_wait: 0s, group_interval: 1m}}
receivers:
  - name: ops
    webhook_configs:
      - url: {url}
        http_config: {http}
"""

RULES = "groups: [{name: http, rules: [{alert: Ringing, expr: up}]}]\n"
SECRET = "hunter2"


class HttpConfigTest(WorldTest):
    def setUp(self):
        self.folder = self.own_folder()
        self.source = self.stub(lambda asked, number: (200, JSON, UP))
        (self.folder / "rules.yaml").write_text(RULES)
        (self.folder / "secret").write_text(SECRET + "\n")

    def stub(self, answer=None):
        stub = Stub(answer)
        self.addCleanup(stub.stop)
        return stub

    def tocsin(self, url, http):
        return self.own(Tocsin(self.folder, CONFIG.format(source=self.source.url, url=url,
                                                          http=json.dumps(http))))

    def tell_no_secret(self, tocsin):
        status = world.http(f"{tocsin.url}/api/v2/status")[1]
        self.assertIn("http_config", status)
        for text in (status, tocsin.log(), world.http(f"{tocsin.url}/metrics")[1]):
            self.assertNotIn(SECRET, text)

    def test_a_token_is_fetched_and_again_when_the_server_comes_up(self):
        def give(asked, number):
            if number < 2:  # both ways of telling the secret
                return 503, {}, SECRET
            return 200, JSON, json.dumps({"access_token": "t0ken", "expires_in": 60})
        tokens, hook = self.stub(give), self.stub()
        tocsin = self.tocsin(f"{hook.url}/hook", {"oauth2": {
            "client_id": "me", "client_secret_file": "secret", "token_url": f"{tokens.url}/token",
            "scopes": ["write"]}})
        wait_until("the message has come", lambda: hook.count() == 1, 20)
        self.assertEqual(hook.asked[0].headers["Authorization"], "Bearer t0ken")
        self.assertEqual(tokens.count(), 3)
        self.assertIn("scope=write", tokens.bodies()[0])
        self.assertIn("there is no OAuth2 token", tocsin.log())
        self.tell_no_secret(tocsin)

    def test_a_proxy_and_headers(self):
        proxy = self.stub()
        tocsin = self.tocsin("http://hook.invalid/x", {
            "proxy_url": f"http://me:{SECRET}@127.0.0.1:{proxy.port}", "no_proxy": "other.invalid",
            "http_headers": {"X-Key": {"files": ["secret"]}, "X-Open": {"values": ["a"]}}})
        wait_until("the proxy is asked", lambda: proxy.count() == 1)
        asked = proxy.asked[0]
        self.assertEqual(asked.path, "http://hook.invalid/x")
        self.assertEqual(asked.headers["Proxy-Authorization"], "Basic bWU6aHVudGVyMg==")
        self.assertEqual((asked.headers["X-Key"], asked.headers["X-Open"]), (SECRET, "a"))
        self.tell_no_secret(tocsin)

    def openssl(self, *words):
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)

    def make_certificates(self):
        """An own CA, and a certificate of it for the server and one for Tocsin."""
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                     "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Our CA", "-days", "2")
        for name in ("server", "client"):
            (self.folder / f"{name}.ext").write_text(f"subjectAltName=DNS:{name}.test\n")
            self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                         "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}.test")
            self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
                         "-CAcreateserial", "-out", f"{name}.pem", "-days", "2", "-extfile",
                         f"{name}.ext")

    def tls_server(self, seen):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                seen.append(dict(x[0] for x in self.connection.getpeercert()["subject"]))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "server.pem", self.folder / "server.key")
        context.load_verify_locations(self.folder / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"https://127.0.0.1:{server.server_address[1]}/"

    def show_certificate(self, tls):
        seen = []
        tocsin = self.tocsin(self.tls_server(seen),
                             {"tls_config": {"server_name": "server.test", **tls}})
        wait_until("the server was told", lambda: seen == [{"commonName": "client.test"}])
        self.assertNotIn("PRIVATE KEY", world.http(f"{tocsin.url}/api/v2/status")[1])

    def test_a_client_certificate_of_an_own_ca_from_files(self):
        self.make_certificates()
        self.show_certificate(
            {"ca_file": "ca.pem", "cert_file": "client.pem", "key_file": "client.key"})

    def test_a_client_certificate_of_an_own_ca_that_stands_in_the_configuration(self):
        self.make_certificates()
        names = {"ca": "ca.pem", "cert": "client.pem", "key": "client.key"}
        self.show_certificate({key: (self.folder / name).read_text()
                               for key, name in names.items()})


if __name__ == "__main__":
    world.main()
