// Reloads: what they keep, what they change, and what a bad one leaves alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stories.h"

namespace tocsin::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string reload(World& world) {
  return world.ask([](engine::Engine& engine) { return engine.reload("a test"); });
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

/// Reloads at `after` with something new to say 10 s before or after, and returns when that was
/// told, in seconds after the first message. The interval is a minute.
double told_after_reload(seconds after, seconds news) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  while (world.delivered("team").empty()) world.run_for(seconds{1});
  const Timestamp first = world.now;
  world.run_for(std::min(after, news));
  const auto more = [&] {
    world.source.set("slow", {});  // it resolves: news
  };
  if (news <= after) more();
  world.run_for(after > news ? after - news : Duration{0});
  reload(world);
  if (news > after) {
    world.run_for(news - after);
    more();
  }
  for (int i = 0; i < 300 && world.delivered("team").size() < 2; ++i) world.run_for(seconds{1});
  return std::chrono::duration<double>(world.now - first).count();
}

TEST(Reload, TimersOfGroupsThatHaveNothingToSayAreCountedFromIt) {
  EXPECT_NEAR(told_after_reload(seconds{30}, seconds{35}), 90, 2);
}

TEST(Reload, NewsThatWaitComeWhenTheyWereToCome) {
  EXPECT_NEAR(told_after_reload(seconds{45}, seconds{15}), 60, 2);
}

TEST(Reload, ReloadsAgainAndAgainHoldNoRepeatUp) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  for (int i = 0; i < 400; ++i) {
    world.run_for(seconds{45});  // less than the interval
    reload(world);
  }
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification",
                                                       "firing a=firing: repeat interval elapsed"));
}

TEST(Reload, AReceiverUnderAnotherNameIsNotToldAgain) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  for (std::size_t at; (at = world.files.config.find(": team,")) != std::string::npos;) {
    world.files.config.replace(at, 7, ": crew,");
  }
  ASSERT_EQ(reload(world), "");
  world.run_for(minutes{3});
  world.source.set("slow", {});
  world.run_for(minutes{3});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification",
                                                       "resolved a=resolved: all alerts resolved"));
}

TEST(Reload, ARouteWithOtherMatchersAndGroupsDoesNotForgetWhatItTold) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}, {{"host", "b"}}});
  world.run_for(minutes{2});
  ASSERT_THAT(world.delivered(), SizeIs(1));
  world.files.config.replace(world.files.config.find("group_by: [alertname],"), 22,
                             "group_by: [host], ");
  ASSERT_EQ(reload(world), "");
  world.run_for(minutes{3});
  EXPECT_THAT(world.delivered(), SizeIs(1));
  world.source.set("slow", {{{"host", "b"}}});
  world.run_for(minutes{3});
  EXPECT_THAT(in_short(world.delivered()),
              ElementsAre("firing a=firing b=firing: first notification",
                          "resolved a=resolved: all alerts resolved"));
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

/// Two routes by host; what they do not take goes to the root.
std::string by_host(const std::string& routes) {
  return R"(
sources: [{name: fake, url: "http://source.test"}]
route:
  receiver: team
  group_by: [alertname]
  group_wait: 5s
  group_interval: 1m
  routes: [)" +
         routes + R"(]
receivers:
- {name: team, webhook_configs: [{url: "http://hook.test/team"}]}
- {name: other, webhook_configs: [{url: "http://hook.test/other"}]}
)";
}

TEST(Reload, AnAlertThatAnotherRouteTakesLeavesTheGroupThatGoesOn) {
  World world({by_host(""), kRules});
  world.source.set("slow", {{{"host", "a"}}, {{"host", "b"}}});
  world.run_for(minutes{2});
  ASSERT_THAT(world.delivered("team"), SizeIs(1));
  world.files.config = by_host(R"({matchers: ['host="a"'], receiver: other})");
  ASSERT_EQ(reload(world), "");
  world.run_for(minutes{2});
  EXPECT_THAT(in_short(world.delivered("other")),
              ElementsAre("firing a=firing: first notification"));
  world.source.set("slow", {});
  world.run_for(minutes{2});
  EXPECT_THAT(in_short(world.delivered("team")),
              ElementsAre("firing a=firing b=firing: first notification",
                          "resolved b=resolved: all alerts resolved"));
}

TEST(Reload, AnAlertThatMovesToAnotherGroupOfItsReceiverIsNotToldAgain) {
  World world({by_host(""), kRules});
  world.source.set("slow", {{{"host", "a"}}, {{"host", "b"}}});
  world.run_for(minutes{2});
  world.files.config = by_host(R"({matchers: ['host="a"'], receiver: team})");
  ASSERT_EQ(reload(world), "");
  world.run_for(minutes{3});
  EXPECT_THAT(world.delivered(), SizeIs(1));
  world.source.set("slow", {{{"host", "b"}}});
  world.run_for(minutes{3});
  EXPECT_EQ(in_short(world.delivered().back()), "resolved a=resolved: all alerts resolved");
}

