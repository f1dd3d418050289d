#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/complaints.h"
#include "support/places.h"
#include "support/temporary_folder.h"

namespace tocsin::config {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A folder of its own for each test, with a configuration in it.
class Load : public ::testing::Test {
 protected:
  Load() {
    folder_ = temporary_.path() / "load[1]";  // which would be a pattern in a glob
    std::filesystem::create_directories(folder_ / "rules");
  }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }

  /// Everything after the folder's name, a line for each problem.
  std::vector<std::string> problems() {
    std::vector<std::string> all;
    try {
      load(folder_ / "config.yaml");
    } catch (const InvalidInput& error) {
      for (const Diagnostic& each : error.diagnostics()) {
        std::string text = each.to_string();
        const std::string prefix = folder_.string() + "/";
        if (text.starts_with(prefix)) text = text.substr(prefix.size());
        all.push_back(text);
      }
    }
    return all;
  }

  TemporaryFolder temporary_;
  std::filesystem::path folder_;
};

const std::string kRest = R"(
route: {receiver: a}
receivers: [{name: a}]
)";
const std::string kSource = "sources: [{name: p, url: http://p}]\n";
const std::string kGroups = "groups: [{name: g, rules: [{alert: A, expr: 1}]}]\n";

TEST_F(Load, RuleFilesComeInTheOrderOfTheirNamesEachOnce) {
  write("config.yaml", kSource + "rule_files: [rules/b*, 'rules/*.yaml', none.yaml]" + kRest);
  write("rules/b.yaml", kGroups);
  write("rules/a.yaml", kGroups);
  write("rules/c.txt", "no rules");
  const auto config = load(folder_ / "config.yaml");
  ASSERT_THAT(config->groups, SizeIs(2)) << "groups of the same name in two files are fine";
  EXPECT_EQ(config->groups[0].file, (folder_ / "rules/a.yaml").string());
  EXPECT_EQ(config->groups[1].file, (folder_ / "rules/b.yaml").string());
  EXPECT_FALSE(config->groups[0].rules.at(0).id.empty());
  EXPECT_THAT(in_short(config->warnings), ElementsAre("2:40: no rule file is named \"none.yaml\""));
}

TEST_F(Load, GroupsHaveTheGlobalIntervalAndOffset) {
  write("config.yaml", kSource +
                           "global: {evaluation_interval: 15s, rule_query_offset: 3s}\n"
                           "rule_files: [rules/*]" +
                           kRest);
  write("rules/a.yaml",
        "groups: [{name: a}, {name: b, interval: 2m, query_offset: 0s}, {name: c, interval: 0}]");
  const auto config = load(folder_ / "config.yaml");
  ASSERT_THAT(config->groups, SizeIs(3));
  EXPECT_EQ(config->groups[0].interval, seconds{15});
  EXPECT_EQ(config->groups[0].query_offset, seconds{3});
  EXPECT_EQ(config->groups[1].interval, minutes{2});
  EXPECT_EQ(config->groups[1].query_offset, seconds{0});
  EXPECT_EQ(config->groups[2].interval, seconds{15});
}

TEST_F(Load, ProblemsOfAllFilesAreToldTheConfigurationsFirst) {
  write("config.yaml", kSource + "rule_files: [rules/*]\nfoo: 1" + kRest);
  write("rules/b.yaml", "groups: [{name: b, rules: [{}]}]");
  write("rules/a.yaml", "groups: [{name: '', interval: x}]");
  EXPECT_THAT(problems(),
              ElementsAre("config.yaml:3:1: unknown key \"foo\" in configuration; remove it",
                          "rules/a.yaml:1:10: a rule group needs a name",
                          "rules/a.yaml:1:31: interval must be a duration like 30s, 5m or 1h30m, "
                          "not \"x\"",
                          "rules/b.yaml:1:28: a rule needs a name: \"alert\" for an alert, "
                          "\"record\" for a recording rule",
                          "rules/b.yaml:1:28: a rule needs an expr, the expression that it "
                          "evaluates"));
}

