// What rules do in a test, moment by moment: as promtool has it (differential.py asks it).
#include <gmock/gmock.h>

#include "trial/folder.h"

namespace tocsin::trial {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kRules = R"(
groups:
  - name: web
    interval: 7m
    rules:
      - alert: Down
        expr: up == 0
        for: 2m
        keep_firing_for: 3m
        labels: {severity: page}
        annotations: {summary: "{{ $labels.host }} is {{ $value }} at {{ $externalLabels.site }} {{ $externalURL }}"}
      - record: job:up:sum
        expr: sum by (job) (up)
      - alert: Nobody
        expr: job:up:sum == 0
)";

/// What passes says nothing at all.
struct Story {
  const char* story;
  const char* test;
};

class Trial : public ::testing::Test {
 protected:
  void passes(const std::vector<Story>& stories, const std::string& head = "") const {
    folder.write("rules.yaml", kRules);
    for (const Story& each : stories) {
      EXPECT_THAT(folder.complaints("rule_files: [rules.yaml]\n" + head + "tests:\n" + each.test),
                  IsEmpty())
          << each.story;
    }
  }
  std::vector<std::string> complaints(const std::string& test) const {
    folder.write("rules.yaml", kRules);
    return folder.complaints("rule_files: [rules.yaml]\ntests:\n" + test);
  }
  const Folder folder;
};

TEST_F(Trial, AlertsComeAndGoAtTheirTimes) {
  passes({
      {"pending ones are not compared, firing ones are, resolved ones are gone", R"(
- input_series: [{series: 'up{host="a"}', values: '1 0x5 1x20'}]
  alert_rule_test:
  - {eval_time: 2m59s, alertname: Down}
  - {eval_time: 3m, alertname: Down, exp_alerts: [{exp_labels: {host: a, severity: page}, exp_annotations: {summary: 'a is 0 at  '}}]}
  - {eval_time: 9m59s, alertname: Down, exp_alerts: [{exp_labels: {host: a, severity: page}, exp_annotations: {summary: 'a is 0 at  '}}]}
  - {eval_time: 10m, alertname: Down, exp_alerts: []}
)"},
      {"external labels are for templates, not on the alert", R"(
- input_series: [{series: 'up{host="a"}', values: 0x9}]
  external_labels: {site: north}
  external_url: http://x.test
  alert_rule_test:
  - {eval_time: 5m, alertname: Down, exp_alerts: [{exp_labels: {host: a, severity: page}, exp_annotations: {summary: 'a is 0 at north http://x.test'}}]}
  promql_expr_test:
  - {expr: 'count(ALERTS{alertname="Down"})', eval_time: 5m, exp_samples: [{value: 1}]}
  - {expr: 'ALERTS{site="north"}', eval_time: 5m}
)"},
      {"checks may stand in any order of their times", R"(
- input_series: [{series: 'up{host="a"}', values: 1x3 0x9}]
  alert_rule_test:
  - {eval_time: 7m, alertname: Down, exp_alerts: [{exp_labels: {host: a, severity: page}, exp_annotations: {summary: 'a is 0 at  '}}]}
  - {eval_time: 2m, alertname: Down}
)"},
  });
}

TEST_F(Trial, RecordedSeriesAreReadByLaterRulesAndEnd) {
  passes({
      {"in the same evaluation", R"(
- input_series: [{series: 'up{host="a", job="web"}', values: 0x9}]
  alert_rule_test: [{eval_time: 0, alertname: Nobody, exp_alerts: [{exp_labels: {job: web}}]}]
)"},
      {"a recorded series ends with what it is made of, at once", R"(
- input_series: [{series: 'up{job="web"}', values: 5 5 stale}]
  promql_expr_test:
  - {expr: 'job:up:sum', eval_time: 1m59s, exp_samples: [{labels: 'job:up:sum{job="web"}', value: 5}]}
  - {expr: 'job:up:sum', eval_time: 2m, exp_samples: []}
)"},
      {"ALERTS and ALERTS_FOR_STATE", R"(
- input_series: [{series: 'up{host="a"}', values: '1 0x9'}]
  promql_expr_test:
  - {expr: 'ALERTS{alertname="Down"}', eval_time: 2m, exp_samples: [{labels: 'ALERTS{alertname="Down", alertstate="pending", host="a", severity="page"}', value: 1}]}
  - {expr: 'ALERTS{alertname="Down"}', eval_time: 3m, exp_samples: [{labels: 'ALERTS{alertname="Down", alertstate="firing", host="a", severity="page"}', value: 1}]}
  - {expr: 'ALERTS_FOR_STATE{alertname="Down"}', eval_time: 3m, exp_samples: [{labels: 'ALERTS_FOR_STATE{alertname="Down", host="a", severity="page"}', value: 60}]}
)"},
      {"nothing is seen before its time", R"(
- input_series: [{series: 'up{job="web"}', values: 1 2 3}]
  promql_expr_test:
  - {expr: 'count_over_time(job:up:sum[10m])', eval_time: 2m, exp_samples: [{labels: '{job="web"}', value: 3}]}
)"},
  });
}

