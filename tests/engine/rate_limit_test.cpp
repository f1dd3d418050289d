// Messages that are sent no faster than their channel may be: over restarts, renames, and a clock
// that is set back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stories.h"

namespace tocsin::testing {
namespace {

using ::testing::SizeIs;

std::string limited(const std::string& receiver, const std::string& limit) {
  return R"(
sources: [{name: fake, url: "http://source.test"}]
route: {receiver: )" +
         receiver + R"(, group_by: [host], group_wait: 5s, group_interval: 1m}
receivers: [{name: )" +
         receiver + R"(, webhook_configs: [{url: "http://hook.test/x", rate_limit: )" + limit +
         "}]}]\n";
}

/// So many groups that all want to speak at the same moment.
void many(World& world, int groups) {
  std::vector<Labels> series;
  for (int i = 0; i < groups; ++i) series.push_back({{"host", "h" + std::to_string(i)}});
  world.source.set("slow", std::move(series));
}

/// No `most + 1` attempts lie within `per`.
void expect_kept(const World& world, std::size_t most, Duration per) {
  for (std::size_t i = most; i < world.attempts.size(); ++i) {
    EXPECT_GE(world.attempts[i].at - world.attempts[i - most].at, per) << i;
  }
}

TEST(RateLimit, ABurstWaitsItsTurnAndAllOfItIsSaid) {
  World world({limited("team", "2/10s"), kRules});
  many(world, 9);
  world.run_for(minutes{1} + seconds{30});
  EXPECT_THAT(world.attempts, SizeIs(::testing::AllOf(::testing::Ge(2u), ::testing::Lt(9u))));
  world.run_for(minutes{1});
  EXPECT_THAT(world.delivered(), SizeIs(9));
  expect_kept(world, 2, seconds{10});
}

TEST(RateLimit, RetriesCountAsWell) {
  World world({limited("team", "1/20s"), kRules});
  world.answer = [](const Delivered&) { return net::Response{503, {}, ""}; };
  many(world, 1);
  world.run_for(minutes{4});
  EXPECT_GE(world.attempts.size(), 4u);
  expect_kept(world, 1, seconds{20});
}

TEST(RateLimit, SurvivesARestart) {
  World world({limited("team", "2/10m"), kRules});
  many(world, 5);
  while (world.attempts.size() < 2) world.run_for(seconds{1});
  world.run_for(seconds{1});  // their outcomes are on disk
  world.crash_and_restart();
  world.run_for(minutes{9});
  EXPECT_THAT(world.attempts, SizeIs(2));
  world.run_for(minutes{12});
  EXPECT_THAT(world.delivered(), SizeIs(5));
  expect_kept(world, 2, minutes{10});
}

TEST(RateLimit, GoesWithAReceiverThatIsRenamed) {
  World world({limited("team", "2/10m"), kRules});
  many(world, 5);
  while (world.attempts.size() < 2) world.run_for(seconds{1});
  world.files.config = limited("renamed", "2/10m");
  world.ask([](engine::Engine& engine) { return engine.reload("test"); });
  world.run_for(minutes{9});
  EXPECT_THAT(world.attempts, SizeIs(2));
  world.run_for(minutes{3});
  EXPECT_THAT(world.attempts, SizeIs(4));
}

TEST(RateLimit, AClockThatIsSetBackDoesNotSilenceAChannel) {
  World world({limited("team", "2/1m"), kRules});
  many(world, 5);
  while (world.attempts.size() < 2) world.run_for(seconds{1});
  world.now -= hours{3};
  world.run_for(minutes{12});
  EXPECT_THAT(world.delivered(), SizeIs(5));
}

TEST(RateLimit, NewerNewsTakesThePlaceOfWhatWaits) {
  World world({R"(
sources: [{name: fake, url: "http://source.test"}]
route: {receiver: team, group_by: [alertname], group_wait: 5s, group_interval: 1m}
receivers: [{name: team, webhook_configs: [{url: "http://hook.test/x", rate_limit: 1/10m}]}]
)",
               kRules});
  many(world, 1);
  world.run_for(minutes{2});
  many(world, 2);
  world.run_for(minutes{3});
  many(world, 3);
  world.run_for(minutes{10});
  EXPECT_EQ(in_short(world.delivered()),
            (std::vector<std::string>{"firing h0=firing: first notification",
                                      "firing h0=firing h1=firing h2=firing: new alerts added"}));
}

}  // namespace
}  // namespace tocsin::testing
