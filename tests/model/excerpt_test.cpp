#include "model/excerpt.h"

#include <gtest/gtest.h>

namespace tocsin {
namespace {

TEST(Excerpt, ShowsTheLineAndThePlace) {
  struct Case {
    std::string text;
    std::size_t offset;
    std::string shown;
  };
  for (const auto& [text, offset, shown] : std::initializer_list<Case>{
           {"", 0, "\n^"},
           {"", 7, "\n^"},
           {"up + ", 5, "up + \n     ^"},
           {"up +", 0, "up +\n^"},
           {"sum(\n  up\n)", 7, "  up\n  ^"},
           {"sum(\n  up\n)", 4, "sum(\n    ^"},
           {"sum(\n  up\n)", 5, "  up\n^"},
           {"sum(\n  up\n)", 10, ")\n^"},
           {"\tup\x01\x7F{", 5, " up  {\n     ^"},
           {"größe{x}", 7, "größe{x}\n     ^"},
       }) {
    EXPECT_EQ(excerpt(text, offset), shown) << text << " at " << offset;
  }
}

TEST(Excerpt, MarksAsMuchAsIsOnTheLine) {
  struct Case {
    std::string text;
    std::size_t offset, length;
    std::string shown;
  };
  for (const auto& [text, offset, length, shown] : std::initializer_list<Case>{
           {"rate(up)", 5, 2, "rate(up)\n     ^^"},
           {"a + (b\nc)", 4, 5, "a + (b\n    ^^"},
           {"größe{x}", 0, 7, "größe{x}\n^^^^^"},
           {"a", 1, 5, "a\n ^"},
           {"a\nb", 1, 2, "a\n ^"},
           {"a", 70, 80, "a\n ^"},
           {"a", 0, std::string::npos, "a\n^"},
       }) {
    EXPECT_EQ(excerpt(text, offset, length), shown) << text << " at " << offset;
  }
}

TEST(Excerpt, NothingInItMovesACursor) {
  EXPECT_EQ(excerpt("a\x1b[31mb\xff\xc2\x9b\u202ez", 12), "a [31mb   z\n          ^");
}

TEST(Excerpt, LongLinesAreCutBetweenCharacters) {
  const std::string left(200, 'a'), right(200, 'b');
  EXPECT_EQ(
      excerpt(left + "!" + right, 200),
      "…" + std::string(60, 'a') + "!" + std::string(39, 'b') + "…\n" + std::string(61, ' ') + "^");
  std::string umlauts;
  for (int i = 0; i < 100; ++i) umlauts += "ü";
  EXPECT_EQ(excerpt(umlauts + "!" + umlauts, 200).find("\xBC…"), 3 + 2 * 60 + 1 + 2 * 39 - 1);
}

}  // namespace
}  // namespace tocsin
