// Files with mistakes: each is said with its place and what to do.
#include <gmock/gmock.h>

#include "trial/folder.h"

namespace tocsin::trial {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Case {
  std::string text;
  std::vector<std::string> expected;
};

TEST(BadInput, IsSaidWithItsPlace) {
  const Folder folder;
  folder.write("rules.yaml", "groups: [{name: g, rules: [{alert: Down, expr: up == 0}]}]");
  folder.write("broken.yaml", "groups:\n- name: g\n  rules:\n  - {alert: A, exprr: up}\n");
  for (
      const Case& each : std::vector<Case>{
          {"", {"test.yaml: the file is empty; list tests under \"tests\""}},
          {"rule_files: []",
           {"test.yaml:1:1: there are no tests in this file; list them under \"tests\""}},
          {"tests: []",
           {"test.yaml:1:1: there are no tests in this file; list them under \"tests\""}},
          {"[]", {"test.yaml:1:1: test file must be a mapping, this is a list"}},
          {"tests: [{}]\n---\ntests: [{}]",
           {"test.yaml:3:1: a second document begins here; a test file is only one"}},
          {"tests: {a: b}",
           {"test.yaml:1:8: tests must be a list, this is a mapping; write [a, b], or one line for "
            "each with a dash"}},
          {"tests: [{inputseries: []}]",
           {R"(test.yaml:1:10: unknown key "inputseries"; did you mean "input_series"?)"}},
          {"tests: [{}]\nfuzzy_compare: maybe",
           {R"(test.yaml:2:16: fuzzy_compare must be true or false, not "maybe")"}},
          {"tests: [{interval: 1 minute}]",
           {R"(test.yaml:1:20: interval must be a duration like 30s, 5m or 1h30m, not "1 minute")"}},
          {"tests: [{}]\nevaluation_interval: -1m",
           {R"(test.yaml:2:22: evaluation_interval must be a duration like 30s, 5m or 1h30m, not "-1m")"}},
          {"tests: [{alert_rule_test: [{eval_time: 1x, alertname: Down}]}]\nrule_files: "
           "[rules.yaml]",
           {R"(test.yaml:1:40: eval_time must be a duration like 30s, 5m or 1h30m, not "1x")"}},
          {"tests: [{alert_rule_test: [{eval_time: 1m}]}]",
           {"test.yaml:1:28: an alert_rule_test needs an alertname"}},
          {"tests: [{promql_expr_test: [{eval_time: 1m}]}]",
           {"test.yaml:1:29: the expr is no expression: 1:1: parse error: no expression found in "
            "input"}},
          {"tests: [{promql_expr_test: [{expr: 'sum(up'}]}]",
           {"test.yaml:1:43: the expr is no expression: 1:7: parse error: unclosed left "
            "parenthesis"}},
          {"tests: [{promql_expr_test: [{expr: up, exp_samples: [{labels: 'up{', value: one}]}]}]",
           {"test.yaml:1:63: labels are written like up{job=\"a\"}: 1:4: parse error: unexpected "
            "end of input inside braces",
            R"(test.yaml:1:77: value must be a number, not "one")"}},
          {"tests: [{start_timestamp: yesterday}]",
           {R"(test.yaml:1:27: start_timestamp must be Unix seconds or like 2024-01-01T00:00:00Z, not "yesterday")"}},
          {"tests: [{start_timestamp: 1e18}]",
           {R"(test.yaml:1:27: start_timestamp must be Unix seconds or like 2024-01-01T00:00:00Z, not "1e18")"}},
          {"tests: [{input_series: [{values: 1}]}]",
           {"test.yaml:1:25: an input series needs a \"series\", like up{job=\"a\"}"}},
          {"tests: [{input_series: [{series: 'up{a!=\"b\"}', values: 1}]}]",
           {"test.yaml:1:34: series: a series has labels, not matchers: write a=\"b\""}},
          {"tests: [{input_series: [{series: up, values: 1 two}]}]",
           {R"(test.yaml:1:46: values: at 3 of the values: unexpected "two"; a value is a number, _, stale or {{…}})"}},
          {"tests: [{}]\nrule_files: [nowhere.yaml]",
           {R"(test.yaml:2:13: there is no rule file "nowhere.yaml"; names are relative to the folder of the test file)"}},
          {"tests: [{}]\ngroup_eval_order: [g, g]\nrule_files: [rules.yaml]",
           {R"(test.yaml:2:19: group "g" stands twice in this order)"}},
      }) {
    EXPECT_THAT(folder.complaints(each.text), ElementsAreArray(each.expected)) << each.text;
  }
  EXPECT_THAT(folder.complaints("tests: [{}]\nrule_files: [broken.yaml]"),
              Contains(HasSubstr("broken.yaml:4:")));
}

TEST(BadInput, IsWorthAWarningWhereATestMayStillBeRight) {
  const Folder folder;
  folder.write("rules.yaml", "groups: [{name: g, rules: [{alert: HostDown, expr: up == 0}]}]");
  for (
      const Case& each : std::vector<Case>{
          {"rule_files: [rules.yaml]\ntests: [{alert_rule_test: [{alertname: HostDwn}]}]",
           {R"(warning: test.yaml:2:28: no rule has the alert "HostDwn"; did you mean "HostDown"?)"}},
          {"rule_files: [none*.yaml]\ntests: [{}]",
           {R"(warning: test.yaml:1:13: no file matches "none*.yaml")"}},
          {"group_eval_order: [x]\ntests: [{}]",
           {R"(warning: test.yaml:1:19: no rule file has a group "x")"}},
          {"tests: [{input_series: [{series: up, values: 1}, {series: 'up{}', values: 2}],\n"
           "promql_expr_test: [{expr: up, exp_samples: [{labels: up, value: 2}]}]}]",
           {R"(warning: test.yaml:1:50: {__name__="up"} stands twice among the input series; only the last one counts)"}},
      }) {
    EXPECT_THAT(folder.complaints(each.text), ElementsAreArray(each.expected)) << each.text;
  }
}

TEST(BadInput, SequencesAndRunsAreBounded) {
  const Folder folder;
  EXPECT_THAT(folder.complaints("tests: [{input_series: [{series: a, values: 1x999999999999}]}]"),
              ElementsAre(HasSubstr("more than 10000000 values")));
  EXPECT_THAT(folder.complaints("tests: [{input_series: [{series: a, values: 1x6000000}, {series: "
                                "b, values: 1x6000000}]}]"),
              ElementsAre(HasSubstr(
                  "values: the series of this file have more than 10000000 values together")));
  EXPECT_THAT(folder.complaints("evaluation_interval: 1ms\n"
                                "tests: [{promql_expr_test: [{expr: '1', eval_time: 100y}]}]"),
              ElementsAre("test.yaml:2:9: this test would take more than 10000000 evaluations, one "
                          "every 1ms up to 100y; choose a longer evaluation_interval"));
}

TEST(BadInput, TimesAtTheirLimitsDoNotOverflow) {
  const Folder folder;
  EXPECT_THAT(folder.complaints(R"(
evaluation_interval: 290y
tests:
- interval: 290y
  start_timestamp: 9999-12-31T23:59:59Z
  input_series: [{series: a, values: 1x1000000}]
  promql_expr_test:
  - {expr: a, eval_time: 290y, exp_samples: [{labels: a, value: 1}]}
  - {expr: a, eval_time: 291y, exp_samples: [{labels: a, value: 1}]}
)"),
              ElementsAre("test.yaml:9:5: expr: a, time: 291y", "missing     a  1"));
}

TEST(BadInput, MillionsOfValuesAreNoProblem) {
  const Folder folder;
  EXPECT_THAT(
      folder.complaints("evaluation_interval: 1h\n"
                        "tests: [{interval: 1s, input_series: [{series: a, values: 0+1x2000000}], "
                        "promql_expr_test: [{expr: a, eval_time: 500h, exp_samples: "
                        "[{labels: a, value: 1800000}]}]}]"),
      IsEmpty());
}

TEST(BadInput, AFileThatIsNotThereIsSaid) {
  const FileResult result = run_file("/nowhere/test.yaml", {});
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_THAT(result.problems[0].to_string(),
              "/nowhere/test.yaml: the file cannot be read: No such file or directory");
  EXPECT_FALSE(result.passed());
  EXPECT_THAT(result.files, ElementsAre("/nowhere/test.yaml"));
}

}  // namespace
}  // namespace tocsin::trial