TEST_F(Load, RulesNeedASource) {
  write("config.yaml", "rule_files: [rules/*]" + kRest);
  write("rules/a.yaml", kGroups);
  EXPECT_THAT(problems(), ElementsAre("config.yaml:1:13: there are rules but nothing to ask; name "
                                      "your Prometheus under \"sources\""));
  write("rules/a.yaml", "groups: []");
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(Load, TheSourceOfAGroupMustBeThere) {
  write("config.yaml", "sources: [{name: mimir, url: http://p}]\nrule_files: [rules/*]" + kRest);
  write("rules/a.yaml",
        "groups: [{name: a, tocsin: {source: mimr}}, {name: b, tocsin: {source: other}}]");
  EXPECT_THAT(
      problems(),
      ElementsAre("rules/a.yaml:1:37: there is no source \"mimr\"; did you mean \"mimir\"?",
                  "rules/a.yaml:1:72: there is no source \"other\"; add it under \"sources\" "
                  "in the configuration"));
}

TEST_F(Load, RecordingRulesNeedASourceThatCanBeWrittenTo) {
  write("config.yaml", R"(
sources:
- {name: read, url: http://p}
- {name: write, url: http://p, remote_write_url: http://p/write}
rule_files: [rules/*]
)" + kRest);
  write("rules/a.yaml", R"(
groups:
- name: a
  rules:
  - {alert: A, expr: 1}
  - {record: b, expr: 1}
  - {record: c, expr: 1}
- name: d
  tocsin: {source: write}
  rules: [{record: d, expr: 1}]
)");
  EXPECT_THAT(problems(),
              ElementsAre("rules/a.yaml:6:5: recording rule \"b\" has nowhere to write to; give "
                          "source \"read\" a remote_write_url in the configuration, or remove the "
                          "rule"));
}

TEST_F(Load, FilesThatCannotBeReadAreNamed) {
  EXPECT_THAT(problems(),
              ElementsAre("config.yaml: the file cannot be read: No such file or directory"));
  std::filesystem::create_directories(folder_ / "config.yaml");
  EXPECT_THAT(problems(), ElementsAre("config.yaml: the file cannot be read: Is a directory"));
  std::filesystem::remove(folder_ / "config.yaml");
  write("config.yaml", kSource + "rule_files: ['rule?']" + kRest);
  EXPECT_THAT(problems(), ElementsAre("rules: the file cannot be read: Is a directory"));
}

TEST_F(Load, LargeFilesAreRefused) {
  write("config.yaml", std::string((std::size_t{16} << 20) + 1, '\n'));
  EXPECT_THAT(problems(), ElementsAre("config.yaml: the file is larger than 16 MiB; split it"));
}

TEST_F(Load, RuleFilesIsAListOfPatterns) {
  write("config.yaml", "rule_files: rules/*" + kRest);
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("rule_files must be a list")));
  write("config.yaml", "rule_files: [~]" + kRest);
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("must be a single value, this is empty")));
}

TEST_F(Load, TheEnvironmentIsTheProcess) {
  ::setenv("TOCSIN_TEST_RECEIVER", "a", 1);
  write("config.yaml", "route: {receiver: '${TOCSIN_TEST_RECEIVER}'}\nreceivers: [{name: a}]");
  EXPECT_EQ(load(folder_ / "config.yaml")->route.receiver, "a");
  ::unsetenv("TOCSIN_TEST_RECEIVER");
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("TOCSIN_TEST_RECEIVER is not set")));
}

TEST_F(Load, LinksThatSilenceAreOffUnlessTheyAreTurnedOn) {
  const std::string receivers =
      "route: {receiver: a}\nreceivers: [{name: a, console_configs: [{}, {}]}]\n";
  write("config.yaml", receivers);
  const auto off = load(folder_ / "config.yaml");
  EXPECT_FALSE(off->silence_links);
  for (const auto& each : off->receivers[0].channels) EXPECT_FALSE(each.silence_links);

  write("link-secret", "  0123456789abcdef0123456789abcdef\n");
  write("config.yaml", receivers + "silence_links: {secret_file: link-secret, valid_for: 1d12h}\n");
  const auto on = load(folder_ / "config.yaml");
  EXPECT_THAT(on->warnings, IsEmpty());
  ASSERT_TRUE(on->silence_links);
  EXPECT_EQ(on->silence_links->key(), "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(on->silence_links->valid_for, std::chrono::hours{36});
  EXPECT_EQ(on->silence_links->silence_for, std::chrono::hours{2});
  for (const auto& each : on->receivers[0].channels) {
    EXPECT_EQ(each.silence_links, on->silence_links);
  }
}

TEST_F(Load, ASecretOfLinksThatIsNotThereIsAWarning) {
  write("config.yaml",
        "route: {receiver: a}\nreceivers: [{name: a}]\nsilence_links: {secret_file: nowhere}\n");
  EXPECT_THAT(in_short(load(folder_ / "config.yaml")->warnings),
              ElementsAre(HasSubstr("nowhere cannot be read")));
}

TEST_F(Load, TheExampleIsRight) {
  const std::filesystem::path example = test::source_dir() / "config.example.yaml";
  const auto config = load(example);
  EXPECT_THAT(config->warnings, IsEmpty());
  EXPECT_FALSE(config->groups.empty());
  EXPECT_THAT(config->receivers, SizeIs(3));
}

}  // namespace
}  // namespace tocsin::config
