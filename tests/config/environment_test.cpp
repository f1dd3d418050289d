#include "config/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/complaints.h"

namespace tocsin::config {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Environment, OnlyNamesInBracesAndCapitalsAreReferences) {
  const Environment environment =
      environment_of({{"A", "one"}, {"LONG_NAME_2", "two"}, {"_X", "three"}, {"EMPTY", ""}});
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"plain", "plain"},
      {"${A}", "one"},
      {"x${A}y${LONG_NAME_2}z${_X}", "xoneytwozthree"},
      {"[${EMPTY}]", "[]"},
      {"$A", "$A"},
      {"${a}", "${a}"},
      {"${Aa}", "${Aa}"},
      {"${1}", "${1}"},
      {"${2A}", "${2A}"},
      {"${}", "${}"},
      {"${A", "${A"},
      {"${A }", "${A }"},
      {"{A}", "{A}"},
      {"cost: 5$", "cost: 5$"},
      {"^(a|b)$", "^(a|b)$"},
      {"$1 ${1} $$1", "$1 ${1} $$1"},
      {"{{ $labels.job }} {{ $x }}", "{{ $labels.job }} {{ $x }}"},
      {"pa$$word", "pa$$word"},
      {"$${A}", "${A}"},
      {"$$${A}", "$one"},
      {"$$$${A}", "$${A}"},
      {"$${a}", "$${a}"},
      {"${A}$", "one$"},
      {"${${A}}", "${one}"},
  };
  for (const auto& [text, expected] : cases) {
    const Expanded expanded = expand_environment(text, environment);
    EXPECT_EQ(expanded.text, expected) << text;
    EXPECT_THAT(expanded.unset, IsEmpty()) << text;
  }
}

TEST(Environment, ValuesAreNotExpandedAgain) {
  EXPECT_EQ(expand_environment("${A}", environment_of({{"A", "${B}"}, {"B", "no"}})).text, "${B}");
}

TEST(Environment, NamesThatAreNotSetAreAllTold) {
  EXPECT_THAT(expand_environment("${A} ${B} ${C}", environment_of({{"B", ""}})).unset,
              ElementsAre("A", "C"));
}

constexpr std::string_view kConfig = R"(
route: {receiver: "${TEAM}"}
receivers:
- name: ${TEAM}
  webhook_configs:
  - url: https://example.org/${TOKEN}
    max_alerts: ${MAX}
)";

TEST(Environment, AllValuesOfTheConfigurationMayReferToIt) {
  const auto config = parse(kConfig, "config.yaml",
                            environment_of({{"TEAM", "ops"}, {"TOKEN", "t"}, {"MAX", "7"}}));
  EXPECT_EQ(config->route.receiver, "ops");
  const auto& webhook =
      std::get<notifiers::WebhookSettings>(config->receivers.at(0).channels.at(0).settings);
  EXPECT_EQ(webhook.url.text, "https://example.org/t");
  EXPECT_EQ(webhook.max_alerts, 7U);
}

TEST(Environment, AnUnsetVariableIsAProblemWhereItStands) {
  EXPECT_THAT(complaints(kConfig, {{"TEAM", "ops"}, {"MAX", "1"}}),
              ElementsAre("6:10: the environment variable TOKEN is not set; set it, or write "
                          "$${TOKEN} where the text itself is meant"));
}

TEST(Environment, WhatTheEnvironmentHoldsIsNeverShown) {
  EXPECT_THAT(complaints(kConfig, {{"TEAM", "ops"}, {"MAX", "hunter2"}, {"TOKEN", "\x01secret"}}),
              ElementsAre("6:10: url must be a URL that begins with http:// or https://",
                          "7:17: max_alerts must be a whole number, 0 or more, not \"${MAX}\""));
}

TEST(Environment, RuleFilesHaveNone) {
  EXPECT_THAT(rule_complaints("groups: [{name: '${TEAM}', rules: []}]"), IsEmpty());
}

}  // namespace
}  // namespace tocsin::config
