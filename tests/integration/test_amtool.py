#!/usr/bin/env python3
"""amtool, command by command: what it says of Tocsin is what it says of Debian's Alertmanager.

Every step of the transcript is run against both; ids and times are normalised. What is expected is
written down where it tells something, so that nothing is compared with nothing."""
import json
import re
import subprocess
import unittest

import world
from world import Program, WorldTest, get_json, wait_until

CONFIG = """\
route:
  receiver: everyone
  group_by: [alertname]
  routes:
  - receiver: team-a
    matchers: ['team="a"']
    continue: true
    routes:
    - {receiver: pager, matchers: ['severity="critical"']}
  - {receiver: team-b, matchers: ['team=~"a|b"'], group_by: ['...']}
  - {receiver: never, match: {team: a}}
inhibit_rules:
- {source_matchers: ['alertname="Down"'], target_matchers: ['severity="warning"'], equal: [cluster]}
receivers: [{name: everyone}, {name: team-a}, {name: pager}, {name: team-b}, {name: never}]
"""

START, END = "2026-01-02T03:04:05Z", "2099-01-02T03:04:05Z"

# Of each step: its name, amtool's words, and what its output must hold on Tocsin ("" for nothing in
# particular). {ids} stands for the ids of the last step that printed some, {ids[0]} for the first.
STEPS = [
    ("no alert yet", "alert query", ""),
    ("an alert by its name", f"alert add Foo node=bar --start={START}", ""),
    ("an alert with everything",
     f"alert add alertname=Disk team=a severity=critical cluster=c1 --annotation=summary=full "
     f"--annotation=runbook=x --generator-url=http://example.org/g --start={START} --end={END}",
     ""),
    ("a source of inhibition", f"alert add Down cluster=c2 --start={START}", ""),
    ("what it inhibits", f"alert add Slow severity=warning cluster=c2 team=b --start={START}", ""),
    ("an alert that is over", f"alert add Over --start={START} --end=2026-01-02T03:05:05Z", ""),
    ("an alert without a label", "alert add", ""),
    ("an alert with a bad label", "alert add Foo =x", ""),
    ("an alert that ends before it starts",
     f"alert add Bad --start={END} --end={START}", "error"),
    ("alerts", "alert query", "Foo"),
    ("the command's short form", "alert", "Foo"),
    ("alerts with all they have", "-o extended alert query", "http://example.org/g"),
    ("alerts for programs", "-o json alert query alertname=Disk", '"summary":"full"'),
    ("alerts of a name", "alert query Foo", "Foo"),
    ("alerts by matchers", "alert query alertname=~D.* cluster!=c2", "Disk"),
    ("alerts in braces", "alert query {foo=bar}", "brace"),
    ("no such alert", "alert query alertname=Nothing", ""),
    ("alerts of a receiver", "alert query --receiver=pager", "Disk"),
    ("alerts of a receiver's regex", "alert query --receiver=team.*", "Disk"),
    ("alerts of a bad regex", "alert query --receiver=(", "receiver"),
    ("inhibited ones", "alert query --inhibited", "Slow"),
    ("active and inhibited ones", "alert query --active --inhibited", "Slow"),
    ("a word that is no matcher is a name", "alert query foo=~(", ""),
    ("a bad matcher", "alert query a=1 foo=~(", "error"),

    ("no silence yet", "silence query", ""),
    ("a silence without a comment", "silence add Foo --author=me", "comment required"),
    ("a silence", "silence add Foo --author=me --comment=why --duration=1h", "ID"),
    ("that silence", "silence query", "alertname=\"Foo\""),
    ("silenced alerts", "alert query --silenced", "Foo"),
    ("alerts without the silenced ones", "alert query", "Disk"),
    ("a silence with all operators",
     "silence add a=1 b!=2 c=~3.* d!~4|5 --author=you --comment=second --duration=2h", "ID"),
    ("all silences", "silence query", "second"),
    ("with all they have", "-o extended silence query", "second"),
    ("ids only", "silence query -q", "ID"),
    ("by author", "silence query --created-by=me", "why"),
    ("that end soon", "silence query --within=90m", "why"),
    ("by matcher", "silence query a=1", "second"),
    ("by a matcher that none has", "silence query a=2", ""),
    ("one id", "silence query a=1 -q", "ID"),
    ("an update", "silence update {ids[0]} --duration=3h --comment=third", "third"),
    ("after it", "silence query a=1", "third"),
    ("an update of nothing",
     "silence update 00000000-0000-4000-8000-000000000000 --comment=x", "error"),
    ("a silence in the future",
     f"silence add Later --author=me --comment=later --start=2098-01-01T00:00:00Z --end={END}",
     "ID"),
    ("a pending one", "silence query alertname=Later", "later"),
    ("a silence that ends before it starts",
     f"silence add Foo --author=me --comment=x --start={END} --end={START}", "error"),
    ("a silence of everything", "silence add a=~.* --author=me --comment=x", "error"),
    ("one id again", "silence query alertname=Foo -q", "ID"),
    ("expiring it", "silence expire {ids[0]}", ""),
    ("expired ones", "silence query --expired", "why"),
    ("lately expired ones", "silence query --expired --within=1h", "why"),
    ("no longer silenced", "alert query Foo", "Foo"),
    ("expiring nothing", "silence expire 00000000-0000-4000-8000-000000000000", "error"),
    ("expiring no id", "silence expire x", "error"),

    ("the tree", "config routes show", 'team="a"'),
    ("the tree by default", "config routes", 'team="a"'),
    ("routes of nothing", "config routes test", "everyone"),
    ("routes of labels", "config routes test team=a severity=critical", "pager,team-b"),
    ("routes as a tree", "config routes test --tree team=a", "team-b"),
    ("routes as expected", "config routes test --verify.receivers=pager,team-b team=a "
     "severity=critical", "pager,team-b"),
    ("routes not as expected", "config routes test --verify.receivers=pager team=b", "team-b"),
    ("routes of braces", "config routes test {foo=bar}", "error"),
]

