// What expressions are: precedence, modifiers, literals, selectors.
#include <gtest/gtest.h>

#include "query/syntax/shape.h"

namespace tocsin::query {
namespace {

struct Case {
  std::string_view text, shape;
};

void check(std::initializer_list<Case> cases) {
  for (const Case& each : cases) EXPECT_EQ(shape_of(each.text), each.shape) << each.text;
}

TEST(Tree, BindsOperators) {
  check({
      {"a + b * c ^ d", "(+ a (* b (^ c d)))"},
      {"a * b + c", "(+ (* a b) c)"},
      {"a - b - c", "(- (- a b) c)"},
      {"a / b % c atan2 d", "(atan2 (% (/ a b) c) d)"},
      {"a ^ b ^ c", "(^ a (^ b c))"},
      {"a == b + c", "(== a (+ b c))"},
      {"a > b < c", "(< (> a b) c)"},
      {"a </ b >/ c", "(>/ (</ a b) c)"},
      {"a or b and c", "(or a (and b c))"},
      {"a and b unless c", "(unless (and a b) c)"},
      {"a or b or c", "(or (or a b) c)"},
      {"a AND b == c", "(and a (== b c))"},
      {"(a + b) * c", "(* (paren (+ a b)) c)"},
      {"a + (b)", "(+ a (paren b))"},
  });
}

TEST(Tree, BindsSigns) {
  check({
      {"-a", "(- a)"},
      {"+a", "(+ a)"},
      {"-a * b", "(* (- a) b)"},
      {"-a ^ b", "(- (^ a b))"},
      {"a ^ -b", "(^ a (- b))"},
      {"a ^ -b ^ c", "(^ a (- (^ b c)))"},
      {"2 ^ -1 * 3", "(* (^ 2 -1) 3)"},
      {"a - -b", "(- a (- b))"},
      {"- -a", "(- (- a))"},
      {"-1", "-1"},
      {"+1", "1"},
      {"- -1", "1"},
      {"-1 ^ 2", "(- (^ 1 2))"},
      {"-(1)", "(- (paren 1))"},
      {"-5m", "-5m"},
      {"-a[5m]",
       "1:1: parse error: unary expression only allowed on expressions of type scalar or "
       "instant vector, got \"range vector\""},
      {"-x offset 5m", "(- x offset 5m)"},
  });
}

TEST(Tree, KeepsWhatStandsAtOperators) {
  check({
      {"a == bool b", "(== bool a b)"},
      {"a + on (x, y) b", "(+ on (x, y) a b)"},
      {"a + on () b", "(+ on () a b)"},
      {"a + ignoring () b", "(+ a b)"},
      {"a + ignoring (x,) b", "(+ ignoring (x) a b)"},
      {"a > bool ignoring (x) group_left b", "(> bool ignoring (x) group_left () a b)"},
      {"a / on (x) group_right (y, z,) b", "(/ on (x) group_right (y, z) a b)"},
      {"a and on (x) b", "(and on (x) a b)"},
      {"a * on (sum, bool, on, by, offset, start, atan2, and) b",
       "(* on (sum, bool, on, by, offset, start, atan2, and) a b)"},
      {"a * on (a:b, \"c d\", \"without\", 'nan') b",
       "(* on (a:b, \"c d\", \"without\", \"nan\") a b)"},
      {"a * fill (1) b", "(* fill (1) a b)"},
      {"a * fill_left (-1) b", "(* fill_left (-1) a b)"},
      {"a * fill_right (+Inf) fill_left (5m) b", "(* fill_left (300) fill_right (+Inf) a b)"},
      {"a * fill_left (1) fill_right (1) b", "(* fill (1) a b)"},
      {"a * on (x) group_left fill (NaN) b",
       "(* on (x) group_left () fill_left (NaN) fill_right (NaN) a b)"},
      {"a * fill", "(* a fill)"},
      {"1 + bool", "1:9: parse error: unexpected end of input"},
      {"2 + on () x", "(+ 2 x)"},
  });
}

TEST(Tree, KeepsAggregations) {
  check({
      {"sum(x)", "(sum x)"},
      {"SUM by (a) (x)", "(sum by (a) x)"},
      {"sum(x) by (a, b)", "(sum by (a, b) x)"},
      {"sum without () (x)", "(sum without () x)"},
      {"sum by () (x)", "(sum x)"},
      {"topk(3, x)", "(topk 3 x)"},
      {"topk by (a) (3, x)", "(topk by (a) 3 x)"},
      {"count_values('v', x) without (a)", "(count_values without (a) \"v\" x)"},
      {"limit_ratio(-0.5, x)", "(limit_ratio -0.5 x)"},
      {"sum(sum(x) by (a)) by (b)", "(sum by (b) (sum by (a) x))"},
      {"-sum(x) ^ 2", "(- (^ (sum x) 2))"},
      {"sum", "sum"},
      {"sum + count", "(+ sum count)"},
      {"by{a=\"b\"}", "by{a=\"b\"}"},
      {"sum by (fill, inf2) (x)", "(sum by (fill, inf2) x)"},
  });
}

TEST(Tree, KeepsCalls) {
  check({
      {"time()", "(time)"},
      {"abs(x)", "(abs x)"},
      {"round(x, 5)", "(round x 5)"},
      {"label_replace(x, 'a', \"$1\", `b`, '(.*)')",
       "(label_replace x \"a\" \"$1\" \"b\" \"(.*)\")"},
      {"rate(x[5m])", "(rate x[5m])"},
      {"max_of(1, min_of(2, 3))", "(max_of 1 (min_of 2 3))"},
      {"start() + end() + step() + range()", "(+ (+ (+ (start) (end)) (step)) (range))"},
      {"step + range", "(+ step range)"},
      {"info(x, {a=~\".*\"})", "(info x {a=~\".*\"})"},
      {"day_of_week()", "(day_of_week)"},
  });
}

TEST(Tree, KeepsSelectors) {
  check({
      {"x{}", "x"},
      {"x{a=\"b\",}", "x{a=\"b\"}"},
      {"x{b='2',a!=`1`,c=~\"d.*\",e!~\"\"}", "x{a!=\"1\",b=\"2\",c=~\"d.*\",e!~\"\"}"},
      {"{a=\"b\"}", "{a=\"b\"}"},
      {"{\"my.metric\"}", "{__name__=\"my.metric\"}"},
      {"{\"my.metric\", \"label.name\"=\"x\"}", "{\"label.name\"=\"x\",__name__=\"my.metric\"}"},
      {"{__name__=~\"a|b\"}", "{__name__=~\"a|b\"}"},
      {"x{on=\"1\",by=\"2\",sum=\"3\",inf=\"4\"}", "x{by=\"2\",inf=\"4\",on=\"1\",sum=\"3\"}"},
      {"x{a=\"\\u00e4\\n\\\"\"}", "x{a=\"\xC3\xA4\\n\\\"\"}"},
      {"x{'a:b'=\"c\"}", "x{\"a:b\"=\"c\"}"},
      {"x{\"\"=\"c\"}", "x{\"\"=\"c\"}"},
      {":x:", ":x:"},
      {"offset offset 5m", "offset offset 5m"},
      {"anchored anchored", "anchored anchored"},
  });
}

TEST(Tree, KeepsModifiers) {
  check({
      {"x[5m]", "x[5m]"},
      {"x[300]", "x[5m]"},
      {"x[0.5]", "x[500ms]"},
      {"x[+5m]", "x[5m]"},
      {"x[1h30m] offset 1d", "x[1h30m] offset 1d"},
      {"x offset -5m", "x offset -5m"},
      {"x offset +90", "x offset 1m30s"},
      {"x offset - -5m", "x offset 5m"},
      {"x offset 0", "x"},
      {"x offset 5m + 3", "(+ x offset 5m 3)"},
      {"x offset -2^2", "(^ x offset -2s 2)"},
      {"x @ 5", "x @ 5.000"},
      {"x @ -5.5", "x @ -5.500"},
      {"x @ 1e3 offset 5m", "x @ 1000.000 offset 5m"},
      {"x offset 5m @ start()", "x @ start() offset 5m"},
      {"x[5m] @ end()", "x[5m] @ end()"},
      {"x @ 1m", "x @ 60.000"},
      {"x @ 0.0005", "x @ 0.001"},
      {"x[5m:]", "([5m:] x)"},
      {"x[5m:1m]", "([5m:1m] x)"},
      {"(a + b)[1h:30]", "([1h:30s] (paren (+ a b)))"},
      {"rate(x[5m])[1h:] offset 5m @ 7", "([1h:] @ 7.000 offset 5m (rate x[5m]))"},
      {"x[5m] anchored", "x[5m] anchored"},
      {"x smoothed @ 1 offset 5m", "x @ 1.000 smoothed offset 5m"},
      {"x[5m] @ 1 smoothed", "x[5m] smoothed @ 1.000"},
  });
}

TEST(Tree, ComputesDurations) {
  check({
      {"x[5m+1m]", "x[5m + 1m]"},
      {"x[5m*2-1]", "x[5m * 2 - 1]"},
      {"x[(5m+1m)*2]", "x[(5m + 1m) * 2]"},
      {"x[2^3^2]", "x[2 ^ 3 ^ 2]"},
      {"x[-(1-5m)]", "x[-(1 - 5m)]"},
      {"x[(5m)]", "x[5m]"},
      {"x[step()]", "x[step()]"},
      {"x[STEP() + Range() % 7:max_of(1m,MIN_OF(2m, step()))]",
       "([step() + range() % 7:max_of(1m, min_of(2m, step()))] x)"},
      {"x offset (1m+2m)", "x offset (1m + 2m)"},
      {"x offset -(1m*2)", "x offset -(1m * 2)"},
      {"x offset -step()", "x offset -step()"},
      {"x offset step() + 1", "(+ x offset step() 1)"},
      {"x offset -min_of(1m, 2m)", "x offset -min_of(1m, 2m)"},
      {"x[5m / 0]", "1:6: parse error: division by zero"},
      {"x[5m % 0]", "1:6: parse error: modulo by zero"},
  });
}

TEST(Tree, ReadsNumbers) {
  check({
      {"1", "1"},
      {"1.50", "1.5"},
      {".5", "0.5"},
      {"5.", "5"},
      {"1e3", "1000"},
      {"1e-3", "0.001"},
      {"1e21", "1000000000000000000000"},
      {"0x1F", "31"},
      {"0X_ff", "255"},
      {"017", "15"},
      {"09", "9"},
      {"1_000.5", "1000.5"},
      {"9007199254740993", "9007199254740992"},
      {"1e-400", "0"},
      {"inf", "+Inf"},
      {"-Inf", "-Inf"},
      {"nan", "NaN"},
      {"5m", "5m"},
      {"1h30m", "1h30m"},
      {"1y2w", "379d"},
      {"100ms", "100ms"},
      {"0s", "0s"},
      {"-0m", "-0s"},
      {"-0", "-0"},
  });
}

TEST(Tree, ReadsStrings) {
  check({
      {R"("a")", R"("a")"},
      {R"('a"b')", R"("a\"b")"},
      {R"(`a\n`)", R"("a\\n")"},
      {R"("\x41\101\u00e4\t")", "\"AA\xC3\xA4\\t\""},
      {R"("\xff")", R"("\xff")"},
      {"`a\r\nb`", "\"a\\nb\""},
  });
}

TEST(Tree, DoesNotMindBlanksAndComments) {
  check({
      {"  a\n+\tb ", "(+ a b)"},
      {"sum # of all\n by # each\n (a) (x)", "(sum by (a) x)"},
      {"# first\na", "a"},
      {"a # last", "a"},
      {"x { a = \"b\" } [ 5m ] offset 1m", "x{a=\"b\"}[5m] offset 1m"},
  });
}

}  // namespace
}  // namespace tocsin::query
