// Many messages at once: how many commits they take, and what a crash or a failure among them does.
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/stories.h"

namespace tocsin::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int kGroups = 200;

const std::string kBurst = R"(
global: {evaluation_interval: 10s}
sources: [{name: fake, url: "http://source.test"}]
route: {receiver: team, group_by: [host], group_wait: 5s, group_interval: 1m, repeat_interval: 4h}
receivers: [{name: team, webhook_configs: [{url: "http://hook.test/team"}]}]
)";

/// An alert for each host, which makes a group for each.
void post_burst(World& world) {
  std::vector<state::Posted> batch(kGroups);
  for (int i = 0; i < kGroups; ++i) {
    batch[static_cast<std::size_t>(i)].labels = {{"alertname", "Slow"},
                                                 {"host", fmt::format("h{}", i)}};
    batch[static_cast<std::size_t>(i)].ends_at = world.now + hours{2};
  }
  world.ask([&](engine::Engine& engine) { return engine.post_alerts(batch); });
}

std::set<std::string> groups_of(const std::vector<Delivered>& delivered) {
  std::set<std::string> groups;
  for (const Delivered& each : delivered) {
    groups.insert(nlohmann::json::parse(each.body)["groupKey"].get<std::string>());
  }
  return groups;
}

TEST(Burst, EveryGroupIsToldOnceAndCommitsAreShared) {
  World world({kBurst, ""});
  post_burst(world);
  world.run_for(seconds{6}, seconds{6});
  const std::uint64_t before = world.engine().journal_status().commits;
  world.run_for(seconds{1}, milliseconds{10});
  EXPECT_THAT(groups_of(world.delivered()), SizeIs(kGroups));
  EXPECT_THAT(world.delivered(), SizeIs(kGroups));
  EXPECT_LT(world.engine().journal_status().commits - before, kGroups / 32u);
  EXPECT_THAT(world.engine().outbox(), IsEmpty());
  EXPECT_TRUE(world.engine().deliveries_done());
  world.run_for(minutes{10});
  EXPECT_THAT(world.delivered(), SizeIs(kGroups));
}

TEST(Burst, AFailureAmongThemIsTriedAgainAndTheOthersAreNot) {
  World world({kBurst, ""});
  int attempt = 0;
  world.answer = [&](const Delivered&) {
    return net::Response{++attempt == 30 ? 503 : 200, {}, ""};
  };
  post_burst(world);
  world.run_for(minutes{2}, milliseconds{100});
  EXPECT_THAT(world.attempts, SizeIs(kGroups + 1));
  EXPECT_THAT(groups_of(world.delivered()), SizeIs(kGroups));
}

TEST(Burst, ACrashInTheMiddleSendsAgainOnlyWhatWasSentInTheLastMoment) {
  World world({kBurst, ""});
  post_burst(world);
  world.run_for(seconds{5}, seconds{5});
  for (int i = 0; i < 4; ++i) world.turn();
  ASSERT_LT(world.attempts.size(), std::size_t{kGroups});
  world.crash_and_restart();
  world.run_for(minutes{2}, milliseconds{100});
  EXPECT_THAT(groups_of(world.delivered()), SizeIs(kGroups));
  EXPECT_LE(world.attempts.size(), kGroups + engine::kMostGathered);
}

TEST(Burst, AStopWritesWhatWasSent) {
  World world({kBurst, ""});
  post_burst(world);
  world.run_for(seconds{5}, seconds{5});
  world.turn();
  while (!world.engine().deliveries_done()) world.engine().drain(world.now);
  const std::size_t sent = world.attempts.size();
  ASSERT_LT(sent, std::size_t{kGroups});
  world.crash_and_restart();
  world.run_for(minutes{2}, milliseconds{100});
  EXPECT_THAT(world.attempts, SizeIs(kGroups));
}

}  // namespace
}  // namespace tocsin::testing
