// The classic and the UTF-8 grammar, and which of them is believed.
#include <gmock/gmock.h>

#include "model/error.h"
#include "model/matcher.h"

namespace tocsin {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using enum MatcherSyntax;

struct Reading {
  std::string_view text;
  std::string_view expected;  ///< printed
};

std::string read(std::string_view text, MatcherSyntax syntax) {
  return to_string(parse_matchers(text, syntax).matchers);
}

std::string complaint(std::string_view text, MatcherSyntax syntax) {
  try {
    return "was taken as " + read(text, syntax);
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(ClassicMatchersTest, AreRead) {
  const Reading cases[] = {
      {"", "{}"},
      {"{}", "{}"},
      {"  ", "{}"},
      {"foo=bar", R"({foo="bar"})"},
      {R"({foo = "bar", dings != "bums", })", R"({foo="bar",dings!="bums"})"},
      {"foo=bar,dings!~bums", R"({foo="bar",dings!~"bums"})"},
      {"{foo=bar", R"({foo="bar"})"},
      {"foo=bar}", R"({foo="bar"})"},
      {" {foo=bar} ", R"({foo="bar"})"},
      {"foo=", R"({foo=""})"},
      {"foo=,bar=x", R"({foo="",bar="x"})"},
      {R"(foo="")", R"({foo=""})"},
      {R"(foo=" a ")", R"({foo=" a "})"},
      {"foo = a b ", R"({foo="a b"})"},
      {R"(foo="a,b",c=d)", R"({foo="a,b",c="d"})"},
      {R"(foo="a}")", R"({foo="a}"})"},
      {R"(q="She said: \"Hi, all!\"")", R"({q="She said: \"Hi, all!\""})"},
      {R"(foo=a\"b)", R"({foo="a\"b"})"},
      {R"(foo=a\",b=c)", R"({foo="a\"",b="c"})"},
      {R"(foo="a\\",b=c)", R"({foo="a\\",b="c"})"},
      {R"(foo=a\nb)", R"({foo="a\nb"})"},
      {R"(foo="\d\.\t")", R"({foo="\\d\\.\\t"})"},
      {R"(foo=a\)", R"({foo="a\\"})"},
      {R"(foo="a\\")", R"({foo="a\\"})"},
      {"foo=\"a\nb\"", R"({foo="a\nb"})"},
      {"a:b=c", R"({a:b="c"})"},
      {"foo==bar", R"({foo="=bar"})"},
      {"foo=~=bar", R"({foo=~"=bar"})"},
      {"foo=\u00e9\U0001F525", "{foo=\"\u00e9\U0001F525\"}"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(read(text, Classic), expected) << text;
}

TEST(ClassicMatchersTest, AreRefusedWithAlertmanagersWords) {
  const Reading cases[] = {
      {"foo", "bad matcher format: foo"},
      {"=bar", "bad matcher format: =bar"},
      {"9foo=bar", "bad matcher format: 9foo=bar"},
      {"foo.bar=x", "bad matcher format: foo.bar=x"},
      {"f\u00f3o=x", "bad matcher format"},
      {R"("foo"=bar)", "bad matcher format"},
      {"foo~bar", "bad matcher format"},
      {"foo!bar", "bad matcher format"},
      {",", "bad matcher format"},
      {"{,}", "bad matcher format"},
      {"foo=a,,b=c", "bad matcher format"},
      {"{{foo=bar}}", "bad matcher format"},
      {R"(foo="bar)", "matcher value contains unescaped double quote: \"bar"},
      {R"(foo=bar")", "matcher value contains unescaped double quote: bar\""},
      {R"(foo="ba"r")", "matcher value contains unescaped double quote"},
      {R"(foo="a\")", "matcher value contains unescaped double quote"},
      {R"(foo="a",b="c)", "unescaped double quote"},
      {"foo=\xFF", "not valid UTF-8"},
      {"foo=~(", "does not compile"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_THAT(complaint(text, Classic), HasSubstr(std::string(expected))) << text;
  }
}

