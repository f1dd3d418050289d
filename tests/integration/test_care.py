#!/usr/bin/env python3
"""Care for the data, and the commands that say why: a disk that takes no more, a backup beside the
running program, explain and outbox."""
import json
import os
import resource
import shutil
import subprocess

import world
from stub import Stub
from world import Tocsin, WorldTest, http, wait_until

CONFIG = """\
route: {{receiver: hook, group_by: [alertname], group_wait: 0s, group_interval: 1h}}
receivers: [{{name: hook, webhook_configs: [{{url: "{hook}/"}}]}}]
"""


class CareTest(WorldTest):
    def setUp(self):
        self.folder = self.own_folder()
        self.status = 200
        self.hook = Stub(lambda asked, number: (self.status, {}, ""))
        self.addCleanup(self.hook.stop)
        self.tocsin = self.own(Tocsin(self.folder, CONFIG.format(hook=self.hook.url)))

    def run_command(self, *words):
        return subprocess.run([str(word) for word in (world.TOCSIN, *words)], capture_output=True,
                              text=True, timeout=30, check=False,
                              env={**os.environ, "TOCSIN_URL": self.tocsin.url})

    def post(self, name):
        return http(f"{self.tocsin.url}/api/v2/alerts", "POST",
                    json.dumps([{"labels": {"alertname": name}}]))[0]

    def dead(self):
        return self.run_command("outbox", "list", "-q", "--state", "dead").stdout.split()

    def heard(self, name):
        return any(f'"{name}"' in asked.body for asked in self.hook.asked)

    def test_a_full_disk_stops_neither_evaluation_nor_messages_and_is_over_when_it_is(self):
        self.assertEqual(self.post("Before"), 200)
        wait_until("the first one is heard of", lambda: self.heard("Before"))
        pid = self.tocsin.process.pid
        full = os.path.getsize(self.folder / "data/tocsin.db-wal")
        hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (full, hard))
        self.assertEqual(self.post("Full"), 500, "it cannot be promised")
        wait_until("it is heard of nevertheless", lambda: self.heard("Full"))
        status, why = http(f"{self.tocsin.url}/-/ready")
        self.assertEqual(status, 503)
        self.assertIn("journal cannot be written", why)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))
        wait_until("it is ready again", lambda: self.tocsin.answers("/-/ready"))
        self.tocsin.kill()
        self.tocsin.start()
        alerts = world.get_json(f"{self.tocsin.url}/api/v2/alerts")
        self.assertEqual({each["labels"]["alertname"] for each in alerts}, {"Before", "Full"})

    def test_a_backup_is_made_beside_it_and_a_tocsin_started_on_it_knows_the_same(self):
        for name in ("One", "Two"):
            self.assertEqual(self.post(name), 200)
        self.tocsin.amtool("silence", "add", "alertname=One", "-c", "repair", "-a", "me")
        target = self.folder / "copy.db"
        made = self.run_command("backup", "--storage.path", self.folder / "data", target)
        self.assertEqual(made.returncode, 0, made.stderr)
        again = self.run_command("backup", "--storage.path", self.folder / "data", target)
        self.assertEqual(again.returncode, 1)
        self.assertIn("overwrites nothing", again.stderr)
        self.assertEqual(self.post("Later"), 200)
        self.tocsin.stop()
        for file in (self.folder / "data").glob("tocsin.db*"):
            file.unlink()
        shutil.copy(target, self.folder / "data/tocsin.db")
        self.tocsin.start()
        alerts = world.get_json(f"{self.tocsin.url}/api/v2/alerts")
        self.assertEqual({each["labels"]["alertname"]: each["status"]["state"] for each in alerts},
                         {"One": "suppressed", "Two": "active"})

    def test_a_dead_message_is_explained_and_sent_when_somebody_asks(self):
        self.status = 403
        self.assertEqual(self.post("Dead"), 200)
        wait_until("it is given up", self.dead)
        why = self.run_command("explain", "Dead")
        self.assertEqual(why.returncode, 0, why.stderr)
        self.assertIn("was given up after 1 attempts", why.stdout)
        self.assertIn("403", why.stdout)
        [number] = self.dead()
        self.assertIn("403", self.run_command("outbox", "show", number).stdout)
        self.status = 200
        self.assertEqual(len(self.hook.asked), 1)
        retried = self.run_command("outbox", "retry", number)
        self.assertEqual(retried.returncode, 0, retried.stderr)
        wait_until("it is tried again", lambda: len(self.hook.asked) == 2)
        wait_until("nothing is left", lambda: self.run_command(
            "outbox", "list").stdout == "no messages\n")
        self.assertEqual(self.run_command("outbox", "drop", "999").returncode, 1)
        self.assertEqual(self.run_command("explain", "Nothing").returncode, 1)


if __name__ == "__main__":
    world.main()
