// Configurations whose routes nothing comes to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "check/found.h"
#include "support/temporary_folder.h"

namespace tocsin::check {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kRules = R"(
groups:
- name: g
  rules:
  - alert: Down
    expr: up{job="api"} == 0
    labels: {severity: critical}
  - alert: Errors
    expr: sum by (service) (errors) > 1
    labels: {severity: '{{ if gt $value 5.0 }}critical{{ else }}warning{{ end }}', team: web}
)";

/// What is found about routes that begin in line 4, after "- ".
std::vector<std::string> found_for(const std::string& routes, const std::string& rules = kRules) {
  const TemporaryFolder folder;
  folder.write("rules.yaml", rules);
  const std::string config =
      folder.write("config.yaml", "route:\n  receiver: a\n  routes:\n" + routes +
                                      "receivers: [{name: a}]\n"
                                      "sources: [{name: p, url: http://127.0.0.1:9090}]\n"
                                      "rule_files: [rules.yaml]\n"
                                      "global: {external_labels: {cluster: home}}\n");
  return in_short(check_file(config, all_codes_wanted()).findings);
}

TEST(Routes, ThatNoAlertComesTo) {
  struct Case {
    std::string matchers;
    bool is_reached;
  };
  for (const auto& [matchers, is_reached] : std::initializer_list<Case>{
           {"severity=critical", true},
           {"severity=page", true},  // the template may say so
           {"alertname=Down", true},
           {"alertname=Gone", false},
           {"alertname=Down, severity=page", false},
           {"alertname=Down, job=api", true},
           {"alertname=Down, job=web", false},
           {"alertname=Down, instance=x", true},
           {"alertname=Errors, job=api", false},
           {"alertname=Errors, job=\"\"", true},
           {"alertname=Errors, service=x", true},
           {"alertname=Errors, cluster=home", true},
           {"alertname=Errors, cluster=office", false},
           {"alertname=Down, cluster=office", true},  // the series may have it
           {"alertname=~\"D.*\", severity!=critical", false},
           {"team=web, alertname=Down", true},
           {"team!=web, alertname=Errors", false},
       }) {
    const auto found = found_for("  - {matchers: ['" + matchers + "']}\n");
    if (is_reached) {
      EXPECT_THAT(found, IsEmpty()) << matchers;
    } else {
      EXPECT_THAT(found, ElementsAre("4:5 route-unreachable")) << matchers;
    }
  }
}

TEST(Routes, BelowAndBehindOthers) {
  struct Case {
    std::string routes;
    std::vector<std::string> found;
  };
  for (const auto& [routes, found] : std::initializer_list<Case>{
           {"  - matchers: [alertname=Down]\n    routes:\n    - matchers: [severity=page]\n",
            {"6:7 route-unreachable"}},
           {"  - matchers: [alertname=Gone]\n    routes:\n    - matchers: [severity=page]\n",
            {"4:5 route-unreachable"}},
           {"  - matchers: [severity=critical]\n  - matchers: [severity=critical, team=web]\n",
            {"5:5 route-unreachable"}},
           {"  - matchers: [severity=critical]\n    continue: true\n"
            "  - matchers: [severity=critical, team=web]\n",
            {}},
           {"  - matchers: [severity=critical, team=web]\n  - matchers: [severity=critical]\n", {}},
           {"  - matchers: ['severity=~\"critical|page\"']\n  - matchers: [severity=critical]\n",
            {"5:5 route-unreachable"}},
           {"  - matchers: ['severity!=\"info\"']\n  - matchers: [severity=critical]\n",
            {"5:5 route-unreachable"}},
           {"  - matchers: ['severity=~\"critical\"']\n  - matchers: ['severity=~\"c.*\"']\n", {}},
           {"  - {}\n  - matchers: [severity=critical]\n", {"5:5 route-unreachable"}},
           {"  - matchers: [team=web]\n    routes:\n    - matchers: [team=web]\n"
            "    - matchers: [severity=critical]\n",
            {"7:7 route-unreachable"}},
       }) {
    EXPECT_THAT(found_for(routes), ElementsAreArray(found)) << routes;
  }
}

