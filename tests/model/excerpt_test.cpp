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

TEST(Excerpt, LongLinesAreCutBetweenCharacters) {
  const std::string left(200, 'a'), right(200, 'b');
  EXPECT_EQ(
      excerpt(left + "!" + right, 200),
      "…" + std::string(60, 'a') + "!" + std::string(39, 'b') + "…\n" + std::string(61, ' ') + "^");
  std::string umlauts;
  for (int i = 0; i < 100; ++i) umlauts += "ü";
  EXPECT_EQ(excerpt(umlauts + "!" + umlauts, 200).find("\xBC…"), 2 * 30 + 3 + 1 + 2 * 20 - 1);
}

}  // namespace
}  // namespace tocsin
