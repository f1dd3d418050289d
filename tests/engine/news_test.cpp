// What receivers must hear although something is in the way: deliveries that fail or take long,
// silences that begin meanwhile, channels that do not want to hear of the end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stories.h"

namespace tocsin::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Series of the rule Slow for these hosts.
void slow(World& world, const std::vector<std::string>& hosts) {
  std::vector<Labels> series;
  for (const std::string& host : hosts) series.push_back({{"host", host}});
  world.source.set("slow", std::move(series));
}

const auto kBroken = [](const Delivered&) { return net::Response{503, {}, ""}; };
const auto kFine = [](const Delivered&) { return net::Response{200, {}, ""}; };

TEST(News, ARefireIsToldWhereTheEndWasNotBecauseNobodyWantedToHearOfIt) {
  World world({R"(
sources: [{name: fake, url: "http://source.test"}]
route: {receiver: team, group_by: [alertname], group_wait: 5s, group_interval: 1m}
receivers: [{name: team, webhook_configs: [{url: "http://hook.test/team", send_resolved: false}]}]
)",
               kRules});
  slow(world, {"a", "b"});
  world.run_for(minutes{2});
  slow(world, {"b"});
  world.run_for(minutes{2});
  ASSERT_THAT(world.delivered(), SizeIs(1)) << "b keeps the group alive";
  slow(world, {"a", "b"});
  world.run_for(minutes{3});
  EXPECT_THAT(in_short(world.delivered()),
              ElementsAre("firing a=firing b=firing: first notification",
                          "firing a=firing b=firing: new alerts added"));
}

TEST(News, AnEndWhileOnlyTheClockMutesIsToldWhenThatIsOver) {
  World world({R"(
sources: [{name: fake, url: "http://source.test"}]
route:
  receiver: team
  group_by: [alertname]
  routes:
  - {matchers: [severity=page], group_wait: 5s, group_interval: 1m, mute_time_intervals: [soon]}
time_intervals: [{name: soon, time_intervals: [{times: [{start_time: "00:10", end_time: "00:20"}]}]}]
receivers: [{name: team, webhook_configs: [{url: "http://hook.test/team"}]}]
)",
               kRules});
  const Timestamp midnight = world.now;
  slow(world, {"a"});
  world.run_for(minutes{12});
  slow(world, {});
  world.run_for(minutes{7});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification"));
  world.run_for(minutes{3});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification",
                                                       "resolved a=resolved: all alerts resolved"));
  EXPECT_GE(world.delivered().back().at, midnight + minutes{20});
  EXPECT_LT(world.delivered().back().at, midnight + minutes{22});
}

TEST(News, AnEndThatCouldNotBeDeliveredIsPartOfTheNextMessage) {
  World world({kConfig, kRules});
  slow(world, {"a", "b"});
  world.run_for(minutes{2});
  world.answer = kBroken;
  slow(world, {"b"});
  world.run_for(minutes{2});
  slow(world, {"b", "c"});
  world.run_for(minutes{3});
  world.answer = kFine;
  world.run_for(minutes{6});
  EXPECT_THAT(in_short(world.delivered()),
              ElementsAre("firing a=firing b=firing: first notification",
                          "firing a=resolved b=firing c=firing: new alerts added"));
  slow(world, {"b"});
  world.run_for(minutes{2});
  EXPECT_EQ(in_short(world.delivered().back()), "firing b=firing c=resolved: some alerts resolved")
      << "a was told once";
}

TEST(News, AnEndThatCouldNotBeDeliveredSurvivesACrash) {
  World world({kConfig, kRules});
  slow(world, {"a"});
  world.run_for(minutes{2});
  world.answer = kBroken;
  slow(world, {});
  world.run_for(minutes{2});
  world.crash_and_restart();
  world.answer = kFine;
  world.run_for(minutes{6});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification",
                                                       "resolved a=resolved: all alerts resolved"));
  EXPECT_EQ(world.engine().group_count(), 0u);
}

