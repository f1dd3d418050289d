#!/usr/bin/env python3
"""Channels that refuse, limit, hang or break: tried again where that makes sense, given up visibly
where it does not, and never in the way of the others."""
import json
import time

import world
from inbox import Receivers
from stub import JSON, NONE, UP, Stub
from world import Tocsin, WorldTest, wait_until

CONFIG = """
global: {{evaluation_interval: 1s}}
sources: [{{name: canned, url: "{source}"}}]
rule_files: [{rules}]
route: {{receiver: everyone, group_by: [alertname], group_wait: 1s, group_interval: {interval}}}
receivers:
  - name: everyone
{channels}
"""

RULES = "groups: [{name: channels, rules: [{alert: Ringing, expr: up}]}]\n"

SLACK = '    slack_configs: [{{api_url: "{url}/slack", send_resolved: true}}]\n'
SLACK_BOT = """\
    slack_configs:
      - {{app_token: xoxb-1, app_url: "{url}/slack/api/chat.postMessage", channel: "#ops",
         update_message: true, send_resolved: true}}
"""
DISCORD = '    discord_configs: [{{webhook_url: "{url}/discord"}}]\n'
WEBHOOK = '    webhook_configs: [{{url: "{url}/webhook"}}]\n'


class ChannelsTest(WorldTest):
    def setUp(self):
        self.folder = self.own_folder()
        self.source = self.stub(lambda asked, number: (200, JSON, UP))

    def stub(self, answer=None):
        stub = Stub(answer)
        self.addCleanup(stub.stop)
        return stub

    def tocsin(self, channels, interval="1m"):
        rules = self.folder / "rules.yaml"
        rules.write_text(RULES)
        return self.own(Tocsin(self.folder, CONFIG.format(
            source=self.source.url, rules=rules, channels=channels,
            interval=interval)))

    def failed(self, tocsin, integration):
        return tocsin.metric("alertmanager_notifications_failed_total", integration=integration)

    def rows(self, tocsin, state):
        return tocsin.metric("tocsin_outbox_rows", state=state)

    def test_what_is_refused_for_good_dies_at_once_and_visibly(self):
        gone = self.stub(lambda asked, number: (404, {}, "no_service"))
        tocsin = self.tocsin(SLACK.format(url=gone.url) + DISCORD.format(url=gone.url) +
                             WEBHOOK.format(url=gone.url))
        wait_until("three messages are dead", lambda: self.rows(tocsin, "dead") == 3)
        for integration in ("slack", "discord", "webhook"):
            self.assertEqual(self.failed(tocsin, integration), 1, integration)
            self.assertRegex(tocsin.log(), rf"(?s){integration}.*404")
        self.assertEqual(self.rows(tocsin, "pending"), 0)
        time.sleep(3)
        self.assertEqual(sorted(asked.path for asked in gone.asked),
                         ["/discord", "/slack", "/webhook"], "it was tried again")
        self.assertNotIn(f"{gone.url}/slack", tocsin.log(), "a webhook's URL is a secret")

    def test_a_wrong_password_for_mail_dies_visibly_and_is_not_in_the_log(self):
        receivers = self.own(Receivers(self.folder))
        tocsin = self.tocsin(receivers.email(password="certainly-wrong"))
        wait_until("the message is dead", lambda: self.rows(tocsin, "dead") == 1, 20)
        self.assertEqual(self.failed(tocsin, "email"), 1)
        self.assertRegex(tocsin.log(), r"(?i)535|login|authentication|denied")
        self.assertNotIn("certainly-wrong", tocsin.log())
        self.assertEqual(receivers.messages(), [])

    def test_a_bot_changes_its_message_until_all_is_over(self):
        receivers = self.own(Receivers(self.folder))
        up = [True]
        self.source.answer = lambda asked, number: (200, JSON, UP if up[0] else NONE)
        tocsin = self.tocsin(SLACK_BOT.format(url=receivers.url), interval="1s")
        slack = lambda: [json.loads(each.raw) for each in receivers.messages()]
        wait_until("it was posted", lambda: len(slack()) == 1, 20)
        up[0] = False
        wait_until("it was changed", lambda: len(slack()) == 2, 20)
        self.assertNotIn("ts", slack()[0])
        self.assertEqual((slack()[0]["channel"], slack()[1]["channel"]), ("#ops", "C0TOCSIN"))
        self.assertRegex(slack()[1]["ts"], r"^1700000000\.0+1$")
        self.assertEqual(receivers.refused(), [])
        up[0] = True
        wait_until("a new message begins", lambda: len(slack()) == 3, 20)
        self.assertNotIn("ts", slack()[2])
        self.assertNotIn("xoxb", tocsin.log())

    def test_a_limit_is_obeyed_and_then_the_message_goes_out_once(self):
        def limited(asked, number):
            return (429, {"Retry-After": "3"}, "rate_limited") if number == 0 else (200, {}, "ok")
        slack = self.stub(limited)
        tocsin = self.tocsin(SLACK.format(url=slack.url))
        wait_until("it was tried again", lambda: slack.count() == 2, 15)
        waited = slack.asked[1].at - slack.asked[0].at
        self.assertGreaterEqual(waited, 2.9)
        self.assertLess(waited, 6)
        self.assertEqual(slack.asked[0].body, slack.asked[1].body)
        wait_until("the outbox is empty", lambda: self.rows(tocsin, "pending") == 0)
        time.sleep(2)
        self.assertEqual(slack.count(), 2)
        self.assertEqual(self.rows(tocsin, "dead"), 0)

    def test_passing_troubles_are_tried_again_until_it_is_delivered(self):
        # Where a connection that was kept open is closed without an answer, libcurl asks once more
        # by itself; on a new one it does not.
        def unsteady(asked, number):
            return ((503, {"Connection": "close"}, "come back later"), (0, {}, None), (500, {}, ""),
                    (200, {}, "ok"))[min(number, 3)]
        hook = self.stub(unsteady)
        tocsin = self.tocsin(WEBHOOK.format(url=hook.url))
        wait_until("it was delivered", lambda: hook.count() == 4, 25)
        pauses = [after.at - before.at for before, after in zip(hook.asked, hook.asked[1:])]
        self.assertEqual(pauses, sorted(pauses), "pauses grow")
        wait_until("the outbox is empty", lambda: self.rows(tocsin, "pending") == 0)
        self.assertEqual(tocsin.metric("alertmanager_notification_requests_failed_total",
                                       integration="webhook"), 3)

    def test_one_that_hangs_delays_nobody_else(self):
        def hang(asked, number):
            time.sleep(20)
            return 200, {}, "ok"
        hanging = self.stub(hang)
        fine = self.stub()
        self.tocsin(SLACK.format(url=hanging.url) + WEBHOOK.format(url=fine.url))
        wait_until("both were asked", lambda: hanging.count() >= 1 and fine.count() >= 1, 6)

    def test_a_slack_that_does_not_say_ok_has_not_taken_it(self):
        odd = self.stub(lambda asked, number: (200, {}, "<html>please log in</html>"))
        tocsin = self.tocsin(SLACK.format(url=odd.url))
        wait_until("the message is dead", lambda: self.rows(tocsin, "dead") == 1)
        self.assertEqual(self.failed(tocsin, "slack"), 1)


if __name__ == "__main__":
    world.main()