# 0.25 answers these in other words, or with another code, than 0.34, which is what Tocsin does.
# What is wrong with a matcher's regular expression is said in RE2's words.
NEWER = {"a bad matcher", "a silence that ends before it starts", "a silence of everything",
         "expiring nothing", "an update of nothing", "alerts for programs"}

# 0.25 takes this filter, 0.34 refuses it.
STRICTER = {"alerts in braces"}

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TIME = re.compile(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| UTC)")


class Alertmanager(Program):
    """Debian's, without gossip."""

    def __init__(self, folder):
        config = folder / "alertmanager.yml"
        config.write_text(CONFIG)
        super().__init__("alertmanager", [
            "prometheus-alertmanager", f"--config.file={config}", "--cluster.listen-address=",
            f"--storage.path={folder / 'alertmanager'}", "--web.listen-address=127.0.0.1:0"], folder)
        address = self.wait_for_log(r'msg="Listening on" address=(\S+)').group(1)
        self.url = f"http://{address}"


def start_tocsin(folder, name="tocsin", *flags):
    """Under the name of an Alertmanager, on an Alertmanager's file, as its unit would."""
    config = folder / f"{name}.yml"
    config.write_text(CONFIG)
    program = folder / name / "alertmanager"
    program.parent.mkdir()
    program.symlink_to(world.TOCSIN)
    tocsin = Program(name, [
        program, "--config.file", config, f"--storage.path={folder / (name + '-data')}",
        "--web.listen-address=127.0.0.1:0", *flags], folder)
    address = tocsin.wait_for_log(r'msg="Listening on" address=(\S+)').group(1)
    tocsin.url = f"http://{address}"
    return tocsin


def amtool(url, *words, stdin=""):
    """(exit code, both outputs without the warning about versions)."""
    done = subprocess.run(["amtool", f"--alertmanager.url={url}", "--no-version-check", *words],
                          input=stdin, capture_output=True, text=True, timeout=30, check=False)
    return done.returncode, done.stdout + done.stderr


def normal(text):
    """Ids and times by what they are; blanks of tables do not depend on their lengths."""
    text = TIME.sub("TIME", ID.sub("ID", text))
    return re.sub(r" +", " ", re.sub(r" +\n", "\n", text))


