// Expressions at the limits, and what no one would write: the right tree or an error, soon, and
// without much stack.
#include <gtest/gtest.h>

#include "model/text.h"
#include "query/syntax/parse.h"
#include "query/syntax/print.h"
#include "query/syntax/shape.h"

namespace tocsin::query {
namespace {

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

std::string nested(std::string_view open, std::size_t levels, std::string_view inside,
                   std::string_view close) {
  return repeated(open, levels) + std::string(inside) + repeated(close, levels);
}

/// Parses, prints, compares and frees it; its depth.
std::uint32_t depth_of(const std::string& text) {
  const Parsed parsed = parse_expression(text, {.experimental = true});
  if (parsed.expr == nullptr) {
    ADD_FAILURE() << parsed.errors.front().message;
    return 0;
  }
  for (const std::string& printed : {to_string(*parsed.expr), pretty(*parsed.expr)}) {
    const Parsed again = parse_expression(printed, {.experimental = true});
    EXPECT_TRUE(again.expr != nullptr && equal(*parsed.expr, *again.expr));
  }
  EXPECT_NE(type_of(*parsed.expr), ValueType::None);
  return parsed.expr->depth;
}

constexpr std::string_view kTooDeep = "the expression is nested deeper than 1000 levels";

TEST(Limits, OfDepth) {
  struct Case {
    std::string_view open, inside, close;
    std::size_t most;  ///< that fit
  };
  const Case kCases[] = {
      {"(", "x", ")", 999},
      {"-", "x", "", 999},
      {"abs(", "x", ")", 999},
      {"sum by (a) (", "x", ")", 999},
      {"max_over_time(", "x", "[5m:])", 499},
      {"", "x", " + x", 999},
      {"", "x", " ^ x", 999},
      {"", "x", " or x", 999},
      {"x and ", "x", "", 999},
      {"x ^ ", "x", "", 999},
      {"x + (", "x", ")", 499},
  };
  for (const Case& each : kCases) {
    const auto text = [&](std::size_t levels) {
      return nested(each.open, levels, each.inside, each.close);
    };
    EXPECT_GE(depth_of(text(each.most)), each.most) << each.open << each.close;
    const Parsed deeper = parse_expression(text(each.most + 1));
    ASSERT_EQ(deeper.expr, nullptr) << each.open << each.close;
    EXPECT_EQ(deeper.errors.front().message, kTooDeep);
    const Parsed deepest = parse_expression(text(40000));
    ASSERT_EQ(deepest.expr, nullptr);
    EXPECT_EQ(deepest.errors.front().message, kTooDeep);
  }
}

TEST(Limits, OfDepthInDurations) {
  for (const auto& [open, close] :
       {std::pair{"(", ")"}, {"-", ""}, {"min_of(1,", ")"}, {"", "+5m"}, {"", "^2"}}) {
    const std::string text = "x[" + nested(open, 900, "step()", close) + "]";
    EXPECT_GE(depth_of(text), 2U);
    const Parsed deeper =
        parse_expression("x[" + nested(open, 1500, "step()", close) + "]", {.experimental = true});
    ASSERT_EQ(deeper.expr, nullptr);
    EXPECT_EQ(deeper.errors.front().message, kTooDeep);
  }
  // An offset counts with what it belongs to.
  const std::string offset = " offset (" + nested("min_of(1,", 600, "step()", ")") + ")";
  EXPECT_GE(depth_of("x" + offset), 600U);
  EXPECT_EQ(error_of("x" + offset + repeated(" + x", 600), true),
            "1:1: parse error: " + std::string(kTooDeep));
  EXPECT_EQ(error_of("rate(x[5m]" + offset + ")" + repeated(" + x", 600), true),
            "1:1: parse error: " + std::string(kTooDeep));
  EXPECT_EQ(error_of("x[5m:]" + offset + repeated(" anchored", 600), true),
            "1:1: parse error: anchored modifier is not supported for subqueries");
}

TEST(Limits, OfLength) {
  const std::string longest = "x" + std::string(kMaxExpression - 1, ' ');
  EXPECT_EQ(error_of(longest), "");
  EXPECT_EQ(error_of(longest + " "), "1:1: parse error: the expression is longer than 1 MiB");
  EXPECT_EQ(depth_of("x{" + repeated("a=\"b\",", 150000) + "}"), 1U);
  EXPECT_EQ(depth_of("sum by (" + repeated("a, ", 300000) + "a) (x)"), 2U);
  EXPECT_EQ(depth_of("label_join(x, " + repeated("\"b\", ", 100000) + "\"a\")"), 2U);
  EXPECT_EQ(depth_of('"' + std::string(1000000, 'a') + '"'), 1U);
  EXPECT_EQ(depth_of(std::string(1000000, 'a')), 1U);
  EXPECT_EQ(depth_of(repeated("# comment\n", 100000) + "x"), 1U);
}

TEST(Limits, OfRegularExpressions) {
  std::string names;
  for (int i = 0; i < 20000; ++i) names += "host-" + std::to_string(i) + ".example.org|";
  EXPECT_EQ(error_of("x{a=~\"" + names + "z\"}"), "");
  EXPECT_EQ(error_of("x{" + repeated("a=~\".*b.*\",", 5000) + "}"), "");
  EXPECT_EQ(error_of("x{a=~\"((a{100}){100}){100}\"}"),
            "1:3: parse error: error parsing regexp: invalid repeat count: `{100}`");
  // Twenty letters that are of some 800 kinds each, then more than there is memory for.
  EXPECT_EQ(error_of("x{a=~`(\\pL{20})`}"), "");
  EXPECT_EQ(error_of("x{a=~`(\\pL{900})`}"),
            "1:3: parse error: error parsing regexp: expression too large: `(\\pL{900})`");
  const std::string many = "x{" + repeated("a=~`\\pL{40}`,", 50000) + "}";
  EXPECT_EQ(error_of(many).substr(error_of(many).rfind(':')),
            ": the regular expressions are too large together");
  EXPECT_NE(error_of("x{a=~\"" + std::string(100000, '(') + "\"}"), "");
  EXPECT_NE(error_of("x{a=~\"" + nested("(", 2000, "a", ")") + "\"} +"), "");
}

TEST(Limits, OfMessages) {
  const std::string digits(500000, '1');
  for (const std::string& text : {digits, "x{a=~\"" + std::string(500000, '(') + "\"}",
                                  std::string(500000, 'f') + "(x)", repeated("1m", 300000)}) {
    const Parsed parsed = parse_expression(text);
    ASSERT_EQ(parsed.expr, nullptr);
    EXPECT_EQ(count_runes(parsed.errors.front().message), kMaxMessage);
  }
  EXPECT_EQ(parse_expression("abs(" + repeated("foo(), ", 100000) + "x)").errors.size(),
            kMaxErrors);
  EXPECT_EQ(parse_expression("label_join(x, " + repeated("1, ", 100000) + "x)").errors.size(),
            kMaxErrors);
}

TEST(Limits, OfWhatIsNoText) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string c(1, static_cast<char>(byte));
    for (const std::string& text :
         {c, c + c, "x" + c + "y", "x{" + c + "}", "x[" + c + "]", "\"" + c + "\"", "`" + c + "`",
          "x @ " + c, "1" + c, "'\\" + c}) {
      const Parsed parsed = parse_expression(text, {.experimental = true});
      for (const ParseError& error : parsed.errors) {
        EXPECT_TRUE(is_utf8(error.message)) << byte;
        EXPECT_LE(error.where.begin, text.size());
        EXPECT_LE(error.where.end, text.size());
      }
    }
  }
  EXPECT_EQ(shape_of(std::string_view("x{a=\"\0\"}", 8)), "x{a=\"\\x00\"}");
}

TEST(Limits, OfOneCharacterManyTimes) {
  for (const char c : std::string_view("([{)]},:@\"'`#!=<>+-*/%^.0axe_\\ \n")) {
    const std::string text(1000000, c);
    const Parsed parsed = parse_expression(text, {.experimental = true});
    EXPECT_TRUE(parsed.expr != nullptr || !parsed.errors.empty()) << c;
  }
}

}  // namespace
}  // namespace tocsin::query
