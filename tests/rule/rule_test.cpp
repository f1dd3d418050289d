// What a rule's state is kept by, and what the templates of rule files may use.
#include "rule/rule.h"

#include <gmock/gmock.h>

#include "samples.h"

namespace tocsin::rule {
namespace {

using ::testing::HasSubstr;

RuleGroup group(const std::string& name, std::vector<Rule> rules) {
  RuleGroup made;
  made.name = name;
  made.file = "rules.yaml";
  made.rules = std::move(rules);
  return made;
}

TEST(RuleIds, AreGroupNameAndLabelsAndUniqueWhereTheseAreNot) {
  std::vector<RuleGroup> groups = {
      group("web", {alerting({{"severity", "page"}}), alerting({}), alerting({})}),
      group("db", {alerting({}), recording()}), group("web", {alerting({})})};
  name_rules(groups);
  EXPECT_EQ(groups[0].rules[0].id, R"(web/Slow{severity="page"})");
  EXPECT_EQ(groups[0].rules[1].id, "web/Slow{}");
  EXPECT_EQ(groups[0].rules[2].id, "web/Slow{}#1");
  EXPECT_EQ(groups[1].rules[0].id, "db/Slow{}");
  EXPECT_EQ(groups[1].rules[1].id, "db/job:slow{}");
  EXPECT_EQ(groups[2].rules[0].id, "web/Slow{}#2") << "a group of that name in another file";
}

TEST(RuleIds, DoNotDependOnTheExpressionTheFileOrTheClocks) {
  std::vector<RuleGroup> before = {group("web", {alerting({{"team", "{{ $labels.team }}"}})})};
  std::vector<RuleGroup> after = before;
  after[0].file = "moved.yaml";
  after[0].rules[0].expression = "slow > 2";
  after[0].rules[0].hold.for_duration = std::chrono::minutes{5};
  name_rules(before);
  name_rules(after);
  EXPECT_EQ(before[0].rules[0].id, after[0].rules[0].id);
}

TEST(RuleGroups, AreKeyedByFileAndName) { EXPECT_EQ(group("web", {}).key(), "rules.yaml;web"); }

TEST(RuleTemplates, KnowTheVariablesOfPrometheusAndNoOthers) {
  for (const char* text : {"{{ $labels.host }}", "{{ $value }}", "{{ $externalLabels.x }}",
                           "{{ $externalURL }}", "{{ $value | humanizeDuration }}", "plain", ""}) {
    EXPECT_NO_THROW(parse_rule_template(text, "summary")) << text;
  }
  for (const char* text : {"{{ $host }}", "{{ $labels.host", "{{ nothing $value }}", "{{ if }}x"}) {
    try {
      parse_rule_template(text, "summary");
      ADD_FAILURE() << text << " was taken";
    } catch (const InvalidInput& error) {
      EXPECT_EQ(error.diagnostics().at(0).where.file, "summary") << text;
      EXPECT_EQ(error.diagnostics().at(0).where.line, 1) << text;
    }
  }
}

TEST(RuleTemplates, AComplaintHasTheLineWithinTheText) {
  try {
    parse_rule_template("first\nsecond {{ $nobody }}", "description");
    FAIL() << "was taken";
  } catch (const InvalidInput& error) {
    EXPECT_EQ(error.diagnostics().at(0).where.line, 2);
    EXPECT_THAT(error.what(), HasSubstr("$nobody"));
  }
}

}  // namespace
}  // namespace tocsin::rule