TEST(Reload, WhatAMessageMayHaveToldIsInDoubtWhereverTheAlertsGo) {
  World world({by_host(""), kRules});
  world.answer = [](const Delivered&) -> net::Result {
    return net::Failure{net::Failure::Kind::CutOff, "cut"};  // heard or not
  };
  world.source.set("slow", {{{"host", "a"}}, {{"host", "b"}}});
  while (world.attempts.empty()) world.run_for(seconds{1});
  world.source.set("slow", {{{"host", "b"}}});
  world.run_for(seconds{20});
  ASSERT_EQ(in_short(world.attempts.back()), "firing a=firing b=firing: first notification");
  world.files.config = by_host(R"({matchers: ['host="a"'], receiver: team})");
  ASSERT_EQ(reload(world), "");
  world.answer = [](const Delivered&) { return net::Response{200, {}, ""}; };
  world.run_for(minutes{3});
  EXPECT_THAT(in_short(world.delivered()),
              ::testing::UnorderedElementsAre("resolved a=resolved: all alerts resolved",
                                              "firing b=firing: new alerts added"));
}

TEST(Reload, AnEndThatWasNotYetToldIsToldByTheGroupThatTakesOver) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  while (world.delivered().empty()) world.run_for(seconds{1});
  world.source.set("slow", {});
  world.run_for(seconds{20});  // it is over, but the group's interval is not
  ASSERT_THAT(world.delivered(), SizeIs(1));
  world.files.config.replace(world.files.config.find("group_by: [alertname],"), 22,
                             "group_by: [host], ");
  ASSERT_EQ(reload(world), "");
  world.run_for(minutes{3});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification",
                                                       "resolved a=resolved: all alerts resolved"));
}

TEST(Reload, RoutesWithTheSameMatchersKeepTheirGroupsApart) {
  const std::string twin = R"({matchers: ['host="a"'], receiver: other, continue: true})";
  World world({by_host(twin + ", " + twin), kRules});
  world.answer = [](const Delivered&) { return net::Response{503, {}, ""}; };
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  ASSERT_THAT(world.engine().outbox(), SizeIs(2));  // one for each
  const std::int64_t first = world.engine().outbox().front().id;
  world.crash_and_restart();
  ASSERT_EQ(reload(world), "");
  ASSERT_THAT(world.engine().outbox(), SizeIs(2));
  EXPECT_EQ(world.engine().outbox().front().id, first);
}

TEST(Reload, NoGroupIsMadeForWhatIsOver) {
  World world({by_host(""), kRules});
  world.source.set("slow", {{{"host", "a"}}});
  while (world.delivered().empty()) world.run_for(seconds{1});
  world.source.set("slow", {});
  world.run_for(seconds{20});
  world.files.config = by_host(R"({matchers: ['host="a"'], receiver: other})");
  ASSERT_EQ(reload(world), "");
  world.run_for(minutes{3});
  EXPECT_EQ(world.engine().group_count(), 0u);
}

TEST(Reload, WhatAGroupThatIsGoneWantedToSayIsWithdrawn) {
  World world({kConfig, kRules});
  world.answer = [](const Delivered&) { return net::Response{503, {}, ""}; };
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  ASSERT_THAT(world.engine().outbox(), SizeIs(1));
  world.source.set("slow", {});
  world.run_for(seconds{20});  // it is over
  world.files.config.replace(world.files.config.find("group_by: [alertname],"), 22,
                             "group_by: [host], ");
  ASSERT_EQ(reload(world), "");
  world.answer = [](const Delivered&) { return net::Response{200, {}, ""}; };
  world.run_for(minutes{10});
  for (const Delivered& each : world.delivered()) {
    EXPECT_EQ(in_short(each).find("a=firing"), std::string::npos) << "it is over since long";
  }
  EXPECT_THAT(world.engine().outbox(), IsEmpty());
}

TEST(Reload, AMessageUnderWayToAChannelThatGoesDiesWhenItFails) {
  World world({kConfig, kRules});
  world.hold_answers = true;
  world.answer = [](const Delivered&) { return net::Response{503, {}, ""}; };
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{90});
  ASSERT_THAT(world.attempts, SizeIs(1));
  const std::string hook = "webhook_configs: [{url: \"http://hook.test/team\"}]";
  world.files.config.replace(world.files.config.find(hook), hook.size(), "console_configs: [{}]");
  ASSERT_EQ(reload(world), "");
  world.release_answers();
  world.run_for(seconds{1});
  ASSERT_FALSE(world.engine().outbox().empty());
  EXPECT_EQ(world.engine().outbox().front().state, notify::RowState::Dead);
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
    dead |= row.state == notify::RowState::Dead && row.notification->channel == "webhook/0";
  }
  EXPECT_TRUE(dead);
}

}  // namespace
}  // namespace tocsin::testing
