// The words of expressions: kinds, texts and places.
#include "query/syntax/lexer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tocsin::query {
namespace {

std::string kind_name(const Token& token) {
  switch (token.kind) {
    case TokenKind::Identifier:
      return "name";
    case TokenKind::MetricIdentifier:
      return "metric";
    case TokenKind::Number:
      return "number";
    case TokenKind::Duration:
      return "duration";
    case TokenKind::String:
      return "string";
    case TokenKind::Operator:
      return "op";
    case TokenKind::Aggregator:
      return "aggr";
    default:
      return token.kind >= TokenKind::Bool ? "keyword" : "mark";
  }
}

/// "name:x op:+ …", or what is wrong and where it begins.
std::string words_of(std::string_view text) {
  Lexer lexer(text);
  std::string out;
  for (Token token = lexer.next(); token.kind != TokenKind::End; token = lexer.next()) {
    if (!out.empty()) out += ' ';
    if (token.kind == TokenKind::Error)
      return out + fmt::format("!{} {}", token.span.begin, lexer.error());
    out += kind_name(token) + ":" + std::string(token.text);
    EXPECT_EQ(text.substr(token.span.begin, token.span.end - token.span.begin), token.text);
  }
  return out;
}

struct Case {
  std::string_view text, words;
};

void check(std::initializer_list<Case> cases) {
  for (const Case& each : cases) EXPECT_EQ(words_of(each.text), each.words) << each.text;
}

TEST(Lexer, KnowsNames) {
  check({
      {"x", "name:x"},
      {"_x9", "name:_x9"},
      {"job:up:sum", "metric:job:up:sum"},
      {":", "metric::"},
      {"Sum(x)", "aggr:Sum mark:( name:x mark:)"},
      {"COUNT_VALUES count_valuez", "aggr:COUNT_VALUES name:count_valuez"},
      {"and OR Unless atan2", "op:and op:OR op:Unless op:atan2"},
      {"by without on ignoring group_left group_right bool offset",
       "keyword:by keyword:without keyword:on keyword:ignoring keyword:group_left "
       "keyword:group_right keyword:bool keyword:offset"},
      {"anchored smoothed start end step range",
       "keyword:anchored keyword:smoothed keyword:start keyword:end keyword:step keyword:range"},
      {"fill fill(1) fill_left (1) fill_right",
       "name:fill keyword:fill mark:( number:1 mark:) "
       "keyword:fill_left mark:( number:1 mark:) name:fill_right"},
      {"inf NaN INF", "number:inf number:NaN number:INF"},
      {"sum:x", "metric:sum:x"},
  });
}

TEST(Lexer, KnowsMarksAndOperators) {
  check({
      {"+ - * / % ^ @ , = == != < <= > >= </ >/",
       "op:+ op:- op:* op:/ op:% op:^ mark:@ mark:, mark:= op:== op:!= op:< op:<= op:> op:>= op:</ "
       "op:>/"},
      {"a<b", "name:a op:< name:b"},
      {"((", "mark:( mark:( !2 unclosed left parenthesis"},
      {")", "!1 unexpected right parenthesis ')'"},
      {"]", "!0 unexpected right bracket ']'"},
      {"}", "!0 unexpected character: '}'"},
      {"a ! b", "name:a !2 unexpected character after '!': ' '"},
      {"a =~ b", "name:a !2 unexpected character after '=': '~'"},
      {"a & b", "name:a !2 unexpected character: '&'"},
      {"\xC3\xA4", "!0 unexpected character: '\xC3\xA4'"},
      {std::string_view("a\0b", 3), "name:a !1 unexpected character: '\\x00'"},
      {"\xFF", "!0 unexpected character: '\xEF\xBF\xBD'"},
  });
}

TEST(Lexer, KnowsNumbersAndDurations) {
  check({
      {"1 0 007 1.5 .5 5. 1e3 1E-3 1e+3 0x1f 0XaB 1_000 0x_f 1_0.5",
       "number:1 number:0 number:007 number:1.5 number:.5 number:5. number:1e3 number:1E-3 "
       "number:1e+3 number:0x1f number:0XaB number:1_000 number:0x_f number:1_0.5"},
      {"5m 1h30m 100ms 1y2w3d", "duration:5m duration:1h30m duration:100ms duration:1y2w3d"},
      {"5hs", "duration:5hs"},  // which the parser refuses
      {"1m5", "!0 bad number or duration syntax: \"1m5\""},
      {"5mx", "!0 bad number or duration syntax: \"5mx\""},
      {"1..2", "!0 bad number or duration syntax: \"1..\""},
      {"1.2.3", "!0 bad number or duration syntax: \"1.2.\""},
      {"1e2e3", "!0 bad number or duration syntax: \"1e2e\""},
      {"1__0", "!0 bad number or duration syntax: \"1__\""},
      {"1_", "!0 bad number or duration syntax: \"1_\""},
      {"1e", "!0 bad number or duration syntax: \"1e\""},
      {"0x1.5", "!0 bad number or duration syntax: \"0x1.\""},
      {"1x", "!0 bad number or duration syntax: \"1\""},
      {"0b1", "!0 bad number or duration syntax: \"0\""},
  });
}

TEST(Lexer, KnowsStrings) {
  check({
      {R"("a" 'b' `c\`)", R"(string:"a" string:'b' string:`c\`)"},
      {R"("\"\\\a\b\f\n\r\t\v" '\'')", R"(string:"\"\\\a\b\f\n\r\t\v" string:'\'')"},
      {R"("\101\x41\u0041\U00000041")", R"(string:"\101\x41\u0041\U00000041")"},
      {"`a\nb`", "string:`a\nb`"},
      {"\"a", "!0 unterminated quoted string"},
      {"\"a\nb\"", "!0 unterminated quoted string"},
      {"`a", "!0 unterminated raw string"},
      {R"("\')", "!0 unknown escape sequence U+0027 '''"},
      {R"("\q")", "!0 unknown escape sequence U+0071 'q'"},
      {R"("\xZ")", "!0 illegal character U+005A 'Z' in escape sequence"},
      {R"("\u12)", "!0 escape sequence not terminated"},
      {R"("\400")", "!0 escape sequence is an invalid Unicode code point"},
      {R"("\ud800")", "!0 escape sequence is an invalid Unicode code point"},
      {R"("\U00110000")", "!0 escape sequence is an invalid Unicode code point"},
      {"\"\xFF\"", "!0 invalid UTF-8 rune"},
      {"`\xFF`", "!0 invalid UTF-8 rune"},
      {"\"\\", "!0 escape sequence not terminated"},
  });
}

TEST(Lexer, HasItsOwnWordsInBraces) {
  check({
      {"x{sum=\"a\",on!='b',by=~`c`,inf!~\"d\"}",
       "name:x mark:{ name:sum mark:= string:\"a\" mark:, name:on op:!= string:'b' mark:, name:by "
       "mark:=~ string:`c` mark:, name:inf mark:!~ string:\"d\" mark:}"},
      {"{\"a b\"}", "mark:{ string:\"a b\" mark:}"},
      {"x{", "name:x mark:{ !2 unexpected end of input inside braces"},
      {"x{{", "name:x mark:{ !2 unexpected left brace '{'"},
      {"x{a:b}", "name:x mark:{ name:a !3 unexpected character inside braces: ':'"},
      {"x{1}", "name:x mark:{ !2 unexpected character inside braces: '1'"},
      {"x{a!b}", "name:x mark:{ name:a !3 unexpected character after '!' inside braces: 'b'"},
  });
}

TEST(Lexer, HasItsOwnWordsInBrackets) {
  check({
      {"x[5m]", "name:x mark:[ duration:5m mark:]"},
      {"x[ 5m : 1m ]", "name:x mark:[ duration:5m mark:: duration:1m mark:]"},
      {"x[5m:]", "name:x mark:[ duration:5m mark:: mark:]"},
      {"x[Step()+RANGE()]",
       "name:x mark:[ keyword:Step mark:( mark:) op:+ keyword:RANGE mark:( mark:) mark:]"},
      {"x[min_of(1,2)]", "name:x mark:[ name:min_of mark:( number:1 mark:, number:2 mark:) mark:]"},
      {"x[", "name:x mark:[ !2 unexpected end of input in duration expression"},
      {"x[5m", "name:x mark:[ duration:5m !4 unclosed left bracket"},
      {"x[:5m]", "name:x mark:[ !3 unexpected colon before duration in duration expression"},
      {"x[5m::]", "name:x mark:[ duration:5m mark:: !5 unexpected colon ':'"},
      {"x[a]", "name:x mark:[ !2 unexpected character in duration expression: 'a'"},
      {"x[5m a]", "name:x mark:[ duration:5m !5 unexpected character: 'a', expected ':'"},
      {"x[5m[", "name:x mark:[ duration:5m !4 unexpected left bracket '['"},
      {"x[#\n5m]", "name:x mark:[ !2 unexpected character in duration expression: '#'"},
  });
}

TEST(Lexer, LeavesBlanksAndCommentsOut) {
  check({
      {"", ""},
      {" \t\r\n", ""},
      {"# all of it", ""},
      {"a # b\n c", "name:a name:c"},
      {"a#b\rc", "name:a name:c"},
      {"x{a # b\n=\"c\"}", "name:x mark:{ name:a mark:= string:\"c\" mark:}"},
      {"\"# no comment\"", "string:\"# no comment\""},
  });
}

TEST(Lexer, SaysTheSameAfterTheEnd) {
  Lexer ended("x");
  ended.next();
  EXPECT_EQ(ended.next().kind, TokenKind::End);
  EXPECT_EQ(ended.next().kind, TokenKind::End);
  Lexer failed("&");
  EXPECT_EQ(failed.next().kind, TokenKind::Error);
  EXPECT_EQ(failed.next().kind, TokenKind::Error);
}

}  // namespace
}  // namespace tocsin::query
