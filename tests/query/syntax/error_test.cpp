// What is refused: the words and the places.
#include "model/error.h"

#include <gtest/gtest.h>

#include "query/syntax/shape.h"

namespace tocsin::query {
namespace {

struct Case {
  std::string_view text, error;
};

void check(std::initializer_list<Case> cases, bool experimental = false) {
  for (const Case& each : cases)
    EXPECT_EQ(error_of(each.text, experimental), each.error) << each.text;
}

TEST(ParseErrors, OfExpressions) {
  check({
      {"", "1:1: parse error: no expression found in input"},
      {" # only this", "1:1: parse error: no expression found in input"},
      {"a b", "1:3: parse error: unexpected identifier \"b\""},
      {"a job:x", "1:3: parse error: unexpected metric identifier \"job:x\""},
      {"a 5", "1:3: parse error: unexpected number \"5\""},
      {"a 5m", "1:3: parse error: unexpected duration \"5m\""},
      {"a \"a long text\"", "1:3: parse error: unexpected string \"\\\"a long te\"..."},
      {"a +", "1:4: parse error: unexpected end of input"},
      {"+", "1:2: parse error: unexpected end of input"},
      {"* a", "1:1: parse error: unexpected <op:*>"},
      {"a = b", "1:3: parse error: unexpected \"=\""},
      {"a @ @", "1:5: parse error: unexpected <op:@> in @, expected timestamp"},
      {"a\n  +\n    )", "3:6: parse error: unexpected right parenthesis ')'"},
      {"(a", "1:3: parse error: unclosed left parenthesis"},
      {"()", "1:2: parse error: unexpected \")\""},
      {"(a,b)", "1:3: parse error: unexpected \",\""},
      {"a and", "1:6: parse error: unexpected end of input"},
      {"bool", "1:1: parse error: unexpected <bool>"},
      {"on", "1:1: parse error: unexpected <on>"},
      {"a == on", "1:8: parse error: unexpected end of input in grouping opts, expected \"(\""},
      {"x \xC3\xA4", "1:3: parse error: unexpected character: '\xC3\xA4'"},
      {"\"a\" \xFF", "1:5: parse error: unexpected character: '\xEF\xBF\xBD'"},
  });
}

TEST(ParseErrors, OfGroupings) {
  check({
      {"sum by a (x)",
       "1:8: parse error: unexpected identifier \"a\" in grouping opts, expected \"(\""},
      {"sum by (a b) (x)",
       "1:11: parse error: unexpected identifier \"b\" in grouping opts, expected \",\" or \")\""},
      {"sum by (1) (x)",
       "1:9: parse error: unexpected number \"1\" in grouping opts, expected label"},
      {"sum by (,) (x)", "1:9: parse error: unexpected \",\" in grouping opts, expected label"},
      {"sum by (without) (x)",
       "1:9: parse error: unexpected <without> in grouping opts, expected label"},
      {"sum by (\"\") (x)", "1:9: parse error: invalid label name for grouping: \"\""},
      {"sum by (a) x", "1:12: parse error: unexpected identifier \"x\" in aggregation"},
      {"sum(x) by (a) by (b)", "1:15: parse error: unexpected <by>"},
      {"sum(x y)", "1:7: parse error: unexpected identifier \"y\" in aggregation"},
      {"sum(", "1:5: parse error: unclosed left parenthesis"},
      {"a + group_left b", "1:5: parse error: unexpected <group_left>"},
      {"a + on (x) group_left group_left b",
       "1:23: parse error: unexpected <group_left> in grouping opts, expected \"(\""},
      {"a + on (x) on (y) b", "1:12: parse error: unexpected <on>"},
      {"a + ignoring x b",
       "1:14: parse error: unexpected identifier \"x\" in grouping opts, expected \"(\""},
  });
}

TEST(ParseErrors, OfSelectors) {
  check({
      {"x{a}",
       "1:4: parse error: unexpected \"}\" in label matching, expected label matching operator"},
      {"x{a=}", "1:5: parse error: unexpected \"}\" in label matching, expected string"},
      {"x{a=b}",
       "1:5: parse error: unexpected identifier \"b\" in label matching, expected string"},
      {"x{\"a\"=b}",
       "1:7: parse error: unexpected identifier \"b\" in label matching, expected string"},
      {"x{a=\"b\" c}",
       "1:9: parse error: unexpected identifier \"c\" in label matching, expected \",\" or \"}\""},
      {"x{,}",
       "1:3: parse error: unexpected \",\" in label matching, expected identifier or \"}\""},
      {"x{a=\"b\",,}",
       "1:9: parse error: unexpected \",\" in label matching, expected identifier or \"}\""},
      {"x{=\"b\"}",
       "1:3: parse error: unexpected \"=\" in label matching, expected identifier or \"}\""},
      {"x{a=\"b\"", "1:8: parse error: unexpected end of input inside braces"},
      {"x{a=~\"(\"}", "1:3: parse error: error parsing regexp: missing closing ): `(`"},
      {"x{a!~\"b)\"}", "1:3: parse error: error parsing regexp: unexpected ): `b)`"},
      {"x{a=~\"[b\"}", "1:3: parse error: error parsing regexp: missing closing ]: `[b`"},
      {"x{a=~\"*\"}",
       "1:3: parse error: error parsing regexp: missing argument to repetition operator: `*`"},
      {"x{a=~\"b**\"}",
       "1:3: parse error: error parsing regexp: invalid nested repetition operator: `**`"},
      {"x{a=~\"b{2000}\"}",
       "1:3: parse error: error parsing regexp: invalid repeat count: `{2000}`"},
      {"x{a=~\"(?=b)\"}",
       "1:3: parse error: error parsing regexp: invalid or unsupported Perl syntax: `(?=`"},
      {"x{a=~`[z-a]`}",
       "1:3: parse error: error parsing regexp: invalid character class range: `z-a`"},
      {"x{a=~`\\8`}", "1:3: parse error: error parsing regexp: invalid escape sequence: `\\8`"},
      {"x{a=~`(?P<n`}", "1:3: parse error: error parsing regexp: invalid named capture: `(?P<n`"},
      {"x{a=~`\\`}",
       "1:3: parse error: error parsing regexp: trailing backslash at end of expression: `\\`"},
      {"x{a=~\"\\xac\"}", "1:3: parse error: error parsing regexp: invalid UTF-8: \"\\xac\""},
      {"x{}{}", "1:4: parse error: unexpected \"{\""},
      {"1{}", "1:2: parse error: unexpected \"{\""},
  });
}

TEST(ParseErrors, OfModifiers) {
  check({
      {"x[]",
       "1:3: parse error: unexpected \"]\" in subquery or range selector, expected number, "
       "duration, step(), or range()"},
      {"x[5m", "1:5: parse error: unclosed left bracket"},
      {"x[0]", "1:3: parse error: duration must be greater than 0"},
      {"x[-5m]", "1:3: parse error: duration must be greater than 0"},
      {"x[5m:0s]", "1:6: parse error: duration must be greater than 0"},
      {"x[1e18]", "1:3: parse error: duration out of range"},
      {"x[NaN]", "1:3: parse error: unexpected character in duration expression: 'N'"},
      {"x[5m 5m]",
       "1:6: parse error: unexpected duration \"5m\" in subquery or range, expected \":\" or "
       "\"]\""},
      {"x[5m:)]", "1:7: parse error: unexpected right parenthesis ')'"},
      {"x[5m:*]",
       "1:6: parse error: unexpected <op:*> in subquery selector, expected number, "
       "duration, step(), range(), or \"]\""},
      {"x[5m:5m 5m]",
       "1:9: parse error: unexpected duration \"5m\" in subquery selector, expected \"]\""},
      {"abs(x)[5m]", "1:7: parse error: ranges only allowed for vector selectors"},
      {"(x)[5m]", "1:4: parse error: ranges only allowed for vector selectors"},
      {"x[5m][5m]", "1:6: parse error: ranges only allowed for vector selectors"},
      {"x offset 5m[5m]", "1:12: parse error: no offset modifiers allowed before range"},
      {"x @ 1 [5m]", "1:7: parse error: no @ modifiers allowed before range"},
      {"x offset",
       "1:9: parse error: unexpected end of input in offset, expected number, duration, "
       "step(), or range()"},
      {"x offset y",
       "1:10: parse error: unexpected identifier \"y\" in offset, expected number, duration, "
       "step(), "
       "or range()"},
      {"x offset 5m offset 5m", "1:1: parse error: offset may not be set multiple times"},
      {"1 offset 5m",
       "1:1: parse error: offset modifier must be preceded by an instant vector "
       "selector or range vector selector or a subquery"},
      {"x @", "1:4: parse error: unexpected end of input in @, expected timestamp"},
      {"x @ y", "1:5: parse error: unexpected identifier \"y\" in @, expected timestamp"},
      {"x @ start", "1:10: parse error: unexpected end of input in @, expected timestamp"},
      {"x @ 1 @ 2", "1:1: parse error: @ <timestamp> may not be set multiple times"},
      {"x @ 1 @ end()", "1:1: parse error: @ <timestamp> may not be set multiple times"},
      {"x @ Inf", "1:1: parse error: timestamp out of bounds for @ modifier: +Inf"},
      {"x @ -inf", "1:1: parse error: timestamp out of bounds for @ modifier: -Inf"},
      {"x @ nan", "1:1: parse error: timestamp out of bounds for @ modifier: NaN"},
      {"sum(x) @ 1",
       "1:1: parse error: @ modifier must be preceded by an instant vector selector or "
       "range vector selector or a subquery"},
  });
}

TEST(ParseErrors, OfLiterals) {
  check({
      {"0x",
       "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"0x\": invalid "
       "syntax"},
      {"1e999",
       "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"1e999\": value "
       "out of range"},
      {"5hs", "1:1: parse error: unknown unit \"hs\" in duration \"5hs\""},
      {"1m1h", "1:1: parse error: not a valid duration string: \"1m1h\""},
      {"1m1m", "1:1: parse error: not a valid duration string: \"1m1m\""},
      {"300y", "1:1: parse error: duration out of range"},
      {"x[99999999999999999999999y]",
       "1:3: parse error: not a valid duration string: \"99999999999999999999999y\""},
      {"\"\\q\"", "1:1: parse error: unknown escape sequence U+0071 'q'"},
  });
}

TEST(ParseErrors, OfCalls) {
  check({
      {"foo(x)", "1:1: parse error: unknown function with name \"foo\""},
      {"Abs(x)", "1:1: parse error: unknown function with name \"Abs\""},
      {"foo(bar(x))", "1:5: parse error: unknown function with name \"bar\""},
      {"abs(x,)", "1:6: parse error: trailing commas not allowed in function call args"},
      {"abs(x, *)", "1:6: parse error: trailing commas not allowed in function call args"},
      {"abs(,x)", "1:5: parse error: unexpected \",\""},
      {"abs(x y)", "1:7: parse error: unexpected identifier \"y\""},
      {"abs()", "1:1: parse error: expected 1 argument(s) in call to \"abs\", got 0"},
      {"abs(x, y)", "1:1: parse error: expected 1 argument(s) in call to \"abs\", got 2"},
      {"round()", "1:1: parse error: expected at least 1 argument(s) in call to \"round\", got 0"},
      {"round(x, 1, 2)",
       "1:1: parse error: expected at most 2 argument(s) in call to \"round\", got 3"},
      {"label_join(x, 'a')",
       "1:1: parse error: expected at least 3 argument(s) in call to \"label_join\", got 2"},
      {"sum()", "1:1: parse error: no arguments for aggregate expression provided"},
      {"sum(x, y)",
       "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 1, "
       "got 2"},
      {"topk(x)",
       "1:1: parse error: wrong number of arguments for aggregate expression provided, "
       "expected 2, got 1"},
  });
}

TEST(ParseErrors, OfTypes) {
  check({
      {"rate(x)",
       "1:6: parse error: expected type range vector in call to function \"rate\", got instant "
       "vector"},
      {"abs(x[5m])",
       "1:5: parse error: expected type instant vector in call to function \"abs\", got range "
       "vector"},
      {"abs(1)",
       "1:5: parse error: expected type instant vector in call to function \"abs\", got scalar"},
      {"vector(x)",
       "1:8: parse error: expected type scalar in call to function \"vector\", got instant vector"},
      {"label_join(x, 1, 'a')",
       "1:15: parse error: expected type string in call to function \"label_join\", got scalar"},
      {"sum('a')",
       "1:5: parse error: expected type instant vector in aggregation expression, got string"},
      {"sum(x[5m])",
       "1:5: parse error: expected type instant vector in aggregation expression, got range "
       "vector"},
      {"topk(x, y)",
       "1:6: parse error: expected type scalar in aggregation parameter, got instant vector"},
      {"count_values(1, x)",
       "1:14: parse error: expected type string in aggregation parameter, got scalar"},
      {"-'a'",
       "1:1: parse error: unary expression only allowed on expressions of type scalar or "
       "instant vector, got \"string\""},
      {"x + 'a'",
       "1:5: parse error: binary expression must contain only scalar and instant vector "
       "types"},
      {"x[5m] + 1",
       "1:1: parse error: binary expression must contain only scalar and instant vector "
       "types"},
      {"1 == 2", "1:3: parse error: comparisons between scalars must use BOOL modifier"},
      {"(1) > (2)", "1:5: parse error: comparisons between scalars must use BOOL modifier"},
      {"x + bool y", "1:3: parse error: bool modifier can only be used on comparison operators"},
      {"1 and x", "1:1: parse error: set operator \"and\" not allowed in binary scalar expression"},
      {"x or 1", "1:1: parse error: set operator \"or\" not allowed in binary scalar expression"},
      {"1 + on (a) x", "1:1: parse error: vector matching only allowed between instant vectors"},
      {"x and on (a) group_left y", "1:1: parse error: no grouping allowed for \"and\" operation"},
      {"x + on (a) group_left (a) y",
       "1:3: parse error: label \"a\" must not occur in ON and GROUP clause at once"},
      {"{}", "1:1: parse error: vector selector must contain at least one non-empty matcher"},
      {"{a=\"\"}", "1:1: parse error: vector selector must contain at least one non-empty matcher"},
      {"{a=~\".*\"}",
       "1:1: parse error: vector selector must contain at least one non-empty matcher"},
      {"{a!=\"b\"}",
       "1:1: parse error: vector selector must contain at least one non-empty matcher"},
      {"x{__name__=\"y\"}", "1:1: parse error: metric name must not be set twice: \"x\" or \"y\""},
      {"x{\"y\"}", "1:1: parse error: metric name must not be set twice: \"x\" or \"y\""},
      {"1[5m:]",
       "1:1: parse error: subquery is only allowed on instant vector, got scalar instead"},
      {"x[5m][5m:]",
       "1:1: parse error: subquery is only allowed on instant vector, got matrix instead"},
  });
}

TEST(ParseErrors, OfWhatIsExperimental) {
  check({
      {"mad_over_time(x[5m])", "1:1: parse error: function \"mad_over_time\" is not enabled"},
      {"step()", "1:1: parse error: function \"step\" is not enabled"},
      {"limitk(1, x)",
       "1:1: parse error: limitk() is experimental and must be enabled with "
       "--enable-feature=promql-experimental-functions"},
      {"x[5m+1m]", "1:3: parse error: experimental duration expression is not enabled"},
      {"x[(5m)]", "1:4: parse error: experimental duration expression is not enabled"},
      {"x[step()]", "1:3: parse error: experimental duration expression is not enabled"},
      {"x offset (5m)", "1:11: parse error: experimental duration expression is not enabled"},
      {"x anchored", "1:1: parse error: anchored modifier is experimental and not enabled"},
      {"x[5m] smoothed", "1:1: parse error: smoothed modifier is experimental and not enabled"},
      {"a + fill (0) b", "1:1: parse error: binop fill modifiers are experimental and not enabled"},
  });
  for (const char* text :
       {"mad_over_time(x[5m])", "step()", "limitk(1, x)", "x[5m+1m]", "x[(5m)]", "x[step()]",
        "x offset (5m)", "x anchored", "x[5m] smoothed", "a + fill (0) b"}) {
    EXPECT_EQ(error_of(text, true), "");
  }
}

TEST(ParseErrors, InWhatIsExperimental) {
  check(
      {
          {"x anchored smoothed",
           "1:1: parse error: anchored and smoothed modifiers cannot be used together"},
          {"x[5m:] anchored",
           "1:1: parse error: anchored modifier is not supported for subqueries"},
          {"abs(x) smoothed", "1:1: parse error: smoothed modifier not implemented"},
          {"a + fill () b",
           "1:11: parse error: unexpected \")\" in fill modifier, expected number"},
          {"a + fill (1) fill (2) b", "1:14: parse error: unexpected <fill>"},
          {"1 + fill (1) b",
           "1:1: parse error: filling in missing series only allowed between instant vectors"},
          {"a or fill (1) b",
           "1:1: parse error: filling in missing series not allowed for set operators"},
          {"info(x, y)",
           "1:9: parse error: expected label selectors only, got vector selector instead"},
          {"info(x, abs(y))", "1:9: parse error: expected label selectors only"},
          {"info(x, 1)",
           "1:1: parse error: expected type instant vector in call to function "
           "\"info\", got scalar"},
          {"x[foo(1)]", "1:3: parse error: unexpected character in duration expression: 'f'"},
          {"x offset foo(1)",
           "1:10: parse error: unexpected identifier \"foo\" in offset, expected "
           "number, duration, step(), or range()"},
          {"x[min_of(1)]",
           "1:11: parse error: unexpected \")\" in subquery or range selector, "
           "expected number, duration, step(), or range()"},
      },
      true);
}

TEST(ParseErrors, AreAllTold) {
  const Parsed parsed = parse_expression("foo(x) + rate(1, 2) + bar(y)");
  ASSERT_EQ(parsed.errors.size(), 2U);  // types are looked at where there is no other error
  EXPECT_EQ(parsed.errors[1].message, "unknown function with name \"bar\"");
  EXPECT_EQ(parsed.errors[1].where, (Span{22, 25}));
  const Parsed types = parse_expression("rate(x) + abs('a')");
  ASSERT_EQ(types.errors.size(), 2U);
  EXPECT_EQ(types.errors[1].where, (Span{14, 17}));
}

TEST(ParseSelector, TakesSelectorsOnly) {
  EXPECT_EQ(parse_selector("x{a=\"b\"}").size(), 2U);
  EXPECT_EQ(parse_selector("{a=\"b\"}").size(), 1U);
  EXPECT_EQ(parse_selector("sum").size(), 1U);
  EXPECT_EQ(parse_selector("{}").size(), 0U);
  const auto complaint = [](std::string_view text) -> std::string {
    try {
      parse_selector(text);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(complaint("x[5m]"), "1:2: parse error: unexpected \"[\"");
  EXPECT_EQ(complaint("1"), "1:1: parse error: unexpected number \"1\"");
  EXPECT_EQ(complaint(""), "1:1: parse error: unexpected end of input");
  EXPECT_EQ(complaint("x{"), "1:3: parse error: unexpected end of input inside braces");
  EXPECT_EQ(complaint(std::string(kMaxExpression + 1, 'x')), "the selector is too long");
}

}  // namespace
}  // namespace tocsin::query