class Transcript:
    """The steps run against one server."""

    def __init__(self, url):
        self.said = {}
        ids = []
        for name, words, _ in STEPS:
            words = [word.format(ids=ids) if "{ids" in word else word for word in words.split()]
            code, text = amtool(url, *words)
            ids = ID.findall(text) or ids
            self.said[name] = (code, normal(text))


def amtool_import(url, words, stdin):
    """
    What an import says, and whether all went well. amtool's workers hand their errors to a counter
    that it does not wait for, so the last of them may be missing from its count, the only one from
    its exit code as well: what a worker printed decides instead.
    """
    code, text = amtool(url, *words, stdin=stdin)
    said = re.sub(r"amtool: error: couldn't import \d+ out of \d+ silences\n*", "", text)
    return code == 0 and "Error adding silence" not in text, normal(said).rstrip()


class AmtoolTest(WorldTest):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tocsin = cls.shared(start_tocsin(cls.folder, "tocsin", "--cluster.listen-address="))
        cls.alertmanager = cls.shared(Alertmanager(cls.folder))
        cls.ours = Transcript(cls.tocsin.url)
        cls.theirs = Transcript(cls.alertmanager.url)

    def test_each_command_says_of_both_the_same(self):
        for name, words, expected in STEPS:
            with self.subTest(name, words=words):
                code, text = self.ours.said[name]
                self.assertIn(expected, text)
                if name in STRICTER:
                    self.assertEqual((code, self.theirs.said[name][0]), (1, 0))
                elif name in NEWER:
                    self.assertEqual(code, self.theirs.said[name][0])
                else:
                    self.assertEqual((code, text), self.theirs.said[name])

    def test_the_cluster_is_a_single_node_or_disabled(self):
        self.assertEqual(normal(amtool(self.tocsin.url, "cluster", "show")[1]),
                         normal(amtool(self.alertmanager.url, "cluster", "show")[1]))
        alone = self.own(start_tocsin(self.own_folder(), "alone", "--cluster.peer-name=me",
                                      "--cluster.advertise-address=10.0.0.1:9094"))
        code, text = amtool(alone.url, "cluster", "show")
        self.assertEqual(code, 0, text)
        self.assertRegex(text, r"ready")
        self.assertRegex(text, r"me\s|10\.0\.0\.1:9094")

    def test_the_configuration_that_is_shown_is_one(self):
        for url in (self.tocsin.url, self.alertmanager.url):
            shown = get_json(f"{url}/api/v2/status")["config"]["original"]
            file = self.own_folder() / "shown.yml"
            file.write_text(shown)
            code, text = amtool(url, "check-config", str(file))
            self.assertEqual(code, 0, text)
            self.assertIn("SUCCESS", text)
            self.assertIn("5 receivers", text)
            self.assertIn("1 inhibit rules", text)
            code, routes = amtool(url, "config", "routes", "show", f"--config.file={file}")
            self.assertEqual((code, normal(routes).split("Warning:")[0]),
                             self.ours.said["the tree"])
        code, text = amtool(self.tocsin.url, "config", "show")
        self.assertEqual(code, 0, text)
        self.assertRegex(text, r'receiver: "?everyone')

    def test_silences_move_from_one_to_the_other(self):
        code, exported = amtool(self.alertmanager.url, "-o", "json", "silence", "query", "a=1")
        self.assertEqual(code, 0, exported)
        self.assertEqual(len(json.loads(exported)), 1)
        code, text = amtool(self.tocsin.url, "silence", "import", stdin=exported)
        self.assertEqual((code, normal(text)), (0, "ID\n"))
        for words, stdin, part in (
                (["silence", "import"], "", "couldn't unmarshal"),
                (["silence", "import"], "[7]", "couldn't unmarshal"),
                (["silence", "import"], '[{"matchers": []}]', "Error adding silence"),
                (["silence", "import", "-f"], exported[:-1], "")):
            with self.subTest(stdin):
                ours = amtool_import(self.tocsin.url, words, stdin)
                self.assertIn(part, ours[1])
                self.assertEqual(ours, amtool_import(self.alertmanager.url, words, stdin))

    def test_some_of_an_import_may_be_wrong(self):
        _, exported = amtool(self.tocsin.url, "-o", "json", "silence", "query")
        good = json.loads(exported)[:1] * 3
        bad = [dict(good[0], endsAt="2020-01-01T00:00:00Z")] * 2
        _, text = amtool_import(self.tocsin.url, ["silence", "import", "-f"],
                                json.dumps(good + bad))
        self.assertEqual(text.count("Error adding silence"), 2, text)

    def test_templates_are_rendered_without_us(self):
        template = self.own_folder() / "x.tmpl"
        template.write_text('{{ define "x" }}{{ .Status }}{{ end }}')
        code, text = amtool(self.tocsin.url, "template", "render", f"--template.glob={template}",
                            "--template.text={{ template \"x\" . }}")
        self.assertEqual(code, 0, text)
        self.assertIn("alertstatus", text)  # of amtool's own data

    def test_a_hang_up_reloads_and_a_termination_ends_well(self):
        tocsin = self.own(start_tocsin(self.own_folder(), "ending"))
        tocsin.process.send_signal(1)
        tocsin.wait_for_log("configuration reloaded from")
        tocsin.process.terminate()
        wait_until("it has ended", lambda: not tocsin.running())
        self.assertEqual(tocsin.process.returncode, 0)


