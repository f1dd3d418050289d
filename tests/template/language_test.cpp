#include <gtest/gtest.h>

#include "template/cases.h"
#include "template/render.h"

namespace tocsin::tmpl {
namespace {

TEST(TemplateLanguage, Table) {
  for (const Case& each : language_cases())
    EXPECT_EQ(render(each.text), each.expected) << each.text;
}

TEST(TemplateLanguage, NewerThanPromtool242) {
  const std::vector<Case> cases = {
      {"{{ range 3 }}{{ . }}{{ end }}", "012"},
      {"{{ range $i := 2 }}{{ $i }}{{ end }}", "01"},
      {"{{ range 0 }}x{{ else }}none{{ end }}", "none"},
      {"{{ with \"\" }}a{{ else with \"b\" }}{{ . }}{{ else }}c{{ end }}", "b"},
      {"{{ with \"\" }}a{{ else with \"\" }}{{ . }}{{ else }}c{{ end }}", "c"},
  };
  for (const Case& each : cases) EXPECT_EQ(render(each.text), each.expected) << each.text;
}

TEST(TemplateLanguage, KnowsLiteralsAndPureOnes) {
  EXPECT_TRUE(rule::parse_rule_template("plain }} text", "t").is_literal());
  EXPECT_FALSE(rule::parse_rule_template("{{ 1 }}", "t").is_literal());
  EXPECT_TRUE(rule::parse_rule_template("{{ $labels.a | humanize }}", "t").is_pure());
  EXPECT_FALSE(rule::parse_rule_template("{{ now }}", "t").is_pure());
  EXPECT_FALSE(
      rule::parse_rule_template("{{ if false }}{{ query \"x\" }}{{ end }}", "t").is_pure());
}

TEST(TemplateLanguage, PredefinedVariablesAreUnknownInDefinitions) {
  EXPECT_THROW(render("{{ define \"x\" }}{{ $labels }}{{ end }}"), InvalidInput);
}

TEST(TemplateLanguage, DataMayBeMapsAndLists) {
  const Value data = Map{{{"alerts", List{{Value(1), Value("b")}}}, {"nothing", Value()}}};
  const auto rendered = [&](std::string_view text) {
    return Template::parse(text, "t", builtins()).execute(data);
  };
  EXPECT_EQ(rendered("{{ .alerts }} {{ index .alerts 1 }} {{ len .alerts }}"), "[1 b] b 2");
  EXPECT_EQ(rendered("{{ .nothing }} {{ .unknown }}"), "<no value> <no value>");
  EXPECT_EQ(rendered("{{ range $k, $v := . }}{{ $k }};{{ end }}"), "alerts;nothing;");
  EXPECT_EQ(rendered("{{ slice .alerts 1 2 }}"), "[b]");
}

}  // namespace
}  // namespace tocsin::tmpl