// Seed 3558 of the simulation: what a channel had refused to take was thought to have been heard.
TEST(News, WhatWasRefusedAs429IsNoReasonToSayAnEndTwice) {
  for (const int refusal : {429, 503}) {
    World world({R"(
sources: [{name: fake, url: "http://source.test"}]
route: {receiver: team, group_by: [alertname], group_wait: 5s, group_interval: 1m}
receivers:
- name: team
  webhook_configs: [{url: "http://hook.test/team"}, {url: "http://hook.test/other"}]
)",
                 kRules});
    slow(world, {"a"});
    world.run_for(minutes{2});
    bool refuses = false;
    // The other channel is still to be told of the end of a, which keeps it in the group.
    world.answer = [&](const Delivered& what) {
      if (what.url.ends_with("other")) return net::Response{503, {}, ""};
      return net::Response{refuses ? refusal : 200, {{"retry-after", "20"}}, ""};
    };
    slow(world, {});
    world.run_for(minutes{2});
    refuses = true;
    slow(world, {"b"});
    world.run_for(minutes{3});
    silence(world, "b", hours{1});
    world.run_for(minutes{2});
    refuses = false;
    world.run_for(minutes{6});
    std::vector<std::string> expected = {"firing a=firing: first notification",
                                         "resolved a=resolved: all alerts resolved"};
    // Who may believe that b fires is told that all is over.
    if (refusal == 503) expected.push_back(expected.back());
    EXPECT_EQ(in_short(world.delivered("team")), expected) << refusal;
  }
}

TEST(News, AGroupIsGoneAsSoonAsItsEndIsTold) {
  World world({kConfig, kRules});
  slow(world, {"a"});
  world.run_for(minutes{2});
  slow(world, {});
  while (world.delivered().size() < 2) world.run_for(seconds{1});
  world.run_for(seconds{1});
  EXPECT_EQ(world.engine().group_count(), 0u);
}

TEST(News, AnAlertThatIsBackBeforeItsEndWasDeliveredIsStillThere) {
  World world({kConfig, kRules});
  slow(world, {"a"});
  world.run_for(minutes{2});
  world.answer = kBroken;
  slow(world, {});
  world.run_for(minutes{2});
  slow(world, {"a"});
  world.run_for(minutes{3});
  world.answer = kFine;
  world.run_for(minutes{6});
  EXPECT_EQ(in_short(world.delivered().back()), "firing a=firing: first notification")
      << "the last word is the truth";
  EXPECT_THAT(world.engine().outbox(), IsEmpty());
}

TEST(News, ANewerMessageWaitsForTheOneUnderWayAndIsTheLastWord) {
  World world({kConfig, kRules});
  world.hold_answers = true;
  slow(world, {"a"});
  world.run_for(seconds{90});
  ASSERT_THAT(world.attempts, SizeIs(1));
  slow(world, {});
  world.run_for(minutes{3});
  EXPECT_THAT(world.attempts, SizeIs(1)) << "it would overtake the first one";
  world.hold_answers = false;
  world.release_answers();
  world.run_for(seconds{2});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification",
                                                       "resolved a=resolved: all alerts resolved"));
  EXPECT_EQ(world.engine().group_count(), 0u);
}

TEST(News, WhatMayHaveBeenHeardIsToldToBeOverEvenIfItsMessageWasReplaced) {
  World world({kConfig, kRules});
  world.answer = kBroken;  // an error, but it may have been taken
  slow(world, {"a"});
  world.run_for(seconds{90});
  slow(world, {"a", "b"});
  world.run_for(minutes{3});
  slow(world, {});
  world.run_for(minutes{2});
  world.answer = kFine;
  world.run_for(minutes{15});
  EXPECT_THAT(in_short(world.delivered()),
              ElementsAre("resolved a=resolved b=resolved: all alerts resolved"));
}

TEST(News, AMessageThatIsBeingTriedAgainIsTakenBackWhenItIsSilenced) {
  World world({kConfig, kRules});
  world.answer = kBroken;
  slow(world, {"a"});
  world.run_for(minutes{2});
  const std::string id = silence(world, "a", hours{1});
  world.run_for(minutes{2});
  EXPECT_THAT(world.engine().outbox(), IsEmpty());
  world.answer = kFine;
  world.run_for(minutes{10});
  EXPECT_THAT(world.delivered(), IsEmpty());
  world.ask([&](engine::Engine& engine) { return engine.expire_silence(id, "test"); });
  world.run_for(minutes{2});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification"));
}

TEST(News, AMessageThatIsBeingTriedAgainLeavesOutWhatIsSilencedMeanwhile) {
  World world({kConfig, kRules});
  world.answer = kBroken;
  slow(world, {"a", "b"});
  world.run_for(minutes{2});
  silence(world, "a", hours{1});
  world.run_for(minutes{2});
  world.answer = kFine;
  world.run_for(minutes{10});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing b=firing: first notification"));
}

