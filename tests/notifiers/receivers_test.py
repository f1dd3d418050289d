#!/usr/bin/python3
"""The stand-ins of tests/support/receivers.py do what their first page says, and take whatever the
channels write. PAYLOADS names the program of payloads.cpp; exit code 77 without aiosmtpd."""
import json
import os
import pathlib
import smtplib
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

try:
    import aiosmtpd  # noqa: F401  what receivers.py needs for mails
except ImportError:
    print("skipped: aiosmtpd is not installed (Debian package python3-aiosmtpd)")
    sys.exit(77)

RECEIVERS = pathlib.Path(__file__).resolve().parents[1] / "support/receivers.py"
SLACK = {"attachments": [{"color": "danger", "title": "[FIRING:1] A", "text": "b &amp; c",
                          "fields": [{"title": "d", "value": "<https://e.test|f>",
                                      "short": False}]}]}
DISCORD = {"embeds": [{"title": "[RESOLVED] A", "description": r"a\_b [f](<https://e.test>)"}],
           "allowed_mentions": {"parse": []}}
MAIL = ("From: a@example.org\r\nTo: b@example.org\r\nSubject: [FIRING:1] A\r\n"
        "Date: Fri, 02 Jan 2026 15:04:05 +0000\r\nMessage-ID: <1@example.org>\r\n\r\nhello\r\n")


def changed(payload, path, value):
    """A copy with the value at the path; None takes it away."""
    copy = json.loads(json.dumps(payload))
    place = copy
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return copy


