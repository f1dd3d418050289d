#include "notifiers/plain_text.h"

#include <gtest/gtest.h>

#include "model/text.h"
#include "notifiers/runes.h"

namespace tocsin::notifiers {
namespace {

struct Case {
  std::string text;
  std::string expected;
};

TEST(Printable, ShowsWhatWouldBeHiddenAndKeepsTheRest) {
  const std::vector<Case> cases = {
      {"plain\ttext\nof two lines", "plain\ttext\nof two lines"},
      {"a\r\nb\rc", "a\nb\nc"},
      {"a\xC2\x85"
       "b\xE2\x80\xA8"
       "c\xE2\x80\xA9"
       "d",
       "a\nb\nc\nd"},
      {"\x1b[31mred\x07", "\\x1b[31mred\\x07"},
      {std::string("a\0b", 3), "a\\x00b"},
      {"\x7f \xC2\x9B", "\\x7f \\x9b"},
      {"\xE2\x80\xAE"
       "abc",
       "\\u202eabc"},
      {"a\xE2\x80\x8B"
       "b\xEF\xBB\xBF",
       "a\\u200bb\\ufeff"},
      {"\xF3\xA0\x81\x81", "\\U000e0041"},
      {"👩‍👧 می‌خواهم", "👩‍👧 می‌خواهم"},
      {"é日🔥", "é日🔥"},
      {"\xFF", "\xEF\xBF\xBD"},
      {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"\xE2\x82", "\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"\xED\xA0\x80x", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDx"},
      {"\xF0\x9F\x94", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"\xE2"
       "abc",
       "\xEF\xBF\xBD"
       "abc"},
      {"", ""},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(printable(each.text), each.expected) << quote(each.text);
    EXPECT_TRUE(is_utf8(printable(each.text))) << quote(each.text);
  }
}

TEST(OneLine, HasNoBreaksAndNoBlanksAtItsEnds) {
  EXPECT_EQ(one_line("a\r\nb\tc\nd"), "a b c d");
  EXPECT_EQ(one_line("\n a \t\n"), "a");
  EXPECT_EQ(one_line(" \n\t"), "");
}

TEST(OneLine, IsCutWithAnEllipsisAtACodePoint) {
  EXPECT_EQ(one_line("日本語日本語", 6), "日本語日本語");
  EXPECT_EQ(one_line("日本語日本語", 5), "日本語日…");
  EXPECT_EQ(one_line(std::string(1 << 20, 'x'), 10), "xxxxxxxxx…");
  EXPECT_EQ(count_runes(one_line("🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥🔥", 10)), 10U);
  EXPECT_EQ(printable(std::string(40, '\x01'), 10), "\\x01\\x01\\…");
}

TEST(Rune, EveryCodePointIsReadBack) {
  struct {
    std::string bytes;
    char32_t code;
  } cases[] = {
      {"a", 'a'}, {"é", 0xE9}, {"日", 0x65E5}, {"🔥", 0x1F525}, {"\xF4\x8F\xBF\xBF", 0x10FFFF}};
  for (const auto& each : cases) {
    const std::string text = each.bytes + "x";
    const Rune rune = first_rune(text);
    EXPECT_TRUE(rune.valid);
    EXPECT_EQ(rune.code, each.code);
    EXPECT_EQ(rune.bytes, each.bytes);
  }
}

TEST(WebUrl, OnlyHttpAddressesOfAHostBecomeLinks) {
  const std::vector<std::string> fine = {
      "https://example.org", "http://localhost:9090/graph?g0.expr=up%20%3D%3D%200&g0.tab=1#x",
      "http://[::1]:9093/", "https://wiki.example.org/Slow_API"};
  for (const std::string& url : fine) EXPECT_EQ(web_url(url), url);
  const std::vector<std::string> bad = {"",
                                        "example.org",
                                        "//example.org",
                                        "javascript:alert(1)",
                                        "data:text/html,x",
                                        "HTTPS",
                                        "ftp://example.org",
                                        "https://",
                                        "https:///path",
                                        "https://:80/",
                                        "https://bank.example@evil.example/",
                                        "https://bank.example\\@evil.example/",
                                        "https://exämple.org/",
                                        "https://exa mple.org/",
                                        "https://example.org/a b",
                                        "https://example.org/a\nb",
                                        "https://example.org/\xFF",
                                        "https://example.org/" + std::string(2048, 'x')};
  for (const std::string& url : bad) EXPECT_EQ(web_url(url), std::nullopt) << url;
}

TEST(WebUrl, WhatMeansSomethingInMarkupIsEncoded) {
  EXPECT_EQ(web_url("https://w.org/a_(b)?c=[d]|<e>\"f'`*"),
            "https://w.org/a_%28b%29?c=%5Bd%5D%7C%3Ce%3E%22f%27%60%2A");
  EXPECT_EQ(web_url("https://w.org/ü"), "https://w.org/%C3%BC");
}

}  // namespace
}  // namespace tocsin::notifiers
