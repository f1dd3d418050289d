// Expressions are parsed when their file is: the place is that of the file, the words are
// Prometheus'.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/complaints.h"
#include "query/syntax/print.h"

namespace tocsin::config {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// What is said about a rule with this text after "expr:", which stands in line 4.
std::vector<std::string> said_of(const std::string& expr) {
  return rule_complaints("groups:\n- name: g\n  rules:\n  - expr: " + expr + "\n    alert: A\n");
}

TEST(Expression, IsShownHoweverItIsQuotedAndFolded) {
  struct Case {
    std::string yaml;
    std::string place;
    std::string rest;
  };
  const std::string no_metric = "parse error: unknown function with name \"nofn\"\n";
  for (const auto& [yaml, place, rest] : std::initializer_list<Case>{
           {"nofn(x)", "4:11", "1:1: " + no_metric + "    nofn(x)\n    ^"},
           {"1 + nofn(x)", "4:15", "1:5: " + no_metric + "    1 + nofn(x)\n        ^"},
           {"'1 + nofn(x)'", "4:16", "1:5: " + no_metric + "    1 + nofn(x)\n        ^"},
           {"\"1 + nofn(x)\"", "4:16", "1:5: " + no_metric + "    1 + nofn(x)\n        ^"},
           {"'x{a=''b''} + nofn(x)'", "4:25",
            "1:12: " + no_metric + "    x{a='b'} + nofn(x)\n               ^"},
           {"\"x{a=\\\"b\\\"} + nofn(x)\"", "4:25",
            "1:12: " + no_metric + "    x{a=\"b\"} + nofn(x)\n               ^"},
           {"|\n      1 +\n        nofn(x)", "6:9", "2:3: " + no_metric + "      nofn(x)\n      ^"},
           {"|\n\n\n      1 +\n      nofn(x)", "8:7", "2:1: " + no_metric + "    nofn(x)\n    ^"},
           {">-\n      1 +\n      nofn(x)", "6:7",
            "1:5: " + no_metric + "    1 + nofn(x)\n        ^"},
           {"1 +\n      nofn(x)", "5:7", "1:5: " + no_metric + "    1 + nofn(x)\n        ^"},
           {"\"1 +\\\n      nofn(x)\"", "5:7", "1:4: " + no_metric + "    1 +nofn(x)\n       ^"},
       }) {
    EXPECT_THAT(said_of(yaml), ElementsAre(place + ": the expr is no expression: " + rest)) << yaml;
  }
}

TEST(Expression, AllThatIsWrongWithTheTypesIsTold) {
  EXPECT_THAT(said_of("rate(x) + time(1)"), SizeIs(2));
  std::string many = "rate(x)";
  for (int i = 0; i < 100; ++i) many += " + rate(x)";
  EXPECT_THAT(said_of(many), SizeIs(5)) << "but not without end";
}

TEST(Expression, OfAnySizeIsRefusedInShort) {
  for (const std::string& expr :
       {std::string(500'000, '('), "x + " + std::string(500'000, '-') + "!",
        std::string(2'000'000, 'a') + "(", "\"" + std::string(1'500'000, 'b') + "\""}) {
    const auto said = said_of("'" + expr + "'");
    ASSERT_THAT(said, SizeIs(1)) << expr.substr(0, 10);
    EXPECT_LT(said[0].size(), 1000U) << expr.substr(0, 10);
  }
}

TEST(Expression, ExperimentalSyntaxIsForTheSourceToRefuse) {
  for (const std::string expr :
       {"sort_by_label(x, \"a\")", "limitk(1, x)", "rate(x[5m * 2])", "mad_over_time(x[5m])"}) {
    EXPECT_THAT(said_of(expr), IsEmpty()) << expr;
  }
}

TEST(Expression, IsShownToWhoObservesTheRules) {
  std::vector<Diagnostic> diagnostics;
  std::vector<std::string> seen;
  const auto observer = [&seen](const RuleReading& reading) {
    seen.push_back(reading.group.name + "/" + reading.rule.name + ": " +
                   (reading.expr == nullptr ? "none" : query::to_string(*reading.expr)));
    if (reading.expr == nullptr) return;
    EXPECT_EQ(reading.expr->span, (query::Span{0, 7})) << "of Rule::expression";
  };
  parse_rule_file(
      "groups: [{name: g, rules: [{alert: A, expr: ' up  ==0 '}, {alert: B, expr: up(}]}]",
      "rules.yaml", diagnostics, observer);
  EXPECT_THAT(seen, ElementsAre("g/A: up == 0", "g/B: none"));
}

TEST(Expression, OfATemplatesQueryIsCheckedToo) {
  EXPECT_THAT(rule_complaints(R"(
groups:
- name: g
  rules:
  - alert: A
    expr: 1
    annotations:
      summary: '{{ query "up == 0" }}{{ printf "up{%s" $labels.a | query }}'
      description: |
        {{ range query "sum(up" }}{{ end }}
)"),
              ElementsAre("10:31: annotation \"description\": its query is no expression: 1:7: "
                          "parse error: unclosed left parenthesis\n"
                          "    sum(up\n"
                          "          ^"));
}

}  // namespace
}  // namespace tocsin::config
