// Where the nodes of an expression stand in its text.
#include <gtest/gtest.h>

#include "query/syntax/parse.h"

namespace tocsin::query {
namespace {

void add_texts(const Expr& expr, std::string_view text, std::vector<std::string>& out) {
  out.emplace_back(text.substr(expr.span.begin, expr.span.end - expr.span.begin));
  for_each_child(expr, [&](const Expr& child) { add_texts(child, text, out); });
}

/// The text of each node, parents first.
std::vector<std::string> nodes_of(std::string_view text) {
  std::vector<std::string> out;
  const Parsed parsed = parse_expression(text, {.experimental = true});
  if (parsed.expr == nullptr) return {parsed.errors.front().message};
  add_texts(*parsed.expr, text, out);
  return out;
}

using Texts = std::vector<std::string>;

TEST(Spans, OfLiteralsAndSelectors) {
  EXPECT_EQ(nodes_of(" 1.5 "), (Texts{"1.5"}));
  EXPECT_EQ(nodes_of("- 5m"), (Texts{"- 5m"}));
  EXPECT_EQ(nodes_of(" 'a' "), (Texts{"'a'"}));
  EXPECT_EQ(nodes_of(" x "), (Texts{"x"}));
  EXPECT_EQ(nodes_of(" x { a = 'b' } "), (Texts{"x { a = 'b' }"}));
  EXPECT_EQ(nodes_of("{a='b'} # end"), (Texts{"{a='b'}"}));
  EXPECT_EQ(nodes_of("x{a='b'} offset 5m "), (Texts{"x{a='b'} offset 5m"}));
  EXPECT_EQ(nodes_of("x @ 5 "), (Texts{"x @ 5"}));
  EXPECT_EQ(nodes_of("x @ start ( ) "), (Texts{"x @ start ( )"}));
  EXPECT_EQ(nodes_of("x anchored "), (Texts{"x anchored"}));
}

TEST(Spans, OfRanges) {
  EXPECT_EQ(nodes_of("x [ 5m ] "), (Texts{"x [ 5m ]", "x"}));
  EXPECT_EQ(nodes_of("x[5m] offset -1m @ 3 "), (Texts{"x[5m] offset -1m @ 3", "x"}));
  EXPECT_EQ(nodes_of("x[5m:1m] offset 1m"), (Texts{"x[5m:1m] offset 1m", "x"}));
  EXPECT_EQ(nodes_of("(x)[ 5m : ] "), (Texts{"(x)[ 5m : ]", "(x)", "x"}));
  EXPECT_EQ(nodes_of("x[ 1m + (2m * 3) : step() ]"),
            (Texts{"x[ 1m + (2m * 3) : step() ]", "x", "1m + (2m * 3)", "1m", "(2m * 3)", "2m", "3",
                   "step()"}));
  EXPECT_EQ(nodes_of("x offset -(1m+2m) "),
            (Texts{"x offset -(1m+2m)", "-(1m+2m)", "(1m+2m)", "1m", "2m"}));
  EXPECT_EQ(nodes_of("x[min_of(1m, 2m)]"),
            (Texts{"x[min_of(1m, 2m)]", "x", "min_of(1m, 2m)", "1m", "2m"}));
}

TEST(Spans, OfOperators) {
  EXPECT_EQ(nodes_of(" a + b "), (Texts{"a + b", "a", "b"}));
  EXPECT_EQ(nodes_of("a + on (x) group_left () b * c"),
            (Texts{"a + on (x) group_left () b * c", "a", "b * c", "b", "c"}));
  EXPECT_EQ(nodes_of("- a ^ b"), (Texts{"- a ^ b", "a ^ b", "a", "b"}));
  EXPECT_EQ(nodes_of("( a ) "), (Texts{"( a )", "a"}));
  EXPECT_EQ(nodes_of("a or\n  b"), (Texts{"a or\n  b", "a", "b"}));
}

TEST(Spans, OfCallsAndAggregations) {
  EXPECT_EQ(nodes_of(" abs ( x ) "), (Texts{"abs ( x )", "x"}));
  EXPECT_EQ(nodes_of("time() "), (Texts{"time()"}));
  EXPECT_EQ(nodes_of("round(x, 5) "), (Texts{"round(x, 5)", "x", "5"}));
  EXPECT_EQ(nodes_of("sum(x) "), (Texts{"sum(x)", "x"}));
  EXPECT_EQ(nodes_of("(sum(x) )"), (Texts{"(sum(x) )", "sum(x)", "x"}));
  EXPECT_EQ(nodes_of("sum by (a) (x) "), (Texts{"sum by (a) (x)", "x"}));
  EXPECT_EQ(nodes_of("topk(3, x) without (a) "), (Texts{"topk(3, x) without (a)", "3", "x"}));
}

TEST(Places, AreLinesAndBytes) {
  const std::string_view text = "a +\n\xC3\xA4";
  EXPECT_EQ(to_string(ParseError{{0, 1}, "m"}, text), "1:1: parse error: m");
  EXPECT_EQ(to_string(ParseError{{2, 3}, "m"}, text), "1:3: parse error: m");
  EXPECT_EQ(to_string(ParseError{{4, 6}, "m"}, text), "2:1: parse error: m");
  EXPECT_EQ(to_string(ParseError{{6, 6}, "m"}, text), "2:3: parse error: m");
}

}  // namespace
}  // namespace tocsin::query
