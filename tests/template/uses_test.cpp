#include "template/uses.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include "rule/rule_template.h"

namespace tocsin::tmpl {
namespace {

using ::testing::ElementsAreArray;

/// "$labels/job@3", with a ? where it is tested.
std::vector<std::string> fields(const Template& parsed) {
  std::vector<std::string> all;
  for (const FieldUse& use : uses_of(parsed).fields) {
    all.push_back(
        fmt::format("{}@{}{}", fmt::join(use.path, "/"), use.at, use.is_tested ? "?" : ""));
  }
  return all;
}

TEST(Uses, OfFields) {
  struct Case {
    std::string text;
    std::vector<std::string> fields;
  };
  for (const auto& [text, expected] : std::initializer_list<Case>{
           {"plain $labels.job", {}},
           {"{{ $labels.job }}", {"$labels/job@10"}},
           {"{{ .Labels.job }}{{ $.Value }}", {"./Labels/job@10", "./Value@21"}},
           {"{{ index $labels \"a b\" }}", {"$labels/a b@9"}},
           {"{{ index .Labels \"a\" | toUpper }}", {"./Labels/a@9"}},
           {"{{ index $labels $externalURL }}", {}},
           {"{{ printf \"%s\" ($labels.a | title) }}", {"$labels/a@23"}},
           {"{{ if $labels.a }}{{ $labels.b }}{{ else }}{{ .Labels.c }}{{ end }}",
            {"$labels/a@13?", "$labels/b@28", "./Labels/c@53"}},
           {"{{ with $labels.a }}{{ .Labels.b }}{{ $.Labels.c }}{{ else }}{{ .Labels.d }}{{ end }}",
            {"$labels/a@15?", "./Labels/c@39", "./Labels/d@71"}},
           {"{{ range query \"up\" }}{{ .Labels.a }}{{ $labels.b }}{{ end }}", {"$labels/b@47"}},
           {"{{ $labels := $externalLabels }}{{ $labels.a }}", {}},
           {"{{ define \"x\" }}{{ .Labels.a }}{{ $.Labels.b }}{{ end }}", {}},
       }) {
    EXPECT_THAT(fields(rule::parse_rule_template(text, "x")), ElementsAreArray(expected)) << text;
  }
}

TEST(Uses, OfFunctionsWithConstants) {
  struct Case {
    std::string text;
    std::vector<std::string> calls;
  };
  for (const auto& [text, expected] : std::initializer_list<Case>{
           {"{{ query \"up == 0\" | first | value }}", {"query(up == 0)@9"}},
           {"{{ \"up\" | query }}", {"query(up)@3"}},
           {"{{ range query `up{a=\"b\"}` }}{{ end }}", {"query(up{a=\"b\"})@15"}},
           {"{{ with printf \"up{a=%q}\" $labels.a | query }}{{ end }}", {}},
           {"{{ define \"x\" }}{{ query \"a\" }}{{ end }}", {"query(a)@25"}},
           {"{{ query $externalURL }}", {}},
       }) {
    std::vector<std::string> all;
    const Template parsed = rule::parse_rule_template(text, "x");
    for (const ConstantCall& call : uses_of(parsed).calls) {
      all.push_back(fmt::format("{}({})@{}", call.function, call.argument, call.at));
    }
    EXPECT_THAT(all, ElementsAreArray(expected)) << text;
  }
}

TEST(Uses, PlacesInConstantsAreThoseOfTheTemplate) {
  const ConstantCall raw{"query", "a\\b", "`a\\b`", 10};
  EXPECT_EQ(offset_in(raw, 0), 11U);
  EXPECT_EQ(offset_in(raw, 2), 13U);
  const ConstantCall quoted{"query", "a\"b", "\"a\\\"b\"", 10};
  EXPECT_EQ(offset_in(quoted, 1), 12U);
  EXPECT_EQ(offset_in(quoted, 2), 14U);
  EXPECT_EQ(offset_in(quoted, 99), 16U) << "not behind its end";
}

}  // namespace
}  // namespace tocsin::tmpl
