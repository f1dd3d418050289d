// What people see under an expression that is wrong.
#include "query/syntax/caret.h"

#include <gtest/gtest.h>

namespace tocsin::query {
namespace {

struct Case {
  std::string text;
  Span where;
  std::string expected;
};

TEST(Caret, StandsUnderThePlace) {
  const Case kCases[] = {
      {"sum(up", {3, 4}, "> sum(up\n>    ^\n"},
      {"rate(up)", {5, 7}, "> rate(up)\n>      ^^\n"},
      {"a +", {3, 3}, "> a +\n>    ^\n"},
      {"", {0, 0}, "> \n> ^\n"},
      {"a", {70, 80}, "> a\n>  ^\n"},
      {"up\n  + down\n", {5, 6}, ">   + down\n>   ^\n"},
      {"a +\nb", {0, 5}, "> a +\n> ^^^\n"},
      {"a\n\nb", {2, 2}, "> \n> ^\n"},
      {"a\nb", {1, 1}, "> a\n>  ^\n"},
      {"x{a=\"ü\"}+", {9, 10}, "> x{a=\"ü\"}+\n>         ^\n"},
      {"\ta", {1, 2}, ">  a\n>  ^\n"},
      {"a\x1b[31mb\xffz", {7, 8}, "> a?[31mb?z\n>        ^\n"},
  };
  for (const Case& each : kCases) {
    EXPECT_EQ(point_at(each.text, each.where, "> "), each.expected) << each.text;
  }
}

TEST(Caret, CutsALongLineAroundThePlace) {
  const std::string blanks(61, ' ');
  const std::string long_text = std::string(300, 'a') + "!" + std::string(300, 'b');
  EXPECT_EQ(point_at(long_text, {300, 301}, ""),
            "…" + std::string(60, 'a') + "!" + std::string(39, 'b') + "…\n" + blanks + "^\n");
  std::string wide;
  for (int i = 0; i < 300; ++i) wide += "😀";
  wide += "!";
  EXPECT_EQ(point_at(wide, {1200, 1201}, "").substr(0, 7), "…😀");
  EXPECT_EQ(point_at(wide, {1200, 1201}, "").substr(3 + 60 * 4), "!\n" + blanks + "^\n");
}

}  // namespace
}  // namespace tocsin::query
