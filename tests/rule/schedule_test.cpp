// When groups are due, and what happens to slots that nobody could keep.
#include "rule/schedule.h"

#include <set>

#include <gmock/gmock.h>

namespace tocsin::rule {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const Timestamp kNow{seconds{1'767'323'045}};

RuleGroup group(const std::string& name, Duration interval = minutes{1}) {
  RuleGroup made;
  made.name = name;
  made.file = "rules.yaml";
  made.interval = interval;
  return made;
}

TEST(Schedule, TheFirstSlotIsNowOrWithinOneInterval) {
  for (const Duration interval : {Duration{milliseconds{1}}, Duration{seconds{7}},
                                  Duration{minutes{1}}, Duration{std::chrono::hours{24}}}) {
    const RuleGroup each = group("web", interval);
    const Timestamp due = first_due(each, kNow);
    EXPECT_GE(due, kNow) << format_duration(interval);
    EXPECT_LT(due, kNow + interval) << format_duration(interval);
    EXPECT_EQ(first_due(each, due), due) << "a slot is its own first slot";
  }
}

TEST(Schedule, SlotsStayTheSameWheneverItStarts) {
  const RuleGroup each = group("web");
  const Timestamp due = first_due(each, kNow);
  for (int second = 0; second < 600; ++second) {
    const Timestamp later = first_due(each, kNow + seconds{second});
    EXPECT_EQ((later - due) % each.interval, Duration{0});
  }
}

TEST(Schedule, SlotsBeforeTheEpochAreNoProblem) {
  const Timestamp early{seconds{-1000}};
  const Timestamp due = first_due(group("web"), early);
  EXPECT_GE(due, early);
  EXPECT_LT(due, early + minutes{1} + minutes{1});
}

TEST(Schedule, AGroupMayHaveItsPlaceInTheInterval) {
  RuleGroup each = group("web");
  for (const Duration offset : {Duration{0}, Duration{seconds{5}}, Duration{seconds{59}}}) {
    each.offset = offset;
    EXPECT_EQ(first_due(each, kNow).time_since_epoch() % each.interval, offset);
  }
  each.offset = seconds{125};
  EXPECT_EQ(first_due(each, kNow), kNow) << "kNow is 5 s after a full minute";
}

TEST(Schedule, GroupsAreSpreadOverTheInterval) {
  std::set<Duration::rep> tenths;
  for (int i = 0; i < 100; ++i) {
    const Timestamp due = first_due(group("group " + std::to_string(i)), kNow);
    tenths.insert((due - kNow) / seconds{6});
  }
  EXPECT_EQ(tenths.size(), 10u) << "every tenth of the interval has groups";
}

TEST(Schedule, MissedSlotsAreCountedAndLeftOut) {
  struct Case {
    const char* story;
    Duration took;
    Duration next_after_due;
    std::uint64_t missed;
  };
  const RuleGroup each = group("web");
  for (const Case& row : std::vector<Case>{
           {"at once", Duration{0}, minutes{1}, 0},
           {"within the interval", seconds{59}, minutes{1}, 0},
           {"exactly one interval", minutes{1}, minutes{2}, 1},
           {"a bit more than one", seconds{61}, minutes{2}, 1},
           {"three and a half", seconds{210}, minutes{4}, 3},
           {"the clock ran back", -seconds{30}, minutes{1}, 0},
       }) {
    const NextDue next = next_due(each, kNow, kNow + row.took);
    EXPECT_EQ(next.due - kNow, row.next_after_due) << row.story;
    EXPECT_EQ(next.missed, row.missed) << row.story;
  }
}

}  // namespace
}  // namespace tocsin::rule
