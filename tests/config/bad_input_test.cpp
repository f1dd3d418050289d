// What people get wrong, as files: each is refused before anything runs, at its place, with a word
// about what to do.
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/complaints.h"
#include "support/temporary_folder.h"

namespace tocsin::config {
namespace {

using ::testing::ElementsAreArray;

const std::string kRoute = "route: {receiver: ops}\n";
const std::string kOps = "receivers: [{name: ops}]\n";
const std::string kSource = "sources: [{name: prometheus, url: http://127.0.0.1:9090}]\n";
const std::string kRules = "rule_files: [rules.yaml]\n";

/// The two files that somebody wrote, and what is said about them.
struct Mistake {
  std::string name;
  std::string config;
  std::string rules;
  std::vector<std::string> said;
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

const std::vector<Mistake> kMistakes = {
    {"NoYaml",
     "route: {receiver: ops\n" + kOps,
     "",
     {"config.yaml:2:10: this is not valid YAML (end of map flow not found); look at the "
      "indentation, the colons and the quotes here and in the lines before"}},
    {"NotText",
     "route: \xFF\n",
     "",
     {"config.yaml:1:8: the file is not valid UTF-8; save it as "
      "UTF-8"}},
    {"Empty", "", "", {"config.yaml:1:1: there is no \"route\"; add one that names a receiver"}},
    {"UnknownKey",
     kRoute + "recievers: []\n" + kOps,
     "",
     {"config.yaml:2:1: unknown key \"recievers\"; did you mean \"receivers\"?"}},
    {"HeartbeatWithoutUrl",
     kRoute + kOps + "heartbeat: {interval: 1m}\n",
     "",
     {"config.yaml:3:12: a heartbeat needs a url or url_file: what is called while all is well"}},
    {"HeartbeatWithWrongValues",
     kRoute + kOps + "heartbeat: {url: \"http://b.test/x\", interval: 500ms, timeout: 0s}\n",
     "",
     {"config.yaml:3:47: interval must be at least 1s",
      "config.yaml:3:63: timeout must be longer than 0"}},
    {"SilenceLinksWithoutASecret",
     kRoute + kOps + "silence_links: {valid_for: 1d}\n",
     "",
     {"config.yaml:3:16: silence_links need a secret_file or secret that links are signed with"}},
    {"SilenceLinksWithWrongValues",
     kRoute + kOps +
         "silence_links:\n  secret: 0123456789abcdef0123456789abcde\n  valid_for: 59s\n"
         "  silence_for: 31d\n  silence: 1\n",
     "",
     {"config.yaml:4:11: the secret has 31 bytes and needs at least 32",
      "config.yaml:5:14: valid_for must be between 1m and 30d",
      "config.yaml:6:16: silence_for must be between 1m and 30d",
      "config.yaml:7:3: unknown key \"silence\""}},
    {"SilenceLinksWithTwoSecrets",
     kRoute + kOps + "silence_links: {secret: a, secret_file: b, silence_for: 60500ms}\n",
     "",
     {"config.yaml:3:41: secret and secret_file exclude each other; remove one",
      "config.yaml:3:57: silence_for must be in whole seconds"}},
    {"SilenceLinksWithAShortFile",
     kRoute + kOps + "silence_links: {secret_file: rules.yaml}\n",
     "groups: []\n",
     {"config.yaml:3:30: the secret has 10 bytes and needs at least 32"}},
    {"UnknownKeyInARule",
     kRoute + kOps + kSource + kRules,
     "groups:\n- name: g\n  rules:\n  - {alert: A, expr: up, annotation: {}}\n",
     {"rules.yaml:4:26: unknown key \"annotation\"; did you mean \"annotations\"?"}},
    {"BadDuration",
     "route:\n  receiver: ops\n  group_wait: 30 s\n" + kOps,
     "",
     {"config.yaml:3:15: group_wait must be a duration like 30s, 5m or 1h30m, not \"30 s\""}},
    {"BadDurationInARule",
     kRoute + kOps + kSource + kRules,
     "groups:\n- name: g\n  rules:\n  - {alert: A, expr: up, for: 5}\n",
     {"rules.yaml:4:31: for must be a duration like 30s, 5m or 1h30m, not \"5\""}},
    {"BadMatcher",
     "route:\n  receiver: ops\n  routes:\n  - matchers: ['severity=~\"(\"']\n" + kOps,
     "",
     {"config.yaml:4:16: the regular expression \"(\" does not compile: missing ): ("}},
    {"UnknownReceiver",
     "route:\n  receiver: ops\n  routes: [{receiver: opps}]\n" + kOps,
     "",
     {"config.yaml:3:23: there is no receiver \"opps\"; did you mean \"ops\"?"}},
    {"ReceiverWithoutAUrl",
     kRoute + "receivers:\n- name: ops\n  slack_configs: [{channel: x}]\n"
              "  discord_configs: [{username: x}]\n  webhook_configs: [{max_alerts: 1}]\n",
     "",
     {"config.yaml:4:19: Slack needs an api_url or app_token",
      "config.yaml:5:21: Discord needs a webhook_url or webhook_url_file",
      "config.yaml:6:21: a webhook needs a url or url_file"}},
    {"TemplateThatDoesNotParse",
     kRoute + kOps + kSource + kRules,
     "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up\n    annotations:\n"
     "      summary: '{{ $labels.job }'\n",
     {"rules.yaml:7:32: annotation \"summary\": unexpected \"}\" in operand"}},
    {"RecordingRuleThatCannotBeWritten",
     kRoute + kOps + kSource + kRules,
     "groups:\n- name: g\n  rules:\n  - {record: a, expr: up}\n",
     {"rules.yaml:4:5: recording rule \"a\" has nowhere to write to; give source \"prometheus\" "
      "a remote_write_url in the configuration, or remove the rule"}},
    {"RulesThatAreNoYaml",
     kRoute + kOps + kSource + kRules,
     "groups:\n- name: [g\n",
     {"rules.yaml:3:1: this is not valid YAML (end of sequence flow not found); look at the "
      "indentation, the colons and the quotes here and in the lines before"}},
    {"InBothFiles",
     kRoute + kSource + kRules,
     "groups: [{rules: []}]\n",
     {"config.yaml:1:19: there is no receiver \"ops\"; add it under \"receivers\"",
      "rules.yaml:1:10: a rule group needs a name"}},
};

/// A folder that lasts as long as the test.
class Folder {
 public:
  std::string write(const std::string& name, const std::string& text) const {
    return folder_.write(name, text);
  }

