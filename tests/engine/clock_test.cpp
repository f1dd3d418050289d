// Clocks that jump: what they must not do to timers, alerts and messages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stories.h"

namespace tocsin::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SetBack : public ::testing::TestWithParam<bool> {
 protected:
  /// Sets the clock back by a day, while the service runs or while it is away.
  void set_back(World& world) {
    world.now -= hours{24};
    if (GetParam()) world.crash_and_restart();
  }
};

INSTANTIATE_TEST_SUITE_P(Clock, SetBack, ::testing::Bool(), [](const auto& each) {
  return each.param ? "WhileAway" : "WhileRunning";
});

TEST_P(SetBack, RulesAreEvaluatedAndAlertsFireAsEver) {
  World world({kConfig, kRules});
  world.run_for(minutes{2});
  set_back(world);
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification"));
}

TEST_P(SetBack, APendingAlertWaitsForItsTimeAndNoLonger) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{30});
  set_back(world);
  world.run_for(seconds{30});
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "pending");
  world.run_for(minutes{1});
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "firing");
}

TEST_P(SetBack, WhatIsOverIsNotToldAgainAndWhatFiresGoesOnFiring) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}, {{"host", "b"}}});
  world.run_for(minutes{2});
  world.source.set("slow", {{{"host", "b"}}});
  world.run_for(minutes{2});
  ASSERT_THAT(world.delivered(), SizeIs(2));
  set_back(world);
  world.run_for(minutes{10});
  EXPECT_THAT(world.delivered(), SizeIs(2));
  world.source.set("slow", {});
  world.run_for(minutes{2});
  EXPECT_EQ(in_short(world.delivered().back()), "resolved b=resolved: all alerts resolved");
}

TEST_P(SetBack, RepeatsAreDueWhenTheyWere) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  set_back(world);
  world.run_for(hours{4} + minutes{2}, seconds{5});
  EXPECT_THAT(world.delivered(), SizeIs(2));
}

TEST_P(SetBack, AMessageThatWaitsIsTriedAgainSoon) {
  World world({kConfig, kRules});
  world.answer = [](const Delivered&) { return net::Response{503, {}, ""}; };
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  set_back(world);
  world.answer = [](const Delivered&) { return net::Response{200, {}, ""}; };
  world.run_for(minutes{6});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification"));
}

TEST_P(SetBack, APostedAlertWhoseEndHasComeStaysOver) {
  World world({kConfig, kRules});
  state::Posted posted;
  posted.labels = {{"alertname", "Down"}, {"host", "a"}};
  posted.ends_at = world.now + minutes{3};
  world.ask([&](engine::Engine& engine) { return engine.post_alerts({posted}); });
  world.run_for(minutes{10});
  ASSERT_THAT(world.delivered(), SizeIs(2));
  set_back(world);
  world.run_for(minutes{10});
  EXPECT_THAT(world.delivered(), SizeIs(2));
}

TEST_P(SetBack, AChannelIsLeftAloneForAsLongAsItAskedAndNoLonger) {
  World world({kConfig, kRules});
  world.answer = [](const Delivered&) { return net::Response{429, {{"retry-after", "1200"}}, ""}; };
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{85});
  ASSERT_THAT(world.attempts, SizeIs(1));
  set_back(world);
  const Timestamp then = world.now;
  world.run_for(minutes{30});
  ASSERT_GE(world.attempts.size(), 2u);
  EXPECT_GE(world.attempts[1].at - then, seconds{1200});
  EXPECT_LE(world.attempts[1].at - then, seconds{1210});
}

TEST(SetForward, MissedSlotsAreCountedAndNothingStorms) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  const int asked = world.source.asked;
  world.now += hours{24};
  world.run_for(minutes{1});
  EXPECT_LE(world.source.asked, asked + 8);
  EXPECT_GT(world.engine().rules()->groups()[0].status.missed, 8000u);
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification",
                                                       "firing a=firing: repeat interval elapsed"));
}

}  // namespace
}  // namespace tocsin::testing
