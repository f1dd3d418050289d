// The names under which timeline events are stored.
#include "model/event.h"

#include <set>

#include <gtest/gtest.h>

#include "model/error.h"

namespace tocsin {
namespace {

TEST(EventKindTest, EveryKindHasItsOwnNameAndReadsBack) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(EventKind::ReloadFailed); ++i) {
    const auto kind = static_cast<EventKind>(i);
    EXPECT_TRUE(names.insert(to_string(kind)).second) << to_string(kind);
    EXPECT_EQ(parse_event_kind(to_string(kind)), kind);
  }
}

TEST(EventKindTest, UnknownNamesAreRefused) {
  for (const std::string_view name : {"", "unknown", "Alert_Pending", "alert_pending "}) {
    EXPECT_THROW(parse_event_kind(name), Error) << name;
  }
}

}  // namespace
}  // namespace tocsin