  /// All that is said about the configuration in it, without the folder's name.
  std::vector<std::string> refusal() const {
    std::vector<std::string> all;
    try {
      load(folder_.file("config.yaml"));
    } catch (const InvalidInput& error) {
      for (const Diagnostic& each : error.diagnostics()) {
        all.push_back(each.to_string().substr(folder_.path().string().size() + 1));
      }
    }
    return all;
  }

 private:
  TemporaryFolder folder_;
};

class BadInput : public ::testing::TestWithParam<Mistake> {};

TEST_P(BadInput, IsRefusedAtItsPlace) {
  const Mistake& mistake = GetParam();
  const Folder folder;
  folder.write("config.yaml", mistake.config);
  folder.write("rules.yaml", mistake.rules);
  std::vector<::testing::Matcher<std::string>> expected;
  for (const std::string& each : mistake.said) expected.push_back(::testing::StartsWith(each));
  EXPECT_THAT(folder.refusal(), ElementsAreArray(expected));
}

INSTANTIATE_TEST_SUITE_P(OfPeople, BadInput, ::testing::ValuesIn(kMistakes),
                         [](const auto& each) { return each.param.name; });

TEST(BadInput, FilesThatMustNotBeReadAreNamed) {
  if (::geteuid() == 0) GTEST_SKIP() << "skipped: root may read everything";
  const Folder folder;
  const auto file = folder.write("config.yaml", kRoute + kOps);
  std::filesystem::permissions(file, std::filesystem::perms::none);
  EXPECT_THAT(folder.refusal(),
              ElementsAreArray({"config.yaml: the file cannot be read: Permission denied"}));
}

}  // namespace
}  // namespace tocsin::config
