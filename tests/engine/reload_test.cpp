// Reloads: what they keep, what they change, and what a bad one leaves alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stories.h"

namespace tocsin::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string reload(World& world) {
  return world.ask([](engine::Engine& engine) { return engine.reload(); });
}

TEST(Reload, ABadFileLeavesTheRunningConfigurationAlone) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.files.config = "route: {receiver: nobody}\n";
  const std::string problem = reload(world);
  EXPECT_THAT(problem, HasSubstr("test.yaml"));
  EXPECT_FALSE(world.engine().reload_status().last_successful);
  world.run_for(minutes{2});
  EXPECT_THAT(world.delivered("team"), SizeIs(1));
  world.files.config = kConfig;
  EXPECT_EQ(reload(world), "");
  EXPECT_TRUE(world.engine().reload_status().last_successful);
}

TEST(Reload, TheSameFilesChangeNothing) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{40});
  reload(world);
  world.run_for(seconds{60});
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "firing");
  for (int i = 0; i < 5; ++i) {
    reload(world);
    world.run_for(seconds{70});
  }
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification"));
}

TEST(Reload, AnEditedExpressionKeepsTheClock) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.source.set("slow > 0", {{{"host", "a"}}});
  world.run_for(seconds{45});
  world.files.rules.replace(world.files.rules.find("expr: slow"), 10, "expr: slow > 0");
  ASSERT_EQ(reload(world), "");
  world.run_for(seconds{30});
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "firing");
}

TEST(Reload, TheAlertsOfARemovedRuleResolve) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  world.files.rules = "groups: []\n";
  ASSERT_EQ(reload(world), "");
  world.run_for(minutes{2});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification",
                                                       "resolved a=resolved: all alerts resolved"));
}

TEST(Reload, ARouteThatMovedInTheTreeKeepsItsTimersAndWhatItTold) {
  World world({kConfig, kRules});
  world.files.config = R"(
sources: [{name: fake, url: "http://source.test"}]
route:
  receiver: team
  group_by: [alertname]
  group_wait: 5s
  group_interval: 1m
  routes:
  - {matchers: ['severity="page"'], receiver: pager}
receivers:
- {name: team, webhook_configs: [{url: "http://hook.test/team"}]}
- {name: pager, webhook_configs: [{url: "http://hook.test/pager"}]}
)";
  world.crash_and_restart();
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  ASSERT_THAT(world.delivered("pager"), SizeIs(1));
  // Another route in front of it: its place changes, its meaning does not.
  const std::string route = "  - {matchers: ['severity=\"page\"'], receiver: pager}\n";
  world.files.config.replace(world.files.config.find(route), route.size(),
                             "  - {matchers: ['team=\"other\"'], receiver: team}\n" + route);
  ASSERT_EQ(reload(world), "");
  world.run_for(minutes{10});
  EXPECT_THAT(world.delivered("pager"), SizeIs(1));
  world.source.set("slow", {});
  world.run_for(minutes{3});
  EXPECT_THAT(world.delivered("pager"), SizeIs(2));
}

TEST(Reload, AnAlertThatIsRoutedElsewhereIsToldThere) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  world.files.config = R"(
sources: [{name: fake, url: "http://source.test"}]
route: {receiver: other, group_by: [alertname], group_wait: 5s, group_interval: 1m}
receivers: [{name: other, webhook_configs: [{url: "http://hook.test/other"}]}]
)";
  ASSERT_EQ(reload(world), "");
  world.run_for(minutes{2});
  EXPECT_THAT(world.delivered("other"), SizeIs(1));
}

TEST(Reload, MessagesForAChannelThatIsGoneDieVisibly) {
  World world({kConfig, kRules});
  world.answer = [](const Delivered&) { return net::Response{503, {}, ""}; };
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{90});
  world.files.config.replace(
      world.files.config.find("webhook_configs: [{url: \"http://hook.test/team\"}]"),
      std::string("webhook_configs: [{url: \"http://hook.test/team\"}]").size(),
      "console_configs: [{}]");
  ASSERT_EQ(reload(world), "");
  world.run_for(seconds{1});
  bool dead = false;
  for (const auto& row : world.engine().outbox()) {
    dead |= row.state == notify::RowState::Dead && row.notification.channel == "webhook/0";
  }
  EXPECT_TRUE(dead);
}

}  // namespace
}  // namespace tocsin::testing
