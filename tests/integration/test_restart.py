#!/usr/bin/env python3
"""kill -9 at any moment: clocks go on, silences and undelivered messages are kept, and nothing that
was said is said again."""
import json
import time
from datetime import datetime

import world
from stub import JSON, UP, Stub, unused_port
from world import Tocsin, WorldTest, wait_until

CONFIG = """
global: {{evaluation_interval: 1s}}
sources: [{{name: canned, url: "{source}"}}]
rule_files: [{rules}]
route: {{receiver: hook, group_by: [alertname], group_wait: 1s, group_interval: 2s}}
receivers: [{{name: hook, webhook_configs: [{{url: "{hook}/alerts"}}]}}]
"""

RULES = """
groups:
- name: restart
  rules:
  - {alert: Now, expr: up}
  - {alert: Hushed, expr: up, for: 3s}
  - {alert: Slowly, expr: up, for: 14s}
"""


def seconds(text):
    """An API's time as seconds since the epoch."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class RestartTest(WorldTest):
    def setUp(self):
        self.folder = self.own_folder()
        self.source = Stub(lambda asked, number: (200, JSON, UP))
        self.addCleanup(self.source.stop)

    def tocsin(self, hook_url):
        rules = self.folder / "rules.yaml"
        rules.write_text(RULES)
        config = CONFIG.format(source=self.source.url, rules=rules, hook=hook_url)
        return self.own(Tocsin(self.folder, config))

    def told(self, hook, name):
        """The hook's messages about an alert."""
        messages = [json.loads(body) for body in hook.bodies()]
        return [message for message in messages if message["groupLabels"]["alertname"] == name]

    def test_clocks_silences_and_what_was_said_survive_a_kill(self):
        hook = Stub()
        self.addCleanup(hook.stop)
        tocsin = self.tocsin(hook.url)
        silence = tocsin.amtool("silence", "add", "alertname=Hushed", "--author=ops",
                                "--comment=being repaired", "--duration=1h").strip()
        wait_until("Now was told", lambda: self.told(hook, "Now"))
        wait_until("Hushed fires", lambda: tocsin.state("Hushed") == "firing")
        before = wait_until("Slowly is pending", lambda: tocsin.states().get("Slowly"))
        self.assertEqual(before["state"], "pending")

        tocsin.kill()
        time.sleep(2)
        tocsin.start()

        after = tocsin.states()
        self.assertEqual(after["Slowly"]["state"], "pending", "it did not wait long enough yet")
        self.assertEqual(after["Slowly"]["activeAt"], before["activeAt"])
        self.assertEqual(after["Now"]["state"], "firing")
        kept = json.loads(tocsin.amtool("silence", "query", "-o", "json"))
        self.assertEqual([(each["id"], each["status"]["state"], each["createdBy"], each["comment"])
                          for each in kept], [(silence, "active", "ops", "being repaired")])

        message = wait_until("Slowly was told", lambda: self.told(hook, "Slowly"), 25)[0]
        waited = seconds(message["alerts"][0]["startsAt"]) - seconds(before["activeAt"])
        self.assertGreaterEqual(waited, 14, "it fired before its time")
        self.assertLess(waited, 16.5, "the restart cost its clock time")

        time.sleep(4)  # two more group intervals
        self.assertEqual(len(self.told(hook, "Now")), 1, "it was said again after the restart")
        self.assertEqual(len(self.told(hook, "Slowly")), 1)
        self.assertEqual(self.told(hook, "Hushed"), [], "it was silenced before the kill")

    def test_a_message_that_could_not_be_delivered_is_delivered_after_the_kill(self):
        port = unused_port()
        tocsin = self.tocsin(f"http://127.0.0.1:{port}")
        wait_until("a message waits", lambda: tocsin.metric("tocsin_outbox_rows", state="pending"))
        tocsin.kill()
        hook = Stub(port=port)
        self.addCleanup(hook.stop)
        tocsin.start()
        wait_until("the message arrives", lambda: self.told(hook, "Now"), 15)
        wait_until("nothing waits any more",
                   lambda: tocsin.metric("tocsin_outbox_rows", state="pending") == 0)
        time.sleep(3)
        self.assertEqual(len(self.told(hook, "Now")), 1)

    def test_it_survives_being_killed_again_and_again(self):
        hook = Stub()
        self.addCleanup(hook.stop)
        tocsin = self.tocsin(hook.url)
        wait_until("Slowly is pending", lambda: tocsin.state("Slowly") == "pending")
        since = tocsin.states()["Slowly"]["activeAt"]
        for pause in (0.3, 0.7, 0.1, 1.1, 0.5):
            time.sleep(pause)
            tocsin.kill()
            tocsin.start()
            self.assertEqual(tocsin.states()["Slowly"]["activeAt"], since)
        wait_until("everything was told",
                   lambda: all(self.told(hook, name) for name in ("Now", "Hushed", "Slowly")), 25)
        for name in ("Now", "Hushed", "Slowly"):
            # A kill between delivery and its record repeats that one message: at most one a kill.
            self.assertLessEqual(len(self.told(hook, name)), 2, name)

    def test_a_second_tocsin_does_not_open_the_same_journal(self):
        hook = Stub()
        self.addCleanup(hook.stop)
        tocsin = self.tocsin(hook.url)
        second = self.own(world.Program("second", [
            world.TOCSIN, "run", "--config.file", tocsin.config,
            "--storage.path", self.folder / "data", "--web.listen-address", "127.0.0.1:0"],
            self.folder))
        wait_until("the second one ends", lambda: not second.running())
        self.assertNotEqual(second.process.returncode, 0)
        self.assertIn(str(self.folder / "data"), second.log())
        self.assertTrue(tocsin.answers("/-/ready"))


if __name__ == "__main__":
    world.main()