TEST(Routes, AreOnlyComparedWithEachOtherWhereThereAreNoRules) {
  EXPECT_THAT(found_for("  - matchers: [alertname=Gone]\n", ""), IsEmpty());
  EXPECT_THAT(found_for("  - {}\n  - {}\n", ""), ElementsAre("5:5 route-unreachable"));
}

TEST(Configuration, BringsItsRuleFilesAlong) {
  const TemporaryFolder folder;
  const std::string rules =
      folder.write("rules.yaml", "groups: [{name: g, rules: [{alert: A, expr: up}]}]\n");
  const std::string config = folder.write(
      "config.yaml",
      "route: {receiver: a}\nreceivers: [{name: a}]\nrule_files: [rules.yaml, none.yaml]\n"
      "sources: [{name: p, url: http://127.0.0.1:9090}]\n");
  const auto files = check_files({config, rules}, all_codes_wanted());
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].rules, 1U);
  EXPECT_THAT(in_short(files[0].findings), ElementsAre("3:26 configuration", "1:45 no-comparison"));
  EXPECT_EQ(files[0].findings[1].what.where.file, rules);
  EXPECT_THAT(in_short(files[1].findings), IsEmpty()) << "it has been said";
}

TEST(Configuration, ErrorsOfAllFilesAreTold) {
  const TemporaryFolder folder;
  folder.write("rules.yaml", "groups: [{name: g, rules: [{alert: A, expr: sum(up}]}]\n");
  const std::string config = folder.write("config.yaml",
                                          "route: {receiver: b}\nreceivers: [{name: a}]\n"
                                          "rule_files: [rules.yaml]\n"
                                          "sources: [{name: p, url: http://127.0.0.1:9090}]\n");
  EXPECT_THAT(in_short(check_file(config, all_codes_wanted()).findings),
              ElementsAre(HasSubstr("1:19 invalid: there is no receiver"),
                          HasSubstr("1:51 invalid: the expr is no expression")));
}

TEST(Files, ThatCannotBeReadAreErrors) {
  const TemporaryFolder folder;
  const std::string binary = folder.write("binary", std::string("\x7F"
                                                                "ELF\0\xFF\xFE",
                                                                7));
  const std::string large = folder.write("large", std::string(std::size_t{17} << 20, 'a'));
  const std::string cyclic = folder.write("cyclic", "groups: &a [*a]\n");
  const std::string bomb = folder.write("bomb", R"(a: &a [x, x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
groups: [*f, *f, *f, *f, *f, *f, *f, *f, *f, *f]
)");
  const auto said = [](const std::string& file) {
    return in_short(check_file(file, all_codes_wanted()).findings);
  };
  EXPECT_THAT(said("/nonexistent/file"),
              ElementsAre("0:0 invalid: the file cannot be read: No such file or directory"));
  EXPECT_THAT(said("/"), ElementsAre(HasSubstr("0:0 invalid: the file cannot be read")));
  EXPECT_THAT(said(binary), ElementsAre(HasSubstr("not valid UTF-8")));
  EXPECT_THAT(said(large), ElementsAre(HasSubstr("larger than 16 MiB")));
  EXPECT_THAT(said(cyclic), ElementsAre(HasSubstr("an alias stands inside")));
  EXPECT_THAT(said(bomb), ElementsAre(HasSubstr("aliases written out")));
}

TEST(Files, OfTenMegabytesAreLookedThrough) {
  std::string text = "groups:\n- name: g\n  rules:\n";
  std::size_t rules = 0;
  while (text.size() < std::size_t{10} << 20) {
    text += fmt::format(
        "  - alert: Alert{}\n    expr: sum by (job) (rate(requests_total{{code=~\"5..\"}}[30s])) > "
        "{}\n    annotations: {{summary: '{{{{ $labels.pod }}}}'}}\n",
        rules, rules);
    ++rules;
  }
  const CheckedFile file = check_text(text, "file.yaml", all_codes_wanted());
  EXPECT_EQ(file.rules, rules);
  EXPECT_EQ(file.findings.size(), 2 * rules);
}

}  // namespace
}  // namespace tocsin::check
