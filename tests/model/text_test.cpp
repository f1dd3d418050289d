// Bytes, code points, quotes and near misses.
#include "model/text.h"

#include <gtest/gtest.h>

namespace tocsin {
namespace {

using namespace std::string_view_literals;

TEST(Utf8Test, KnowsWellFormedText) {
  for (const std::string_view text :
       {""sv, "plain"sv, "\0"sv, "\x7F"sv, "caf\xC3\xA9"sv, "\xDF\xBF"sv, "\xE0\xA0\x80"sv,
        "\xED\x9F\xBF"sv, "\xEE\x80\x80"sv, "\xEF\xBF\xBF"sv, "\xF0\x90\x80\x80"sv,
        "\xF4\x8F\xBF\xBF"sv, "\xF0\x9F\x94\xA5"sv}) {
    EXPECT_TRUE(is_utf8(text)) << quote(text);
  }
}

TEST(Utf8Test, KnowsMalformedText) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"\x80", "a continuation alone"},
      {"\xC3", "cut short"},
      {"\xE2\x82", "cut short"},
      {"\xF0\x9F\x94", "cut short"},
      {"\xC0\x80", "overlong"},
      {"\xC1\xBF", "overlong"},
      {"\xE0\x9F\xBF", "overlong"},
      {"\xF0\x8F\xBF\xBF", "overlong"},
      {"\xED\xA0\x80", "a surrogate"},
      {"\xF4\x90\x80\x80", "beyond U+10FFFF"},
      {"\xF5\x80\x80\x80", "beyond U+10FFFF"},
      {"\xFF", "no lead byte"},
      {"ok\xC3(", "a lead without its continuation"},
  };
  for (const auto& [text, why] : cases) EXPECT_FALSE(is_utf8(text)) << why;
}

TEST(QuoteTest, WritesGoStringLiterals) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", R"("")"},
      {"a b", R"("a b")"},
      {R"(say "hi" \o/)", R"("say \"hi\" \\o/")"},
      {"\a\b\f\n\r\t\v", R"("\a\b\f\n\r\t\v")"},
      {"\0\x01\x1F\x7F"sv, R"("\x00\x01\x1f\x7f")"},
      {"caf\xC3\xA9 \xF0\x9F\x94\xA5", "\"caf\xC3\xA9 \xF0\x9F\x94\xA5\""},
      {"bad \xC3 byte", R"("bad \xc3 byte")"},
      {"\xED\xA0\x80", R"("\xed\xa0\x80")"},
      {"\xC2\x85\xC2\xA0\xC2\xAD", R"("\u0085\u00a0\u00ad")"},
      {"\xE2\x80\x8B\xE2\x80\xAE\xEF\xBB\xBF", R"("\u200b\u202e\ufeff")"},
      {"\xEF\xBF\xBD\xE3\x80\x80", "\"\xEF\xBF\xBD\\u3000\""},
      {"\xF3\xB0\x80\x80", R"("\U000f0000")"},
      {"'`", R"("'`")"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(quote(text), expected);
}

TEST(LeadingSpaceTest, KnowsUnicodeBlanks) {
  const std::pair<std::string_view, std::size_t> cases[] = {
      {"", 0},         {"a ", 0},           {" a", 1},       {"\va", 1},
      {"\0"sv, 0},     {"\xC2\xA0x", 2},    {"\xC2\x85", 2}, {"\xE3\x80\x80", 3},
      {"\xC3\xA9", 0}, {"\xE2\x80\x8B", 0}, {"\xC2", 0},     {"\xE2\x80\xA8", 3},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(leading_space(text), expected) << quote(text);
}

TEST(NearestTest, FindsWhatWasMeant) {
  const std::vector<std::string_view> keys = {"group_by", "group_wait", "receiver", "routes"};
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"group_wiat", "group_wait"},
      {"groupby", "group_by"},
      {"reciever", "receiver"},
      {"route", "routes"},
      {"receiver", "receiver"},
      {"continue", ""},
      {"x", ""},
      {"", ""},
  };
  for (const auto& [word, expected] : cases) EXPECT_EQ(nearest(word, keys), expected) << word;
  EXPECT_EQ(nearest("anything", {}), "");
}

TEST(TruncateTest, CutsCodePointsAndSaysSo) {
  struct Case {
    std::string_view text;
    std::size_t limit;
    std::string_view expected;
  };
  const Case cases[] = {
      {"hello", 10, "hello"},
      {"hello", 5, "hello"},
      {"hello", 4, "hel\u2026"},
      {"hello", 3, "hel"},
      {"hello", 1, "h"},
      {"hello", 0, ""},
      {"", 0, ""},
      {"\u00e9\u00e9\u00e9\u00e9\u00e9", 4, "\u00e9\u00e9\u00e9\u2026"},
      {"\U0001F525\U0001F525\U0001F525\U0001F525", 2, "\U0001F525\U0001F525"},
      {"\xFF\xFF\xFF\xFF\xFF", 4, "\xFF\xFF\xFF\u2026"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(truncate_runes(each.text, each.limit), each.expected) << each.limit;
    EXPECT_LE(count_runes(truncate_runes(each.text, each.limit)), each.limit);
  }
}

TEST(CountTest, CountsCodePoints) {
  EXPECT_EQ(count_runes(""), 0U);
  EXPECT_EQ(count_runes("h\u00e9llo"), 5U);
  EXPECT_EQ(count_runes("\U0001F525"), 1U);
  EXPECT_EQ(count_runes("a\xFF\x80z"), 4U);
}

}  // namespace

TEST(EscapeQuery, KeepsOnlyUnreservedCharacters) {
  EXPECT_EQ(escape_query("azAZ09-_.~"), "azAZ09-_.~");
  EXPECT_EQ(escape_query("up{a=\"b\"} > 1 + 2 & x"), "up%7Ba%3D%22b%22%7D+%3E+1+%2B+2+%26+x");
  EXPECT_EQ(escape_query("\xC3\xA4\r\n%"), "%C3%A4%0D%0A%25");
  EXPECT_EQ(escape_query(std::string_view("\0", 1)), "%00");
  EXPECT_EQ(escape_query(""), "");
}

}  // namespace tocsin