TEST(Utf8MatchersTest, AreRead) {
  const Reading cases[] = {
      {"", "{}"},
      {"{}", "{}"},
      {" { } ", "{}"},
      {"foo=bar", R"({foo="bar"})"},
      {"foo=bar,", R"({foo="bar"})"},
      {"{foo=bar,}", R"({foo="bar"})"},
      {"{ foo != bar , \"baz\" =~ \"a|b\" }", R"({foo!="bar",baz=~"a|b"})"},
      {"f\u00f3o=\U0001F525", "{f\u00f3o=\"\U0001F525\"}"},
      {"host.name=a-b.c:80/x", R"({host.name="a-b.c:80/x"})"},
      {R"("a b"="c,d}")", R"({"a b"="c,d}"})"},
      {R"(foo="")", R"({foo=""})"},
      {R"(foo="\x66\101\u00e9\U0001F525")", "{foo=\"fA\u00e9\U0001F525\"}"},
      {R"(foo="\a\b\f\r\t\v")", "{foo=\"\a\b\f\r\t\v\"}"},
      {R"(foo="\n\\\"")", R"({foo="\n\\\""})"},
      {R"(foo="\xf0\x9f\x94\xa5")", "{foo=\"\U0001F525\"}"},
      {"foo\u00a0=\u3000bar", R"({foo="bar"})"},
      {"1=2", R"({1="2"})"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(read(text, Utf8), expected) << text;
}

