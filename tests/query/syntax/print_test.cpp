// What is printed of an expression, on one line and on several; it reads back as the same.
#include "query/syntax/print.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "query/syntax/parse.h"
#include "support/expressions.h"

namespace tocsin::query {
namespace {

ExprPtr parsed(std::string_view text) {
  Parsed all = parse_expression(text, {.experimental = true});
  if (all.expr == nullptr) ADD_FAILURE() << text << ": " << all.errors.front().message;
  return std::move(all.expr);
}

std::string printed(std::string_view text) {
  const ExprPtr expr = parsed(text);
  return expr ? to_string(*expr) : "";
}

std::string laid_out(std::string_view text) {
  const ExprPtr expr = parsed(text);
  return expr ? pretty(*expr) : "";
}

struct Case {
  std::string_view text, printed;
};

TEST(Print, OnOneLine) {
  const Case kCases[] = {
      {"sum(x)by(a)", "sum by (a) (x)"},
      {"sum  without()(x)", "sum without () (x)"},
      {"TOPK(3,x)", "topk(3, x)"},
      {"a+b", "a + b"},
      {"a ==bool on(x)group_left(y,z)b", "a == bool on (x) group_left (y, z) b"},
      {"a*fill_left(1)fill_right(2)b", "a * fill_left (1) fill_right (2) b"},
      {"- x", "-x"},
      {"((x))", "((x))"},
      {"label_join(x,'a',`b`)", "label_join(x, \"a\", \"b\")"},
      {"x{b='1',a=\"2\"}[60]", "x{a=\"2\",b=\"1\"}[1m]"},
      {"x[1h:5m]offset 90s@1.5", "x[1h:5m] @ 1.500 offset 1m30s"},
      {"x[step()*2:range()]", "x[step() * 2:range()]"},
      {"sum by ('a b', \"inf\", \"WITHOUT\", c:d) (x)",
       "sum by (\"a b\", \"inf\", \"WITHOUT\", c:d) (x)"},
      {"x # a comment", "x"},
      {"1e-7 + 1e30", "0.0000001 + 1000000000000000000000000000000"},
      {"x{a=\"\\u0000\\x7f\\u2028\"}", "x{a=\"\\x00\\x7f\\u2028\"}"},
  };
  for (const Case& each : kCases) EXPECT_EQ(printed(each.text), each.printed) << each.text;
}

TEST(Pretty, LeavesShortOnesOnALine) {
  EXPECT_EQ(laid_out("sum(x)by(a)/count(y)"), "sum by (a) (x) / count(y)");
  const std::string name(100, 'x');
  EXPECT_EQ(laid_out(name), name);
  EXPECT_EQ(laid_out("(" + name + ")"), "(\n  " + name + "\n)");
}

TEST(Pretty, BreaksLongOnes) {
  const std::string name = "a_metric_whose_name_is_so_long_that_few_of_them_fit_on_a_line";
  EXPECT_EQ(
      laid_out("sum by (job) (rate(" + name + "[5m])) / sum by (job) (rate(" + name + "[1h]))"),
      "  sum by (job) (rate(" + name + "[5m]))\n/\n  sum by (job) (rate(" + name + "[1h]))");
  EXPECT_EQ(laid_out("topk without (a) (3, " + name + " > bool on (a) group_left () " + name + ")"),
            "topk without (a) (\n  3,\n    " + name + "\n  > bool on (a) group_left ()\n    " +
                name + "\n)");
  EXPECT_EQ(laid_out("label_replace(" + name + ", 'instance', '$1', 'instance', '(.*):.*')"),
            "label_replace(\n  " + name +
                ",\n  \"instance\",\n  \"$1\",\n  \"instance\",\n  \"(.*):.*\"\n)");
  EXPECT_EQ(laid_out("-(" + name + " + " + name + ")"),
            "-(\n    " + name + "\n  +\n    " + name + "\n)");
  EXPECT_EQ(laid_out("(" + name + " + " + name + ")[5m:1m] offset 1h"),
            "(\n    " + name + "\n  +\n    " + name + "\n)[5m:1m] offset 1h");
  EXPECT_EQ(laid_out("-" + name + "^" + name), "-" + name + "\n^\n  " + name);
  EXPECT_EQ(laid_out(name + "{a=\"" + name + "\"}"), name + "{a=\"" + name + "\"}");
}

TEST(Pretty, DoesNotIndentWithoutEnd) {
  std::string text;
  for (int i = 0; i < 900; ++i) text += "abs(";
  text += "x" + std::string(900, ')');
  const std::string lines = laid_out(text);
  EXPECT_NE(lines.find("\n" + std::string(100, ' ') + "abs("), std::string::npos);
  EXPECT_EQ(lines.find(std::string(101, ' ')), std::string::npos);
}

void check_round_trip(const Expr& expr, const std::string& text) {
  const Parsed again = parse_expression(text, {.experimental = true});
  ASSERT_NE(again.expr, nullptr) << text << ": " << again.errors.front().message;
  EXPECT_TRUE(equal(expr, *again.expr)) << text;
  EXPECT_EQ(to_string(expr), to_string(*again.expr));
}

TEST(Print, OfRandomExpressionsReadsBack) {
  Choices choices(1);
  int accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    const auto words = random_expression(choices, Dialect::Experimental);
    const std::string text = written(choices, words);
    const Parsed all = parse_expression(text, {.experimental = true});
    if (all.expr == nullptr) continue;
    ++accepted;
    check_round_trip(*all.expr, to_string(*all.expr));
    check_round_trip(*all.expr, pretty(*all.expr));
    // However it is written, it is the same.
    const Parsed plain = parse_expression(written(words), {.experimental = true});
    ASSERT_NE(plain.expr, nullptr) << text;
    EXPECT_TRUE(equal(*all.expr, *plain.expr)) << text;
  }
  EXPECT_GT(accepted, 12000);
}

TEST(Equal, TellsApart) {
  constexpr std::string_view kDifferent[] = {"x",
                                             "y",
                                             "{__name__=\"x\"}",
                                             "x{a=\"b\"}",
                                             "x{a!=\"b\"}",
                                             "x{a=~\"b\"}",
                                             "x{a=\"c\"}",
                                             "x @ 1",
                                             "x @ 2",
                                             "x @ start()",
                                             "x @ end()",
                                             "x offset 1m",
                                             "x[1m]",
                                             "x[2m]",
                                             "x[1m+1m]",
                                             "x[1m-1m]",
                                             "x[(1m+1m)]",
                                             "x[1m:]",
                                             "x[1m:1m]",
                                             "x anchored",
                                             "x smoothed",
                                             "1",
                                             "1s",
                                             "-1",
                                             "\"1\"",
                                             "-x",
                                             "+x",
                                             "(x)",
                                             "x + x",
                                             "x - x",
                                             "x == x",
                                             "x == bool x",
                                             "x + on () x",
                                             "x + on (a) x",
                                             "x + ignoring (a) x",
                                             "x + on (a) group_left () x",
                                             "x + on (a) group_right () x",
                                             "x + fill (1) x",
                                             "x + fill_left (1) x",
                                             "x + fill_right (1) x",
                                             "x + fill (NaN) x",
                                             "sum(x)",
                                             "max(x)",
                                             "sum by (a) (x)",
                                             "sum without (a) (x)",
                                             "sum without () (x)",
                                             "topk(1, x)",
                                             "topk(2, x)",
                                             "abs(x)",
                                             "ceil(x)",
                                             "round(x)",
                                             "round(x, 1)",
                                             "time()",
                                             "NaN",
                                             "0",
                                             "-0"};
  for (const std::string_view one : kDifferent) {
    for (const std::string_view other : kDifferent) {
      const ExprPtr a = parsed(one);
      const ExprPtr b = parsed(other);
      ASSERT_TRUE(a != nullptr && b != nullptr);
      EXPECT_EQ(equal(*a, *b), one == other) << one << " and " << other;
    }
  }
}

TEST(Equal, DoesNotMindOrderAndPlace) {
  const ExprPtr a = parsed("x{a=\"1\",b=\"2\",a=\"1\"}");
  EXPECT_TRUE(equal(*a, *parsed("  x { b = '2', a=\"1\", a=`1` } # the same")));
  EXPECT_FALSE(equal(*a, *parsed("x{a=\"1\",b=\"2\",b=\"2\"}")));
  EXPECT_FALSE(equal(*a, *parsed("x{a=\"1\",b=\"2\"}")));
  EXPECT_TRUE(equal(*parsed("-NaN"), *parsed("NaN")));
}

}  // namespace
}  // namespace tocsin::query
