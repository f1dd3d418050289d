#!/usr/bin/env python3
"""Wrong configuration: refused at the start, ignored at a reload, explained in both cases."""
import json

import world
from stub import JSON, UP, Stub
from world import Program, Tocsin, WorldTest, http, wait_until

CONFIG = """\
global: {{evaluation_interval: 1s}}
sources: [{{name: canned, url: "{source}"}}]
rule_files: [rules.yaml]
route: {{receiver: hook, group_wait: 1s, group_interval: 1s}}
receivers: [{{name: hook, webhook_configs: [{{url: "{hook}/"}}]}}]
"""

RULES = """\
groups:
- name: reload
  rules:
  - {alert: Before, expr: up}
"""

# What is wrong, and where and what the message must be about: (configuration, expected).
WRONG_CONFIGS = {
    "not YAML": ("route: [", r"tocsin\.yaml:\d+:\d+"),
    "an unknown key": (CONFIG.replace("route:", "rout:"), r"tocsin\.yaml:4:1.*rout.*route"),
    "a route to nobody": (CONFIG.replace("receiver: hook", "receiver: nobody"),
                          r"tocsin\.yaml:4:\d+.*nobody"),
    "a bad duration": (CONFIG.replace("group_wait: 1s", "group_wait: soon"),
                       r"tocsin\.yaml:4:\d+.*soon"),
    "a webhook without URL": (CONFIG.replace('url: "{hook}/"', ""), r"tocsin\.yaml:5:\d+.*url"),
    "nothing": ("", r"tocsin\.yaml"),
}


class ReloadTest(WorldTest):
    def setUp(self):
        self.folder = self.own_folder()
        self.source = Stub(lambda asked, number: (200, JSON, UP))
        self.hook = Stub()
        for stub in (self.source, self.hook):
            self.addCleanup(stub.stop)
        self.rules = self.folder / "rules.yaml"
        self.rules.write_text(RULES)

    def text(self, config=CONFIG):
        return config.replace("{source}", self.source.url).replace("{hook}", self.hook.url) \
            .replace("{{", "{").replace("}}", "}")

    def succeeded(self, tocsin):
        return tocsin.metric("alertmanager_config_last_reload_successful")

    def test_a_wrong_file_is_refused_at_the_start_with_its_place(self):
        config = self.folder / "tocsin.yaml"
        for name, (text, expected) in WRONG_CONFIGS.items():
            with self.subTest(name):
                config.write_text(self.text(text))
                program = self.own(Program(f"tocsin-{len(name)}", [
                    world.TOCSIN, "run", "--config.file", config, "--storage.path",
                    self.folder / "data", "--web.listen-address", "127.0.0.1:0"], self.folder))
                wait_until("it ends", lambda p=program: not p.running())
                self.assertGreater(program.process.returncode, 0, "an error, not a crash")
                self.assertRegex(program.log(), expected)

    def test_a_wrong_file_at_a_reload_changes_nothing_and_says_where_it_is_wrong(self):
        tocsin = self.own(Tocsin(self.folder, self.text()))
        wait_until("it fires", lambda: tocsin.state("Before") == "firing")
        self.assertEqual(self.succeeded(tocsin), 1)
        for name, (text, expected) in WRONG_CONFIGS.items():
            with self.subTest(name):
                tocsin.config.write_text(self.text(text))
                seen = len(tocsin.log())
                status, answer = http(f"{tocsin.url}/-/reload", "POST", "")
                self.assertEqual(status, 500)
                self.assertRegex(answer, expected)
                tocsin.wait_for_log(expected, start=seen)
                self.assertEqual(self.succeeded(tocsin), 0)
                self.assertEqual(tocsin.state("Before"), "firing")
        tocsin.config.write_text(self.text())
        self.assertEqual(http(f"{tocsin.url}/-/reload", "POST", "")[0], 200)
        self.assertEqual(self.succeeded(tocsin), 1)

    def test_a_wrong_rule_file_does_not_stop_the_rules_that_run(self):
        tocsin = self.own(Tocsin(self.folder, self.text()))
        self.rules.write_text(RULES.replace("expr: up", "expr: up, sins: 7"))
        seen = len(tocsin.log())
        tocsin.hang_up()
        tocsin.wait_for_log(r"rules\.yaml:4:\d+.*sins", start=seen)
        wait_until("the metric says so", lambda: self.succeeded(tocsin) == 0)
        evaluations = tocsin.metric("prometheus_rule_evaluations_total")
        wait_until("rules go on", lambda: tocsin.metric("prometheus_rule_evaluations_total") >
                   evaluations + 1)

    def test_a_good_reload_takes_new_rules_and_resolves_the_alerts_of_those_that_are_gone(self):
        tocsin = self.own(Tocsin(self.folder, self.text()))
        wait_until("it was told", lambda: self.hook.count() >= 1)
        self.rules.write_text(RULES.replace("Before", "After"))
        tocsin.hang_up()
        wait_until("the new rule fires", lambda: tocsin.state("After") == "firing")
        wait_until("the old one resolved", lambda: any(
            alert["labels"]["alertname"] == "Before" and alert["status"] == "resolved"
            for body in self.hook.bodies() for alert in json.loads(body)["alerts"]))
        self.assertEqual(tocsin.state("Before"), "inactive")
        self.assertEqual(self.succeeded(tocsin), 1)


if __name__ == "__main__":
    world.main()