TEST_F(Trial, TimesAreThoseOfTheTest) {
  passes({
      {"start_timestamp in words", R"(
- start_timestamp: 2024-01-01T00:00:00Z
  promql_expr_test: [{expr: time(), eval_time: 1m, exp_samples: [{value: 1704067260}]}]
)"},
      {"start_timestamp as a number, samples included", R"(
- start_timestamp: 1609459200.5
  interval: 10s
  input_series: [{series: x, values: 1 2}]
  promql_expr_test: [{expr: timestamp(x), eval_time: 1m, exp_samples: [{value: 1609459210.5}]}]
)"},
      {"before 1970", R"(
- start_timestamp: -100
  input_series: [{series: up, values: 0x5}]
  promql_expr_test: [{expr: 'ALERTS_FOR_STATE{alertname="Down"}', eval_time: 1m, exp_samples: [{labels: 'ALERTS_FOR_STATE{alertname="Down", severity="page"}', value: -100}]}]
)"},
      {"the interval of the series is that of the evaluations where it is left out", R"(
- input_series: [{series: x, values: 1 2}]
  promql_expr_test:
  - {expr: x, eval_time: 59s, exp_samples: [{labels: x, value: 1}]}
  - {expr: x, eval_time: 1m, exp_samples: [{labels: x, value: 2}]}
)"},
      {"what comes after the last evaluation is not there yet", R"(
- interval: 15s
  input_series: [{series: x, values: 0+1x8}]
  promql_expr_test: [{expr: x, eval_time: 1m50s, exp_samples: [{labels: x, value: 4}]}]
)"},
  });
  passes({{"the step of subqueries is the evaluation interval", R"(
- input_series: [{series: x, values: 1x9}]
  promql_expr_test: [{expr: 'count_over_time(x[95s:])', eval_time: 2m, exp_samples: [{value: 4}]}]
)"}},
         "evaluation_interval: 30s\n");
}

TEST_F(Trial, ValuesAreComparedAsTheFileSays) {
  passes({{"special ones", R"(
- input_series: [{series: x, values: 16 Inf -Inf NaN 0.1}]
  promql_expr_test:
  - {expr: x, eval_time: 0, exp_samples: [{labels: x, value: 0x10}]}
  - {expr: x, eval_time: 1m, exp_samples: [{labels: x, value: .inf}]}
  - {expr: x, eval_time: 2m, exp_samples: [{labels: x, value: -.Inf}]}
  - {expr: x, eval_time: 3m, exp_samples: [{labels: x, value: .NaN}]}
  - {expr: x, eval_time: 4m, exp_samples: [{labels: x, value: +1e-1}]}
  - {expr: 'vector(1) > 2', eval_time: 0}
)"}});
  const std::string test = R"(
- input_series: [{series: x, values: 2.9999999999999996}]
  promql_expr_test: [{expr: x, exp_samples: [{labels: x, value: 3}]}]
)";
  passes({{"fuzzy", test.c_str()}}, "fuzzy_compare: true\n");
  EXPECT_THAT(complaints(test),
              ElementsAre("test.yaml:5:22: expr: x, time: 0s", "expected  x  3",
                          "got       x  2.9999999999999996", "             ^^^^^^^^^^^^^^^^^^"));
}

TEST_F(Trial, GroupsAreEvaluatedInTheOrderAskedFor) {
  folder.write("two.yaml", R"(
groups:
- {name: reader, rules: [{record: copy, expr: first}]}
- {name: writer, rules: [{record: first, expr: vector(1)}]}
)");
  const std::string tests = R"(
tests: [{promql_expr_test: [{expr: count(copy), exp_samples: [{value: 1}]}]}]
)";
  EXPECT_THAT(
      folder.complaints("rule_files: [two.yaml]\ngroup_eval_order: [writer, reader]" + tests),
      IsEmpty());
  EXPECT_THAT(folder.complaints("rule_files: [two.yaml]" + tests),
              ElementsAre("test.yaml:2:29: expr: count(copy), time: 0s", "missing     {}  1"));
}

TEST_F(Trial, AFailingRuleEndsTheTest) {
  folder.write("bad.yaml", R"(
groups:
- name: g
  rules:
  - {record: joined, expr: a + on (x) b}
  - {alert: A, expr: vector(1)}
)");
  EXPECT_THAT(
      folder.complaints(R"(
rule_files: [bad.yaml]
tests:
- input_series: [{series: 'a{x="1"}', values: _ 1}, {series: 'b{x="1",y="1"}', values: 1 1}, {series: 'b{x="1",y="2"}', values: 1 1}]
  alert_rule_test: [{eval_time: 5m, alertname: A}, {eval_time: 0, alertname: A, exp_alerts: [{}]}]
)"),
      ElementsAre(::testing::AllOf(HasSubstr("bad.yaml:5:5: rule joined: "),
                                   HasSubstr("duplicate series"), HasSubstr(", time: 1m"))));
}

TEST_F(Trial, WhatARuleWritesOverASampleIsAnError) {
  folder.write("clash.yaml", "groups: [{name: g, rules: [{record: x, expr: vector(2)}]}]");
  EXPECT_THAT(
      folder.complaints("rule_files: [clash.yaml]\n"
                        "tests: [{input_series: [{series: x, values: 1}]}]"),
      ElementsAre(
          R"(clash.yaml:1:28: rule x: {__name__="x"}: duplicate sample for timestamp, time: 0s)"));
  EXPECT_THAT(folder.complaints("rule_files: [clash.yaml]\n"
                                "tests: [{input_series: [{series: x, values: 2x9}]}]"),
              IsEmpty())
      << "the same value is the same sample";
}

TEST_F(Trial, FailuresSayWhatDiffersAndWhereItIsAskedFor) {
  EXPECT_THAT(
      complaints(R"(
- input_series: [{series: 'up{host="a"}', values: 0x9}]
  alert_rule_test:
  - eval_time: 5m
    alertname: Down
    exp_alerts: [{exp_labels: {host: b, severity: page, team: x}, exp_annotations: {summary: 'b'}}]
)"),
      ElementsAre("test.yaml:6:5: alertname: Down, time: 5m",
                  R"(expected  {alertname="Down", host="b", severity="page", team="x"})",
                  R"(got       {alertname="Down", host="a", severity="page"          })",
                  "                             ^^^^^^^^                   ^^^^^^^^",
                  "annotation summary", R"(    expected  "b")", R"(    got       "a is 0 at  ")"));
  EXPECT_THAT(complaints(R"(
- input_series: [{series: up, values: 1x9}]
  promql_expr_test: [{expr: up, eval_time: 1h, exp_samples: [{labels: up, value: 1}]}]
)"),
              ElementsAre("test.yaml:5:22: expr: up, time: 1h", "missing     up  1",
                          "(the values of input_series end at 9m)"));
}

TEST_F(Trial, HistogramsAreRefusedWhereTheyAreNeededOnly) {
  const auto said = complaints(R"(
- input_series: [{series: h, values: '{{sum:3 count:2 buckets:[2]}}x2'}, {series: x, values: 1x2}]
  promql_expr_test:
  - {expr: x, eval_time: 1m, exp_samples: [{labels: x, value: 1}]}
  - {expr: h, eval_time: 0m, exp_samples: [{labels: h, histogram: '{{count:2 sum:3 buckets:[2]}}'}]}
  - {expr: h, eval_time: 0m, exp_samples: [{labels: h, histogram: '{{count:2 sum:4 buckets:[2]}}'}]}
  - {expr: h, eval_time: 2m, exp_samples: [{labels: h, value: 1}]}
  - {expr: 'rate(h[2m])', eval_time: 2m, exp_samples: [{labels: h, value: 1}]}
)");
  EXPECT_THAT(said, ElementsAre("test.yaml:8:5: expr: h, time: 0s",
                                "expected  h  {{count:2 sum:4 buckets:[2]}}",
                                "got       h  {{count:2 sum:3 buckets:[2]}}", _,
                                "test.yaml:9:5: expr: h, time: 2m", "expected  h  1",
                                HasSubstr("{{count:2 sum:3 counter_reset_hint:not_reset"), _,
                                "test.yaml:10:5: expr: rate(h[2m]), time: 2m",
                                HasSubstr("native histograms, which are not computed")));
}

TEST_F(Trial, TestsAreChosenByName) {
  folder.write("rules.yaml", kRules);
  const std::string test =
      "tests:\n"
      "- {name: right, promql_expr_test: [{expr: '1', exp_samples: [{value: 1}]}]}\n"
      "- {name: wrong, promql_expr_test: [{expr: '1', exp_samples: [{value: 2}]}]}\n";
  RunOptions options;
  options.wanted = [](const std::string& name) { return name == "right"; };
  EXPECT_THAT(folder.complaints(test, options), IsEmpty());
  EXPECT_EQ(folder.complaints(test).size(), 4u);
}

}  // namespace
}  // namespace tocsin::trial