TEST(Utf8MatchersTest, AreRefusedWithTheColumn) {
  const Reading cases[] = {
      {"foo", "column 4: expected an operator"},
      {"foo=", "column 5: expected label value"},
      {"=bar", "column 1: expected label name"},
      {"foo=,bar=x", "column 5: expected label value"},
      {"foo==bar", "column 5: expected label value"},
      {"foo!bar", "column 4: expected an operator"},
      {"{foo=bar", "column 9: expected close brace"},
      {"foo=bar}", "column 8: expected opening brace"},
      {"foo=bar baz=qux", "column 9: expected a comma"},
      {"{foo=bar}x", "column 10: expected a comma"},
      {",", "column 1: expected label name"},
      {"{,}", "column 2: expected label name"},
      {"foo=bar,,", "column 9: expected label name"},
      {"{{foo=bar}}", "column 2: expected label name"},
      {"foo='bar'", "column 5: expected label value"},
      {R"(foo="bar)", "missing end"},
      {R"(foo="bar\)", "missing end"},
      {R"(foo="\d")", "invalid escape"},
      {R"(foo="\'")", "invalid escape"},
      {R"(foo="\x6")", "invalid escape"},
      {R"(foo="\x+6")", "invalid escape"},
      {R"(foo="\400")", "invalid escape"},
      {R"(foo="\18")", "invalid escape"},
      {R"(foo="\ud800")", "invalid escape"},
      {R"(foo="\U00110000")", "invalid escape"},
      {R"(foo="\xff")", "not valid UTF-8"},
      {"foo=\"a\nb\"", "line break in quotes"},
      {"foo=\xFF", "not valid UTF-8"},
      {"foo=~(", "does not compile"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_THAT(complaint(text, Utf8), HasSubstr(std::string(expected))) << text;
  }
}

TEST(FallbackTest, TextThatBothReadAlikeRaisesNoWarning) {
  for (const std::string_view text : {"", "{}", "foo=bar", R"({foo="bar",a!~"b|c"})", "foo=bar,"}) {
    EXPECT_THAT(parse_matchers(text).warning, IsEmpty()) << text;
  }
}

TEST(FallbackTest, TextThatOnlyUtf8KnowsIsReadQuietly) {
  const ParsedMatchers parsed = parse_matchers(R"("a b"=c)");
  EXPECT_EQ(to_string(parsed.matchers), R"({"a b"="c"})");
  EXPECT_THAT(parsed.warning, IsEmpty());
}

TEST(FallbackTest, TextThatOnlyClassicKnowsIsReadWithASuggestion) {
  const Reading cases[] = {
      {"foo=", R"({foo=""})"},
      {"{foo=bar", R"({foo="bar"})"},
      {"{foo=~[a-z]{2}}", R"({foo=~"[a-z]{2}"})"},
      {R"(foo="\d")", R"({foo="\\d"})"},
  };
  for (const auto& [text, expected] : cases) {
    const ParsedMatchers parsed = parse_matchers(text);
    EXPECT_EQ(to_string(parsed.matchers), expected);
    EXPECT_THAT(parsed.warning, HasSubstr(std::string(expected))) << text;
    // Following the suggestion ends the matter.
    EXPECT_EQ(read(expected, Utf8), expected);
    EXPECT_THAT(parse_matchers(expected).warning, IsEmpty());
  }
}

TEST(FallbackTest, WhereTheyDisagreeClassicIsTakenWithAWarning) {
  const ParsedMatchers parsed = parse_matchers(R"(foo="\x61")");
  EXPECT_EQ(parsed.matchers.front().value(), "\\x61");
  EXPECT_THAT(parsed.warning, HasSubstr(R"({foo="a"})"));
  EXPECT_THAT(parsed.warning, HasSubstr(R"({foo="\\x61"})"));
}

TEST(FallbackTest, WhereBothFailClassicComplains) {
  EXPECT_EQ(complaint("foo", Fallback), "bad matcher format: foo");
  EXPECT_THAT(complaint("foo=~*", Fallback), HasSubstr("does not compile"));
}

TEST(OneMatcherTest, IsRead) {
  const Reading cases[] = {
      {"foo=bar", R"(foo="bar")"},    {" foo =~ \"a|b\" ", R"(foo=~"a|b")"},
      {R"("a b"=c)", R"("a b"="c")"}, {R"("a b"=c,)", R"("a b"="c")"},
      {"foo=a,b", R"(foo="a,b")"},    {"foo=a,b=c", R"(foo="a,b=c")"},
      {"foo=", R"(foo="")"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(parse_matcher(text).to_string(), expected) << text;
  }
}

TEST(OneMatcherTest, BracesAndOtherNumbersAreRefused) {
  const std::pair<std::string_view, MatcherSyntax> cases[] = {
      {"{foo=bar}", Fallback},
      {"{foo=bar}", Utf8},
      {"{foo=bar}", Classic},
      {"foo=bar}", Fallback},
      {"{foo=bar", Fallback},
      {"", Fallback},
      {"", Utf8},
      {"", Classic},
      {"a=b,c=d", Utf8},
      {"foo", Fallback},
      {"{}", Utf8},
  };
  for (const auto& [text, syntax] : cases) EXPECT_THROW(parse_matcher(text, syntax), Error) << text;
  try {
    parse_matcher("{foo=bar}");
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "unexpected open or close brace: {foo=bar}");
  }
}

TEST(MatcherLimitsTest, LongTextIsRefusedAndDeepTextIsHarmless) {
  EXPECT_THAT(complaint(std::string(70'000, 'a'), Fallback), HasSubstr("limited to 65536 bytes"));
  EXPECT_THROW(parse_matchers(std::string(60'000, '{')), Error);
  EXPECT_THROW(parse_matchers("a=~" + std::string(60'000, '(')), Error);
  const std::string nested = std::string(30'000, '(') + std::string(30'000, ')');
  EXPECT_TRUE(parse_matcher("a=~\"" + nested + '"').matches(""));
}

TEST(MatcherRoundTripTest, WhatIsPrintedReadsBackTheSame) {
  for (const std::string name : {"a", "a b", "\u00e9", "a\"b", "a\\b", "x=y", "a\u00a0b"}) {
    for (const std::string value :
         {"", "b", "a b", "\"", "\\", "\\n", "\n", "a,b", "}", "\u00e9"}) {
      const Matchers matchers = {{name, MatchOp::Equal, value}, {"z", MatchOp::NotEqual, value}};
      EXPECT_EQ(parse_matchers(to_string(matchers)).matchers, matchers) << to_string(matchers);
    }
  }
}

}  // namespace
}  // namespace tocsin
