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
/// Tried once, and then everything for the channel has to wait.
const auto kHeld = [](const Delivered&) -> net::Result {
  return net::Response{429, {{"retry-after", "600"}}, ""};
};

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
  world.answer = kHeld;  // as if the answer to a message that was taken had been lost
  slow(world, {"a"});
  world.run_for(seconds{90});
  ASSERT_THAT(world.attempts, SizeIs(1));
  slow(world, {"a", "b"});
  world.run_for(minutes{3});
  ASSERT_THAT(world.attempts, SizeIs(1)) << "the message about both waits";
  slow(world, {});
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

}  // namespace
}  // namespace tocsin::testing
