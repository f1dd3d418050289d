#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/complaints.h"

namespace tocsin::config {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

std::vector<rule::RuleGroup> read(std::string_view yaml) {
  std::vector<Diagnostic> diagnostics;
  auto groups = parse_rule_file(yaml, "rules.yaml", diagnostics);
  EXPECT_THAT(in_short(diagnostics), IsEmpty());
  return groups;
}

std::vector<std::pair<std::string, std::string>> texts(
    const std::vector<rule::TemplatedLabel>& labels) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& each : labels) all.emplace_back(each.name, each.value.text());
  return all;
}

TEST(RuleFile, AllFieldsAreRead) {
  const auto groups = read(R"(
groups:
- name: web
  interval: 30s
  query_offset: 10s
  limit: 5
  labels: {team: web, tier: 1}
  tocsin: {source: mimir}
  rules:
  - alert: Slow
    expr: |
      latency{job="x"}  # seconds
        > 2
    for: 5m
    keep_firing_for: 1m
    labels: {severity: page, team: "own {{ $labels.x }}"}
    annotations:
      summary: "{{ $value }}"
      empty:
  - record: job:latency:max
    expr: max by (job) (latency)
    labels: {level: job}
- name: bare
)");
  ASSERT_THAT(groups, SizeIs(2));
  const rule::RuleGroup& web = groups[0];
  EXPECT_EQ(web.name, "web");
  EXPECT_EQ(web.file, "rules.yaml");
  EXPECT_EQ(web.key(), "rules.yaml;web");
  EXPECT_EQ(web.interval, seconds{30});
  EXPECT_EQ(web.query_offset, seconds{10});
  EXPECT_EQ(web.limit, 5U);
  EXPECT_EQ(web.source, "mimir");
  ASSERT_THAT(web.rules, SizeIs(2));
  const rule::Rule& slow = web.rules[0];
  EXPECT_EQ(slow.kind, rule::Kind::Alerting);
  EXPECT_EQ(slow.name, "Slow");
  EXPECT_EQ(slow.expression, "latency{job=\"x\"}  # seconds\n  > 2");
  EXPECT_EQ(slow.hold.for_duration, minutes{5});
  EXPECT_EQ(slow.hold.keep_firing_for, minutes{1});
  EXPECT_THAT(
      texts(slow.labels),
      ElementsAre(Pair("severity", "page"), Pair("team", "own {{ $labels.x }}"), Pair("tier", "1")))
      << "the group's labels under the rule's own";
  EXPECT_THAT(texts(slow.annotations),
              ElementsAre(Pair("empty", ""), Pair("summary", "{{ $value }}")));
  EXPECT_EQ(slow.where.to_string(), "rules.yaml:10:5");
  const rule::Rule& record = web.rules[1];
  EXPECT_EQ(record.kind, rule::Kind::Recording);
  EXPECT_EQ(record.name, "job:latency:max");
  EXPECT_THAT(texts(record.labels),
              ElementsAre(Pair("level", "job"), Pair("team", "web"), Pair("tier", "1")));
  EXPECT_EQ(groups[1].interval, minutes{1});
  EXPECT_EQ(groups[1].limit, 0U);
  EXPECT_EQ(groups[1].source, "");
}

TEST(RuleFile, ScalarsAreTextsWhateverTheirType) {
  const auto groups = read(R"(
groups:
- name: 1
  limit: "3"
  rules:
  - alert: true
    expr: 1
    for: 0
    labels: {n: 1, f: 1.50, b: yes, d: 2026-01-02, nothing: ~}
)");
  EXPECT_EQ(groups.at(0).name, "1");
  EXPECT_EQ(groups[0].limit, 3U);
  const rule::Rule& rule = groups[0].rules.at(0);
  EXPECT_EQ(rule.name, "true");
  EXPECT_EQ(rule.expression, "1");
  EXPECT_THAT(texts(rule.labels),
              ElementsAre(Pair("b", "yes"), Pair("d", "2026-01-02"), Pair("f", "1.50"),
                          Pair("n", "1"), Pair("nothing", "")));
}

TEST(RuleFile, NamesMayBeAnyUtf8) {
  const auto groups = read(R"(
groups:
- name: ü
  rules:
  - {alert: "Größe. 1", expr: up, labels: {"a.b c": x}, annotations: {__name__: y, "ä-b": z}}
  - {record: "größe.gesamt", expr: up}
)");
  EXPECT_THAT(groups.at(0).rules, SizeIs(2));
}

TEST(RuleFile, EmptyFilesHaveNoGroups) {
  for (const std::string_view yaml :
       {"", "# nothing\n", "---\n---\n", "groups:\n", "groups: []\n", "{}"}) {
    EXPECT_THAT(read(yaml), IsEmpty()) << yaml;
  }
}

TEST(RuleFile, AllDocumentsAreRead) {
  const auto groups =
      read("groups: [{name: a}]\n---\n# none\n---\ngroups: [{name: b}, {name: c}]\n");
  ASSERT_THAT(groups, SizeIs(3));
  EXPECT_EQ(groups[2].name, "c");
}

TEST(RuleFile, AnchorsAndMergeKeysWork) {
  const auto groups = read(R"(
groups:
- name: a
  rules:
  - &base {alert: A, expr: up == 0, for: 5m, labels: &l {severity: page}}
  - {<<: *base, alert: B, annotations: *l}
)");
  const rule::Rule& second = groups.at(0).rules.at(1);
  EXPECT_EQ(second.name, "B");
  EXPECT_EQ(second.hold.for_duration, minutes{5});
  EXPECT_THAT(texts(second.annotations), ElementsAre(Pair("severity", "page")));
}

constexpr std::string_view kObject = R"(
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: web
  labels: {role: alert-rules}
  annotations: {anything: {goes: here}}
spec:
  groups:
  - name: web
    partial_response_strategy: abort
    rules: [{alert: Slow, expr: 1}]
status: {bindings: []}
)";

TEST(RuleFile, KubernetesObjectsAreRead) {
  const auto groups = read(kObject);
  ASSERT_THAT(groups, SizeIs(1));
  EXPECT_EQ(groups[0].name, "web");
  EXPECT_THAT(groups[0].rules, SizeIs(1));
  EXPECT_THAT(read("apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec: {}\n"),
              IsEmpty());
}

TEST(RuleFile, KubernetesListsAreRead) {
  const auto groups = read(R"(
apiVersion: v1
kind: List
metadata: {resourceVersion: ""}
items:
- apiVersion: monitoring.coreos.com/v1
  kind: PrometheusRule
  metadata: {name: a}
  spec: {groups: [{name: a, rules: [{alert: A, expr: 1}]}]}
- apiVersion: monitoring.coreos.com/v1
  kind: PrometheusRuleList
  items:
  - {apiVersion: monitoring.coreos.com/v1, kind: PrometheusRule, spec: {groups: [{name: b}]}}
---
groups: [{name: c}]
)");
  ASSERT_THAT(groups, SizeIs(3));
  EXPECT_EQ(groups[1].name, "b");
  EXPECT_EQ(groups[2].name, "c");
}

}  // namespace
}  // namespace tocsin::config
