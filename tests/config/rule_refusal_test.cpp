#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/complaints.h"

namespace tocsin::config {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST(RuleRefusal, Files) {
  const std::vector<Refused> cases = {
      {"a", {"1:1: rule file must be a mapping, this is a single value"}},
      {"[]", {"1:1: rule file must be a mapping, this is a list"}},
      {"rules: []", {"1:1: unknown key \"rules\" in rule file; remove it"}},
      {"groups: {name: a}",
       {"1:9: groups must be a list, this is a mapping; write [a, b], or one line for each with a "
        "dash"}},
      {"groups: [~]", {"1:10: an element of groups is empty; fill it in or remove it"}},
      {"groups: []\n---\ngruops: []", {"3:1: unknown key \"gruops\"; did you mean \"groups\"?"}},
      {"groups: [{name: a}]\n---\ngroups: [{name: a}]",
       {"3:17: there are two groups named \"a\" in this file; rename one"}},
      {"kind: ConfigMap\napiVersion: v1\nmetadata: {}\n",
       {"1:7: kind \"ConfigMap\" holds no rules; only PrometheusRule and List do"}},
      {"apiVersion: monitoring.coreos.com/v1\nspec: {}",
       {"1:1: kind \"\" holds no rules; only PrometheusRule and List do"}},
      {"apiVersion: monitoring.coreos.com/v2\nkind: PrometheusRule",
       {"1:13: apiVersion of a PrometheusRule must be monitoring.coreos.com/v1, not "
        "\"monitoring.coreos.com/v2\""}},
      {"apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\ngroups: []\nspec: {rules: []}",
       {"4:8: unknown key \"rules\" in spec; remove it",
        "3:1: unknown key \"groups\" in Kubernetes object; remove it"}},
      {"kind: List\nitems: [{kind: Pod}]",
       {"2:16: kind \"Pod\" holds no rules; only PrometheusRule and List do"}},
  };
  for (const auto& [yaml, expected] : cases) {
    EXPECT_THAT(rule_complaints(yaml), ElementsAreArray(expected)) << yaml;
  }
}

TEST(RuleRefusal, Groups) {
  const std::vector<Refused> cases = {
      {"a", {"1:10: rule group must be a mapping, this is a single value"}},
      {"{}", {"1:10: a rule group needs a name"}},
      {"{name: ''}", {"1:10: a rule group needs a name"}},
      {"{name: a}, {name: a}", {"1:28: there are two groups named \"a\" in this file; rename one"}},
      {"{name: a, interval: 5}",
       {"1:30: interval must be a duration like 30s, 5m or 1h30m, not \"5\""}},
      {"{name: a, limit: -1}", {"1:27: limit must be a whole number, 0 or more, not \"-1\""}},
      {"{name: a, labels: [b]}",
       {"1:28: labels must be a mapping of names to texts, this is a list"}},
      {"{name: a, labels: {__name__: b}}", {"1:29: \"__name__\" cannot be the name of a label"}},
      {"{name: a, labels: {'': b}}", {"1:29: the name of a label is empty"}},
      {"{name: a, labels: {b: [c]}}", {"1:32: label \"b\" must be a text, this is a list"}},
      {"{name: a, tocsin: {sorce: b}}", {"1:29: unknown key \"sorce\"; did you mean \"source\"?"}},
      {"{name: a, partial_response_strategy: warn}",
       {"1:20: \"partial_response_strategy\" is Thanos' own and has no use here; remove it"}},
      {"{name: a, rules: [~]}", {"1:28: an element of rules is empty; fill it in or remove it"}},
      {"{name: a, intervall: 5m}", {"1:20: unknown key \"intervall\"; did you mean \"interval\"?"}},
  };
  for (const auto& [yaml, expected] : cases) {
    EXPECT_THAT(rule_complaints("groups: [" + yaml + "]"), ElementsAreArray(expected)) << yaml;
  }
}

TEST(RuleRefusal, Rules) {
  const std::vector<Refused> cases = {
      {"a", {"3:11: rule must be a mapping, this is a single value"}},
      {"{expr: 1}",
       {"3:11: a rule needs a name: \"alert\" for an alert, \"record\" for a recording rule"}},
      {"{alert: '', expr: 1}",
       {"3:11: a rule needs a name: \"alert\" for an alert, \"record\" for a recording rule"}},
      {"{alert: [x], expr: 1}", {"3:19: alert must be a single value, this is a list"}},
      {"{alert: a, record: b, expr: 1}",
       {"3:11: a rule is an alert or a record, not both; make two rules of it"}},
      {"{alert: a}", {"3:11: a rule needs an expr, the expression that it evaluates"}},
      {"{alert: a, expr: ~}", {"3:11: a rule needs an expr, the expression that it evaluates"}},
      {"{alert: a, expr: ''}",
       {"3:28: the expr is no expression: 1:1: parse error: no expression found in input\n"
        "    \n    ^"}},
      {"{alert: a, expr: [up]}", {"3:28: expr must be a single value, this is a list"}},
      {"{alert: a, expr: 'sum(up'}",
       {"3:35: the expr is no expression: 1:7: parse error: unclosed left parenthesis\n"
        "    sum(up\n          ^"}},
      {"{alert: a, expr: 1, for: 5}",
       {"3:36: for must be a duration like 30s, 5m or 1h30m, not \"5\""}},
      {"{alert: a, expr: 1, keep_firing_for: -5m}",
       {"3:48: keep_firing_for must be a duration like 30s, 5m or 1h30m, not \"-5m\""}},
      {"{alert: a, expr: 1, labels: {__name__: x}}",
       {"3:40: \"__name__\" cannot be the name of a label"}},
      {"{alert: a, expr: 1, annotations: {'': x}}", {"3:45: the name of a annotation is empty"}},
      {"{alert: a, expr: 1, annotations: {b: {c: d}}}",
       {"3:48: annotation \"b\" must be a text, this is a mapping"}},
      {"{alert: a, expr: 1, severity: page}",
       {"3:31: unknown key \"severity\" in rule; remove it"}},
      {"{alert: a, expr: 1, expr: 2}",
       {"3:31: key \"expr\" stands here a second time (first in line 3); remove one of them"}},
      {"{record: 'a{b=\"c\"}', expr: 1}",
       {"3:20: the name of a recording rule has braces; do they belong into expr?"}},
      {"{record: a, expr: 1, for: 1m, keep_firing_for: 1m, annotations: {b: c}}",
       {"3:37: \"for\" makes no sense in a recording rule; remove it",
        "3:58: \"keep_firing_for\" makes no sense in a recording rule; remove it",
        "3:62: \"annotations\" makes no sense in a recording rule; remove it"}},
  };
  for (const auto& [yaml, expected] : cases) {
    EXPECT_THAT(rule_complaints("groups:\n- name: g\n  rules: [" + yaml + "]"),
                ElementsAreArray(expected))
        << yaml;
  }
  EXPECT_THAT(rule_complaints("groups: [{name: g, rules: [{record: a, expr: 1, for: 0s}]}]"),
              IsEmpty());
}

TEST(RuleRefusal, ExpressionsAreShownWhereTheyStand) {
  EXPECT_THAT(
      rule_complaints(R"(
groups:
- name: g
  rules:
  - alert: A
    expr: |
      sum by (job) (
        rate(x[5m])
      ) > "5
)"),
      ElementsAre("9:11: the expr is no expression: 3:5: parse error: unterminated quoted string\n"
                  "    ) > \"5\n"
                  "        ^"));
}

TEST(RuleRefusal, TemplatesAreShownWhereTheyStand) {
  const auto said = rule_complaints(R"(
groups:
- name: g
  labels: {team: "{{ $labels.team"}
  rules:
  - alert: A
    expr: 1
    labels:
      severity: "{{ if }}"
    annotations:
      summary: >-
        All is well with
        {{ $label.instance }}
      description: |
        First line
          {{ nofunction 1 }}
  - alert: B
    expr: 1
)");
  ASSERT_THAT(said, SizeIs(4)) << "a bad label of the group is told once, not for each rule";
  EXPECT_EQ(said[0], "4:34: label \"team\": unclosed action");
  EXPECT_EQ(said[1], "9:24: label \"severity\": missing value for if");
  EXPECT_THAT(said[2], StartsWith("16:14: annotation \"description\": "));
  EXPECT_THAT(said[3], StartsWith("13:12: annotation \"summary\": "));
}

TEST(RuleRefusal, AllProblemsOfAFileAreToldAtOnce) {
  EXPECT_THAT(rule_complaints(R"(
groups:
- name: a
  rules:
  - {alert: A, expr: "(", for: soon}
  - {record: B}
- rules: [{alert: C, expr: 1, lables: {}}]
)"),
              SizeIs(5));
}

}  // namespace
}  // namespace tocsin::config
