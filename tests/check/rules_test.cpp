// Rule files and what is found in them, with the places.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "check/found.h"

namespace tocsin::check {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Rules, WithoutFaultsNothingIsFound) {
  const CheckedFile file = check_text(R"(
groups:
- name: g
  interval: 30s
  labels: {team: web}
  rules:
  - record: job:errors:rate5m
    expr: sum by (job) (rate(errors_total[5m]))
  - alert: Errors
    expr: job:errors:rate5m > 0.1
    for: 1m
    labels: {severity: warning}
    annotations:
      summary: '{{ $labels.job }} has {{ $value | humanize }} errors a second'
)",
                                      "file.yaml", all_codes_wanted());
  EXPECT_THAT(in_short(file.findings), IsEmpty());
  EXPECT_EQ(file.kind, Kind::Rules);
  EXPECT_EQ(file.rules, 2U);
}

TEST(Rules, FindingsStandWhereTheFaultIs) {
  EXPECT_THAT(
      found_in(R"(
groups:
- name: g
  interval: 5m
  rules:
  - alert: A
    expr: >-
      sum by (job)
        (rate(x{a='1', a='2'}[30s]))
        / 5
    for: 1m
    labels:
      where: '{{ $labels.instance }}'
    annotations:
      summary: |
        At {{ $labels.job }}:
        {{ .Labels.pod }} and {{ index $labels "a-b" }}
      description: "{{ $labels.cluster }} {{ $labels.cluster }}"
)"),
      ElementsAre("8:7 no-comparison", "9:15 never-returns", "9:15 window-short", "11:10 for-short",
                  "13:25 label-gone", "17:19 label-gone", "17:40 label-gone", "18:31 label-gone"));
}

TEST(Rules, ObjectsOfKubernetesAreRulesToo) {
  EXPECT_THAT(found_in(R"(
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: r}
spec:
  groups:
  - name: g
    rules: [{alert: A, expr: up}]
)"),
              ElementsAre("8:30 no-comparison"));
}

/// Labels of an alert with this expression that a template may not use.
std::vector<std::string> gone(const std::string& expression, const std::string& text) {
  Options options;
  options.codes = {kLabelGone};
  std::vector<std::string> messages;
  const std::string yaml = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: |\n      " +
                           expression + "\n    annotations:\n      a: |\n        " + text + "\n";
  for (const Finding& each : check_text(yaml, "file.yaml", options).findings) {
    const std::string& message = each.what.message;
    messages.push_back(message.substr(0, message.find(';')));
  }
  return messages;
}

std::string said(const std::string& label, const std::string& remover) {
  return "the label " + label + " is always empty here: " + remover + " leaves series without it";
}

TEST(LabelGone, SaysWhatTookItAway) {
  const std::string text = "{{ $labels.pod }}";
  for (const auto& [expression, remover] :
       std::initializer_list<std::pair<std::string, std::string>>{
           {"sum(x) > 1", "sum"},
           {"sum by (job) (x) > 1", "sum by (job)"},
           {"max without (pod, job) (x) > 1", "max without (pod, job)"},
           {"sum by (job) (sum by (pod) (x)) > 1", "sum by (job)"},
           {"sum by (pod) (sum by (job) (x)) > 1", "sum by (job)"},
           {"absent(x{job=\"a\"})", "absent()"},
           {"vector(1)", "vector()"},
           {"time()", "time()"},
           {"x > on (job) y", "\">\" on (job)"},
           {"x / ignoring (pod) y > 1", "\"/\" ignoring (pod)"},
           {"sum by (job) (x) * on (job) group_left (b) y > 1", "sum by (job)"},
           {"x * on (job) group_left (pod) sum by (job) (y) > 1",
            "\"*\" on (job) group_left (pod)"},
           {"sum by (job) (x) == 1 unless y", "sum by (job)"},
           {"x{pod=\"\"} > 1", "x{pod=\"\"}"},
           {"label_replace(sum(x), \"a\", \"b\", \"\", \"\") > 1", "sum"},
           {"count_values(\"v\", x) > 1", "count_values"},
       }) {
    EXPECT_THAT(gone(expression, text), ElementsAre(said("pod", remover))) << expression;
  }
}

TEST(LabelGone, IsNotSaidOfLabelsThatMayBeThere) {
  for (const std::string expression :
       {"x > 1", "sum by (pod) (x) > 1", "sum without (job) (x) > 1", "topk(1, x) > 1",
        "absent(x{pod=\"a\"})", "x > on (pod) y", "x / ignoring (job) y > 1",
        "sum by (job) (x) * on (job) group_left (pod) y > 1",
        "sum by (job) (x) * on (job) group_right () y > 1",
        "label_replace(sum(x), \"pod\", \"b\", \"\", \"\") > 1", "count_values(\"pod\", x) > 1",
        "sum(x) > 1 or y", "label_join(sum(x), \"pod\", \"\", \"a\") > 1", "info(x) > 1",
        "x > 1 and sum(y)", "max_over_time(x[5m]) > 1", "-x < 1", "(x) > 1",
        "rate(x[5m:1m] offset 5m) > 1"}) {
    EXPECT_THAT(gone(expression, "{{ $labels.pod }}"), IsEmpty()) << expression;
  }
}

