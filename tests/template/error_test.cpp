#include "model/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "template/cases.h"
#include "template/render.h"

namespace tocsin::tmpl {
namespace {

TEST(TemplateErrors, ParsingNamesThePlace) {
  const std::vector<Case> cases = {
      {"{{", "t:1:3: unclosed action"},
      {"a\n  {{ $x }}", "t:2:6: undefined variable \"$x\""},
      {"{{ nope 1 }}", "t:1:4: function \"nope\" not defined"},
      {"{{ if 1 }}", "t:1:11: unexpected EOF"},
      {"{{ end }}", "t:1:4: unexpected {{end}}"},
      {"{{ else }}", "t:1:4: unexpected {{else}}"},
      {"{{ if }}x{{ end }}", "t:1:7: missing value for if"},
      {"{{ }}", "t:1:4: missing value for command"},
      {"{{ 1 | 2 }}", "t:1:8: non executable command in pipeline stage 2"},
      {"{{ \"a }}", "t:1:4: unterminated quoted string"},
      {"{{ `a }}", "t:1:4: unterminated raw quoted string"},
      {"{{ (1 }}", "t:1:7: unclosed left paren"},
      {"{{ 1) }}", "t:1:5: unexpected right paren"},
      {"{{ 1a }}", "t:1:4: illegal number syntax: \"1a\""},
      {"{{ 'ab' }}", "t:1:4: malformed character constant: 'ab'"},
      {"{{ \"\\z\" }}", "t:1:4: invalid syntax in string \"\\z\""},
      {"{{ /* a }}", "t:1:4: unexpected \"/\" in command"},
      {"{{/* a }}", "t:1:1: unclosed comment"},
      {"{{ break }}", "t:1:4: {{break}} outside {{range}}"},
      {"{{ range $a, $b, $c := . }}{{ end }}", "t:1:14: too many declarations in range"},
      {"{{ $a, $b := 1 }}", "t:1:4: too many declarations in command"},
      {"{{ define \"a\" }}1{{ end }}{{ define \"a\" }}2{{ end }}",
       "t:1:37: template: multiple definition of template \"a\""},
      {"{{ template x }}", "t:1:13: unexpected \"x\" in template clause"},
      {"{{ 1 & 2 }}", "t:1:6: unexpected \"&\" in operand"},
      {"{{ 1.x }}", "t:1:4: illegal number syntax: \"1.x\""},
      {"{{ nil.x }}", "t:1:7: unexpected . after term \"nil\""},
  };
  for (const Case& each : cases) {
    try {
      render(each.text);
      ADD_FAILURE() << "taken: " << each.text;
    } catch (const InvalidInput& error) {
      EXPECT_EQ(std::string_view(error.what()), each.expected) << each.text;
    }
  }
}

TEST(TemplateErrors, ExecutingNamesThePlace) {
  const std::string at = "template: t:1:";
  const std::vector<std::pair<std::string_view, std::string>> cases = {
      {"{{ .nope }}",
       at + "3: executing \"t\" at <.nope>: can't evaluate field nope in type struct"},
      {"{{ $value.x }}",
       at + "9: executing \"t\" at <$value.x>: can't evaluate field x in type float64"},
      {"{{ nil }}", at + "3: executing \"t\" at <nil>: nil is not a command"},
      {"{{ first (query \"none\") }}",
       at + "3: executing \"t\" at <first (query \"none\")>: error "
            "calling first: first() called on vector with no elements"},
      {"{{ query \"bad\" }}", at +
                                  "3: executing \"t\" at <query \"bad\">: error calling query: the "
                                  "source is gone"},
      {"{{ template \"x\" }}",
       at + "12: executing \"t\" at <{{template \"x\"}}>: template \"x\" not defined"},
      {"{{ len 3 }}", at + "3: executing \"t\" at <len 3>: error calling len: len of type int"},
      {"{{ index \"a\" 5 }}",
       at + "3: executing \"t\" at <index \"a\" 5>: error calling index: index out of range: 5"},
      {"{{ slice \"abc\" 2 1 }}", at + "3: executing \"t\" at <slice \"abc\" 2 1>: error calling "
                                       "slice: invalid slice index: 2 > 1"},
      {"{{ lt 1 \"a\" }}", at +
                               "3: executing \"t\" at <lt 1 \"a\">: error calling lt: incompatible "
                               "types for comparison"},
      {"{{ if gt $value 1 }}{{ end }}",
       at + "6: executing \"t\" at <gt $value 1>: error calling gt: "
            "incompatible types for comparison"},
      {"{{ toUpper 5 }}", at + "11: executing \"t\" at <5>: expected string; found 5"},
      {"{{ toUpper $value }}",
       at + "11: executing \"t\" at <$value>: wrong type for value; expected string; got float64"},
      {"{{ toUpper }}",
       at + "3: executing \"t\" at <toUpper>: wrong number of args for toUpper: want "
            "1 got 0"},
      {"{{ printf }}",
       at + "3: executing \"t\" at <printf>: wrong number of args for printf: want at "
            "least 1 got 0"},
      {"{{ $value 5 }}",
       at + "3: executing \"t\" at <$value>: can't give argument to non-function $value"},
      {"{{ range $value }}{{ end }}",
       at + "9: executing \"t\" at <$value>: range can't iterate over 123456.789"},
      {"{{ humanize \"abc\" }}",
       at + "3: executing \"t\" at <humanize \"abc\">: error calling "
            "humanize: strconv.ParseFloat: parsing \"abc\": invalid syntax"},
      {"{{ humanize $labels }}", at + "3: executing \"t\" at <humanize $labels>: error calling "
                                      "humanize: can't convert map[string]string to float"},
      {"{{ reReplaceAll \"(\" \"\" \"a\" }}",
       at + "3: executing \"t\" at <reReplaceAll \"(\" \"\" …>: "
            "error calling reReplaceAll: error parsing "
            "regexp: missing ): (: \"(\""},
      {"{{ parseDuration \"x\" }}",
       at + "3: executing \"t\" at <parseDuration \"x\">: error calling parseDuration: "},
      {"{{ humanizeTimestamp 1e300 }}",
       at + "3: executing \"t\" at <humanizeTimestamp 1e…>: error calling humanizeTimestamp: "},
  };
  for (const auto& [text, expected] : cases) {
    try {
      ADD_FAILURE() << "rendered: " << text << " -> " << render(text);
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), testing::StartsWith(expected)) << text;
    }
  }
}

}  // namespace
}  // namespace tocsin::tmpl
