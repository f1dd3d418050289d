// What findings about a file look like to the person who wrote it.
#include "model/error.h"

#include <gtest/gtest.h>

namespace tocsin {
namespace {

TEST(PositionTest, LeavesOutWhatIsUnknown) {
  EXPECT_EQ((Position{"a.yml", 3, 7}).to_string(), "a.yml:3:7");
  EXPECT_EQ((Position{"a.yml", 3, 0}).to_string(), "a.yml:3");
  EXPECT_EQ((Position{"a.yml", 0, 0}).to_string(), "a.yml");
  EXPECT_EQ(Position().to_string(), "");
}

TEST(DiagnosticTest, PutsThePlaceFirst) {
  EXPECT_EQ((Diagnostic{{"a.yml", 1, 2}, "no such key"}).to_string(), "a.yml:1:2: no such key");
  EXPECT_EQ((Diagnostic{{}, "no such file"}).to_string(), "no such file");
}

TEST(InvalidInputTest, SaysEverythingAtOnce) {
  const InvalidInput error({{{"a.yml", 1, 2}, "first"}, {{"b.yml", 3, 0}, "second"}});
  EXPECT_STREQ(error.what(), "a.yml:1:2: first\nb.yml:3: second");
  ASSERT_EQ(error.diagnostics().size(), 2U);
  EXPECT_EQ(error.diagnostics()[1].where, (Position{"b.yml", 3, 0}));
}

}  // namespace
}  // namespace tocsin