TEST(LabelGone, KnowsHowTemplatesRead) {
  struct Case {
    std::string text;
    std::size_t found;
  };
  for (const auto& [text, found] : std::initializer_list<Case>{
           {"{{ .Labels.pod }} {{ $.Labels.pod }}", 1},
           {"{{ index $labels \"pod\" }}", 1},
           {"{{ $labels.pod | toUpper }} {{ printf \"%s\" $labels.node }}", 2},
           {"{{ if $labels.pod }}{{ $labels.pod }}{{ end }}", 0},
           {"{{ with $labels.pod }}{{ . }}{{ end }}", 0},
           {"{{ range query \"y\" }}{{ .Labels.pod }}{{ end }}", 0},
           {"{{ $externalLabels.pod }} {{ .ExternalLabels.pod }} {{ $value }}", 0},
           {"{{ range $name, $text := $labels }}{{ $name }}{{ end }}", 0},
           {"{{ $labels.__name__ }}", 0},
       }) {
    EXPECT_EQ(gone("sum(x) > 1", text).size(), found) << text;
  }
}

TEST(ForShort, IsShorterThanTheInterval) {
  Options options;
  options.codes = {kForShort};
  const auto found = [&](const std::string& interval, const std::string& lasts) {
    return found_in("groups:\n- name: g\n  interval: " + interval +
                        "\n  rules:\n  - alert: A\n    expr: up == 0\n    for: " + lasts + "\n",
                    options);
  };
  EXPECT_THAT(found("1m", "30s"), ElementsAre("7:10 for-short"));
  EXPECT_THAT(found("1m", "1m"), IsEmpty());
  EXPECT_THAT(found("1m", "90s"), IsEmpty());
  EXPECT_THAT(found("1m", "0s"), IsEmpty());
}

TEST(DuplicateRules, HaveTheSameNameAndLabels) {
  EXPECT_THAT(found_in(R"(
groups:
- name: g
  rules:
  - {alert: A, expr: x > 1}
  - {alert: A, expr: x > 1, labels: {a: b}}
  - {alert: B, expr: x > 1}
- name: h
  labels: {a: b}
  rules:
  - {alert: A, expr: x > 2}
  - {alert: B, expr: x > 1, labels: {a: c}}
  - {record: r, expr: x}
  - {record: r, expr: y}
)"),
              ElementsAre("11:5 duplicate-rules", "14:5 duplicate-rules"));
}

TEST(Errors, AreToldAndLintsOfOtherRulesStay) {
  EXPECT_THAT(
      found_in(R"(
groups:
- name: g
  rules:
  - {alert: A, expr: sum(up}
  - {alert: B, expr: up}
  - {alert: C, expr: up == 0, runbook: bar}
)"),
      ElementsAre("5:28 invalid: the expr is no expression: 1:7: parse error: unclosed left "
                  "parenthesis",
                  "6:22 no-comparison",
                  "7:31 invalid: unknown key \"runbook\" in rule; remove it"));
}

TEST(Kinds, AreSeenFromTheKeys) {
  for (const auto& [text, kind] : std::initializer_list<std::pair<std::string, Kind>>{
           {"groups: []", Kind::Rules},
           {"---\n---\nkind: PrometheusRule", Kind::Rules},
           {"rule_files: [a]\ntests: []", Kind::Tests},
           {"tests: []", Kind::Tests},
           {"route: {}\nrule_files: []", Kind::Configuration},
           {"scrape_configs: []", Kind::Configuration},
           {"", Kind::Unknown},
           {"foo: bar", Kind::Unknown},
           {"[groups]", Kind::Unknown},
           {"groups: [", Kind::Unknown},
       }) {
    EXPECT_EQ(kind_of(text), kind) << text;
  }
}

TEST(Kinds, OfUnknownFilesAreRefusedAndEmptyOnesAreNot) {
  EXPECT_THAT(found_in("foo: bar"),
              ElementsAre(HasSubstr("1:1 invalid: this is none of the files")));
  EXPECT_THAT(found_in("[1]"),
              ElementsAre("1:1 invalid: rule file must be a mapping, this is a list"));
  EXPECT_THAT(found_in(""), IsEmpty());
  EXPECT_THAT(found_in("groups: ["), ElementsAre(HasSubstr("invalid: this is not valid YAML")));
}

TEST(Kinds, FilesOfTestsAreGivenToWhoReadsThem) {
  Options options = all_codes_wanted();
  options.tests = [](const std::string& text, const std::string& file) {
    return std::vector<Diagnostic>{{{file, 2, 1}, text.substr(0, 5)}};
  };
  EXPECT_THAT(found_in("tests: [a]", options), ElementsAre("2:1 invalid: tests"));
}

}  // namespace
}  // namespace tocsin::check
