// The timeline is bounded by its size as well as by its age.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stories.h"

namespace tocsin::testing {
namespace {

/// A rule that fires and resolves every few minutes.
void flap(World& world, int times) {
  for (int i = 0; i < times; ++i) {
    world.source.set("slow", {{{"host", "a"}}});
    world.run_for(minutes{2}, seconds{2});
    world.source.set("slow", {});
    world.run_for(minutes{2}, seconds{2});
  }
}

std::size_t events(World& world) { return world.journal().events({.limit = 100'000}).size(); }

TEST(TimelineSize, TheOldestGoesWhenItBecomesTooLarge) {
  constexpr std::uint64_t kMost = 20'000;
  World small({kConfig, kRules},
              [](engine::Outside& outside) { outside.housekeeping.most_bytes = kMost; });
  World large({kConfig, kRules});
  flap(small, 40);
  flap(large, 40);
  EXPECT_GT(large.journal().extent().bytes, 2 * kMost);
  EXPECT_EQ(large.engine().housekeeping().dropped_for_size(), 0u);
  small.run_for(seconds{30});
  EXPECT_LE(small.journal().extent().bytes, kMost);
  EXPECT_GT(small.journal().extent().bytes, kMost / 2) << "no more goes than has to";
  EXPECT_EQ(events(small) + small.engine().housekeeping().dropped_for_size(), events(large));
  EXPECT_GT(small.engine().housekeeping().oldest_event(),
            large.engine().housekeeping().oldest_event());
  EXPECT_EQ(small.journal().events({.limit = 1}).front().at,
            large.journal().events({.limit = 1}).front().at);
}

TEST(TimelineSize, NoLimitIsNoLimit) {
  World world({kConfig, kRules},
              [](engine::Outside& outside) { outside.housekeeping.most_bytes = 0; });
  flap(world, 3);
  EXPECT_EQ(world.engine().housekeeping().dropped_for_size(), 0u);
  EXPECT_EQ(world.engine().housekeeping().bytes(), world.journal().extent().bytes);
}

}  // namespace
}  // namespace tocsin::testing