class HarnessTest(WorldTest):
    """As Alertmanager's own acceptance tests start it: a program or a script named alertmanager."""

    def start(self, folder, *more):
        (folder / "config.yml").write_text(CONFIG)
        script = folder / "alertmanager"
        script.write_text(f'#!/bin/sh\nexec {world.TOCSIN} run "$@"\n')
        script.chmod(0o755)
        program = self.own(Program("harness", [
            script, "--config.file", folder / "config.yml", "--log.level", "debug",
            "--web.listen-address", "127.0.0.1:0", "--storage.path", folder,
            "--cluster.listen-address", "127.0.0.1:0", "--cluster.settle-timeout", "0s", *more],
            folder))
        found = program.wait_for_log(r"Listening on.* address=(127\.0\.0\.1:\d+)", 5)
        program.url = f"http://{found.group(1)}"
        return program

    def test_it_starts_lists_itself_reloads_and_ends(self):
        folder = self.own_folder()
        program = self.start(folder, "--enable-feature", "receiver-name-in-metrics,classic-mode",
                             "--cluster.peer=127.0.0.1:0")
        status = get_json(f"{program.url}/api/v2/status")
        self.assertEqual(len(status["cluster"]["peers"]), 1)
        self.assertEqual(status["cluster"]["peers"][0]["address"], "127.0.0.1:0")
        self.assertNotIn("single node", program.log(), "a peer that is itself is no cluster")
        program.process.send_signal(1)
        program.wait_for_log("configuration reloaded from")
        program.process.terminate()
        wait_until("it has ended", lambda: not program.running())
        self.assertEqual(program.process.returncode, 0)

    def test_the_route_prefix_holds_for_everything(self):
        program = self.start(self.own_folder(), "--web.route-prefix", "/foo")
        self.assertIn("cluster", get_json(f"{program.url}/foo/api/v2/status"))
        code, text = amtool(f"{program.url}/foo", "alert", "add", "Foo")
        self.assertEqual(code, 0, text)
        self.assertIn("Foo", amtool(f"{program.url}/foo", "alert", "query")[1])

    def test_a_warning_names_the_other_nodes(self):
        program = self.start(self.own_folder(), "--cluster.peer=127.0.0.1:1")
        program.wait_for_log(r"127\.0\.0\.1:1.*single node")

    def test_an_unknown_feature_is_exit_code_1(self):
        for features in ("nonsense", "classic-mode,utf8-strict-mode"):
            done = subprocess.run([world.TOCSIN, "run", "--enable-feature", features],
                                  capture_output=True, text=True, timeout=30, check=False)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertIn("--enable-feature", done.stderr)


if __name__ == "__main__":
    world.main()