TEST(News, AMessageIsGivenUpADayAfterItsDecisionAndSaidAgainAfresh) {
  World world({R"(
sources: [{name: fake, url: "http://source.test"}]
route: {receiver: team, group_by: [alertname], group_wait: 5s, group_interval: 25h}
receivers: [{name: team, webhook_configs: [{url: "http://hook.test/team"}]}]
)",
               kRules});
  world.answer = kBroken;
  slow(world, {"a"});
  world.run_for(hours{24} + minutes{10}, seconds{10});
  ASSERT_THAT(world.engine().outbox(), SizeIs(1));
  EXPECT_EQ(world.engine().outbox()[0].state, notify::RowState::Dead);
  EXPECT_THAT(world.engine().outbox()[0].last_error, ::testing::HasSubstr("given up after"));
  world.answer = kFine;
  world.run_for(hours{1}, seconds{10});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification"));
}

TEST(News, OneMessageAtATimeGoesToEachGroupButGroupsDoNotWaitForOneAnother) {
  World world({R"(
sources: [{name: fake, url: "http://source.test"}]
route: {receiver: team, group_by: [host], group_wait: 5s, group_interval: 1m}
receivers: [{name: team, webhook_configs: [{url: "http://hook.test/team"}]}]
)",
               kRules});
  world.hold_answers = true;
  slow(world, {"a", "b", "c"});
  world.run_for(minutes{5});
  EXPECT_THAT(world.attempts, SizeIs(3));
}

TEST(News, AnEarlierEndIsNotTakenForThatOfWhatMayHaveBeenHeardSince) {
  World world({kConfig, kRules});
  silence(world, "c", hours{1});
  slow(world, {"a", "c"});
  world.run_for(minutes{3});
  slow(world, {"c"});  // it keeps the group
  world.run_for(minutes{2});
  ASSERT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification",
                                                       "resolved a=resolved: all alerts resolved"));
  world.answer = [](const Delivered&) -> net::Result {
    return net::Failure{net::Failure::Kind::CutOff, "cut"};
  };
  const std::string id = silence(world, "d", hours{1});
  slow(world, {"a", "c", "d"});  // heard, but its answer is lost
  world.run_for(minutes{3} + seconds{30});
  slow(world, {"c"});
  world.run_for(seconds{10});
  world.ask([&](engine::Engine& engine) { return engine.expire_silence(id, "test"); });
  world.run_for(minutes{2});
  ASSERT_EQ(in_short(world.attempts.back()), "resolved a=resolved d=resolved: all alerts resolved");
  silence(world, "d", hours{1});  // makes what waits to be sent outdated
  world.run_for(minutes{2});
  world.answer = kFine;
  world.run_for(minutes{10});
  EXPECT_THAT(in_short(world.delivered().back()), ::testing::StartsWith("resolved a=resolved"));
  EXPECT_THAT(world.delivered(), SizeIs(3));
}

TEST(News, AnEndIsToldThoughANewerMessageTookThePlaceOfOneThatWasUnderWay) {
  World world({kConfig, kRules});
  slow(world, {"a"});
  while (world.delivered().empty()) world.run_for(seconds{1});
  slow(world, {"a", "b"});
  world.run_for(seconds{65});
  slow(world, {"b"});
  world.run_for(seconds{30});
  world.answer = [](const Delivered&) { return net::Response{429, {{"retry-after", "1"}}, ""}; };
  world.hold_answers = true;  // it is under way until both are over
  world.run_for(seconds{40});
  ASSERT_EQ(in_short(world.attempts.back()), "firing a=resolved b=firing: new alerts added");
  slow(world, {});
  world.run_for(minutes{1});
  world.hold_answers = false;
  world.release_answers();
  world.run_for(minutes{5});
  world.answer = kFine;
  world.run_for(minutes{10});
  EXPECT_THAT(in_short(world.delivered()),
              ElementsAre("firing a=firing: first notification",
                          "resolved a=resolved b=resolved: all alerts resolved"));
}

TEST(News, AnEndThatMayHaveBeenHeardMakesTheNextFiringNews) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{3});
  ASSERT_THAT(world.delivered(), SizeIs(1));
  // The receiver acts on the end, but its answer is lost.
  world.answer = [](const Delivered&) -> net::Result {
    return net::Failure{net::Failure::Kind::CutOff, "cut"};
  };
  world.source.set("slow", {});
  world.run_for(minutes{2});
  ASSERT_GT(world.attempts.size(), 1u);
  silence(world, "a", minutes{5});  // the message about its end is withdrawn
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{3});
  ASSERT_THAT(world.engine().outbox(), IsEmpty());
  world.answer = [](const Delivered&) { return net::Response{200, {}, ""}; };
  world.run_for(minutes{6});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification",
                                                       "firing a=firing: first notification"));
}

}  // namespace
}  // namespace tocsin::testing