class ReceiversTest(unittest.TestCase):
    FLAGS = ()

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="tocsin-receivers-")
        cls.addClassCleanup(folder.cleanup)
        cls.out = pathlib.Path(folder.name)
        cls.process = subprocess.Popen(
            ["/usr/bin/python3", RECEIVERS, "--out", cls.out, "--smtp-port", "0", *cls.FLAGS],
            stdout=subprocess.PIPE, text=True)
        cls.addClassCleanup(cls.process.stdout.close)
        cls.addClassCleanup(cls.process.wait)
        cls.addClassCleanup(cls.process.terminate)
        cls.ready = json.loads(cls.process.stdout.readline())

    def setUp(self):
        self.post("/control/reset", {})

    def post(self, path, payload, kind="application/json", timeout=5):
        """(status, text, headers)"""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.ready['http']}{path}", body,
                                         {"Content-Type": kind})
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(), error.headers

    def records(self, name="messages"):
        lines = (self.out / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def smtp(self):
        return smtplib.SMTP("127.0.0.1", self.ready["smtp"], timeout=5)


class HttpTest(ReceiversTest):
    def test_a_slack_message_is_taken_and_recorded_as_people_read_it(self):
        self.assertEqual(self.post("/slack/services/T/B/X", SLACK)[:2], (200, "ok"))
        record = self.records()[0]
        self.assertEqual((record["channel"], record["status"], record["title"], record["text"]),
                         ("slack", "firing", "[FIRING:1] A", "b & c\nd\nf: https://e.test"))
        self.assertEqual(json.loads(record["raw"]), SLACK)

    def test_slack_refuses_what_is_not_right(self):
        attachment = ("attachments", 0)
        for path, value, error in (
                (("attachments",), None, "no_text"),
                (("attachments",), [SLACK["attachments"][0]] * 101, "too_many_attachments"),
                ((*attachment, "text"), "a & b", "invalid_payload"),
                ((*attachment, "text"), "<!channel>", "invalid_payload"),
                ((*attachment, "fields", 0, "value"), "<@U123>", "invalid_payload"),
                ((*attachment, "title"), "@here", "invalid_payload"),
                ((*attachment, "footer"), "x" * 301, "invalid_payload"),
                ((*attachment, "color"), "red", "invalid_payload"),
                ((*attachment, "text"), "x" * 40_001, "msg_too_long")):
            answer = self.post("/slack/x", changed(SLACK, path, value))
            self.assertEqual(answer[:2], (400, error), f"{path}: {str(value)[:80]}")
        self.assertEqual(self.post("/slack/x", b"{")[:2], (400, "invalid_payload"))
        self.assertEqual(self.post("/slack/x", SLACK, kind="text/plain")[0], 400)
        self.assertEqual(self.post("/slack/channel_is_archived", SLACK)[:2],
                         (410, "channel_is_archived"))
        self.assertEqual(self.records(), [])
        self.assertEqual(len(self.records("refused")), 12)

    def test_a_discord_message_is_taken_and_recorded(self):
        self.assertEqual(self.post("/discord/webhooks/1/t", DISCORD)[0], 204)
        record = self.records()[0]
        self.assertEqual((record["channel"], record["status"], record["text"]),
                         ("discord", "resolved", "a_b f: https://e.test"))

    def test_discord_refuses_what_is_not_right(self):
        embed = ("embeds", 0)
        for path, value, code in (
                (("embeds",), [], 50006),
                (("allowed_mentions",), None, 50035),
                (("allowed_mentions",), {"parse": ["everyone"]}, 50035),
                ((*embed, "title"), "x" * 257, 50035),
                ((*embed, "description"), "x" * 4097, 50035),
                ((*embed, "footer"), {"text": "x" * 2049}, 50035),
                ((*embed, "fields"), [{"name": "a", "value": "b"}] * 26, 50035),
                ((*embed, "fields"), [{"name": "", "value": "b"}], 50035),
                (("embeds",), [{"description": "x" * 3001}] * 2, 50035),
                (("embeds",), [{"description": "x"}] * 11, 50035),
                (("content",), "x" * 2001, 50035),
                (("username",), "Discord bell", 50035)):
            status, text, _ = self.post("/discord/webhooks/1/t", changed(DISCORD, path, value))
            self.assertEqual((status, json.loads(text)["code"]), (400, code), f"{path}: {str(value)[:80]}")
        self.assertEqual(self.post("/discord/webhooks/404/t", DISCORD)[0], 404)
        self.assertEqual(self.post("/discord/webhooks/1/wrong", DISCORD)[0], 401)
        self.assertEqual(self.records(), [])

    def test_the_borders_themselves_are_taken(self):
        for path, value in ((("embeds", 0, "title"), "x" * 256),
                            (("embeds", 0, "description"), "🔥" * 4096),
                            (("embeds",), [{"description": "x" * 3000}] * 2)):
            self.assertEqual(self.post("/discord/webhooks/1/t", changed(DISCORD, path, value))[0],
                             204, path)

    def test_failures_are_made_to_order_and_end(self):
        self.post("/control/fail", {"channel": "webhook", "times": 2, "with": "500"})
        self.post("/control/fail", {"channel": "webhook", "times": 1, "with": "429",
                                    "retry_after": 7})
        answers = [self.post("/webhook/x", {"status": "firing"}) for _ in range(4)]
        self.assertEqual([answer[0] for answer in answers], [500, 500, 429, 200])
        self.assertEqual(answers[2][2]["Retry-After"], "7")
        self.assertEqual(len(self.records()), 1)

    def test_one_that_hangs_hangs(self):
        self.post("/control/fail", {"channel": "webhook", "with": "hang", "retry_after": 3})
        with self.assertRaises(TimeoutError):
            self.post("/webhook/x", {"status": "firing"}, timeout=0.3)

    def test_limits_say_how_long_to_wait(self):
        self.post("/control/limit", {"channel": "slack", "per_second": 1})
        self.post("/control/limit", {"channel": "discord", "per_second": 1})
        self.assertEqual(self.post("/slack/x", SLACK)[0], 200)
        status, text, headers = self.post("/slack/x", SLACK)
        self.assertEqual((status, text, headers["Retry-After"]), (429, "rate_limited", "1"))
        _, _, headers = self.post("/discord/webhooks/1/t", DISCORD)
        self.assertEqual(headers["X-RateLimit-Remaining"], "0")
        status, text, _ = self.post("/discord/webhooks/1/t", DISCORD)
        limit = json.loads(text)
        self.assertEqual((status, limit["global"]), (429, False))
        self.assertTrue(0 < limit["retry_after"] <= 1)
        time.sleep(limit["retry_after"] + 0.05)
        self.assertEqual(self.post("/discord/webhooks/1/t", DISCORD)[0], 204)


class MailTest(ReceiversTest):
    FLAGS = ("--starttls", "--auth", "user:secret")

    def logged_in(self, password="secret"):
        smtp = self.smtp()
        self.addCleanup(smtp.close)
        smtp.starttls(context=ssl.create_default_context(cafile=self.ready["ca"]))
        smtp.login("user", password)
        return smtp

    def test_a_mail_is_taken_and_recorded(self):
        self.logged_in().sendmail("a@example.org", ["b@example.org"], MAIL)
        record = self.records()[0]
        self.assertEqual((record["channel"], record["title"], record["text"].strip(),
                          record["recipients"], record["tls"]),
                         ("email", "[FIRING:1] A", "hello", ["b@example.org"], True))

    def test_without_tls_or_with_a_wrong_password_nothing_is_taken(self):
        with self.assertRaises(smtplib.SMTPAuthenticationError) as wrong:
            self.logged_in("guess")
        self.assertEqual(wrong.exception.smtp_code, 535)
        with self.smtp() as smtp, self.assertRaises(smtplib.SMTPException):
            smtp.sendmail("a@example.org", ["b@example.org"], MAIL)
        self.assertEqual(self.records(), [])

    def test_recipients_and_times_can_be_refused(self):
        self.post("/control/refuse", {"recipients": ["b@example.org"]})
        with self.assertRaises(smtplib.SMTPRecipientsRefused):
            self.logged_in().sendmail("a@example.org", ["b@example.org"], MAIL)
        self.post("/control/reset", {})
        self.post("/control/fail", {"channel": "email"})
        with self.assertRaises(smtplib.SMTPDataError) as later:
            self.logged_in().sendmail("a@example.org", ["b@example.org"], MAIL)
        self.assertEqual(later.exception.smtp_code, 451)
        self.logged_in().sendmail("a@example.org", ["b@example.org"], MAIL)

    def test_a_mail_without_what_it_needs_is_refused(self):
        for broken in (MAIL.replace("Date: ", "Dote: "), MAIL.replace("hello", "x" * 1000),
                       "Subject: again\r\n" + MAIL):
            with self.assertRaises(smtplib.SMTPDataError):
                self.logged_in().sendmail("a@example.org", ["b@example.org"], broken)


class PayloadsTest(ReceiversTest):
    """What Tocsin writes, whatever alerts hold, is within the limits of the services."""

    def test_every_payload_is_taken(self):
        payloads = subprocess.run([os.environ["PAYLOADS"]], check=True, capture_output=True,
                                  text=True).stdout.splitlines()
        self.assertGreater(len(payloads), 20)
        for line in payloads:
            payload = json.loads(line)
            if payload["channel"] == "email":
                with self.smtp() as smtp:
                    smtp.sendmail(payload["from"], payload["to"], payload["body"].encode())
            else:
                answer = self.post(payload["path"], payload["body"].encode())
                self.assertIn(answer[0], (200, 204), (payload["what"], self.records("refused")))
        self.assertEqual(self.records("refused"), [])
        self.assertEqual(len(self.records()), len(payloads))


if __name__ == "__main__":
    unittest.main()
