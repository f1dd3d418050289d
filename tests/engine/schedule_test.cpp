// Which rules are asked when: order within a group, groups side by side, reloads in between, and
// how long alerts wait and are kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stories.h"

namespace tocsin::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string kTwoGroups = R"(
groups:
- name: one
  interval: 10s
  rules: [{alert: A, expr: a}, {alert: B, expr: b}]
- name: two
  interval: 10s
  rules: [{alert: C, expr: c}]
)";

TEST(Schedule, GroupsDoNotWaitForOneAnother) {
  World world({kConfig, kTwoGroups});
  world.source.hold = true;
  world.run_for(seconds{30});
  EXPECT_THAT(world.source.expressions, ::testing::UnorderedElementsAre("a", "c"))
      << "each group asks for one rule, and not again before it is answered";
  world.source.hold = false;
  world.source.release();
  world.turn();
  EXPECT_EQ(phase_of(world.engine(), "A"), "inactive");
  EXPECT_THAT(world.source.expressions, ::testing::Contains("b"));
}

TEST(Schedule, AReloadLosesNoSlotThatIsBeingEvaluated) {
  World world({kConfig, R"(
groups: [{name: web, interval: 1h, rules: [{alert: Slow, expr: slow}]}]
)"});
  world.source.set("slow", {{{"host", "a"}}});
  world.source.hold = true;
  while (world.source.asked == 0) world.run_for(minutes{1}, seconds{10});
  world.source.set("slow", {});
  world.ask([](engine::Engine& engine) { return engine.reload("a test"); });
  EXPECT_EQ(world.source.asked, 2) << "asked anew at once, not in an hour";
  world.source.hold = false;
  world.source.release();
  world.turn();
  EXPECT_EQ(status_of(world.engine(), "Slow").evaluations, 1u)
      << "the answer to a question of the old configuration does not count";
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "inactive");
}

TEST(Schedule, RulesWaitForASourceThatIsNotReadyAndLoseNothing) {
  World world({kConfig, R"(
groups: [{name: web, interval: 10s, rules: [{alert: Slow, expr: slow, for: 1m}]}]
)"});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{15});
  ASSERT_EQ(phase_of(world.engine(), "Slow"), "pending");
  const Timestamp since = world.now;

  world.source.set("slow", {});  // after a restart there is nothing yet
  world.source.is_ready = false;
  world.crash_and_restart();
  const int asked = world.source.asked;
  world.run_for(seconds{40});
  EXPECT_EQ(world.source.asked, asked);
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "pending");

  world.source.set("slow", {{{"host", "a"}}});
  world.source.is_ready = true;
  world.turn();
  EXPECT_EQ(world.source.asked, asked + 1) << "at once, not at the next slot";
  EXPECT_EQ(world.source.instants.back(), world.now)
      << "about now: its slot is older than the data";
  const auto status = world.engine().rules()->groups()[0].status;
  EXPECT_EQ(status.missed, 0U);
  world.run_for(minutes{1} - (world.now - since));
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "firing") << "the clock went on";
  EXPECT_EQ(
      (world.source.instants.back() - world.source.instants[world.source.instants.size() - 2]),
      seconds{10})
      << "and so do the slots";
}

TEST(Schedule, OtherSourcesAreAskedWhileOneIsNotReady) {
  FakeSource late;
  late.is_ready = false;
  World world({kConfig, R"(
groups:
- {name: a, interval: 10s, tocsin: {source: late}, rules: [{alert: Late, expr: late}]}
- {name: b, interval: 10s, rules: [{alert: Now, expr: now}]}
)"},
              [&](engine::Outside& outside) {
                outside.source = [&, usual = outside.source](const std::string& name) {
                  return name == "late" ? &late : usual(name);
                };
              });
  world.run_for(minutes{1});
  EXPECT_EQ(late.asked, 0);
  EXPECT_GE(world.source.asked, 6);
  late.is_ready = true;
  world.run_for(minutes{1});
  EXPECT_GE(late.asked, 6);
}

TEST(Schedule, AllRulesOfAGroupAreAskedAboutTheSameInstant) {
  World world({kConfig, kTwoGroups});
  world.run_for(seconds{12});
  std::map<std::string, Timestamp> at;
  for (std::size_t i = 0; i < world.source.expressions.size(); ++i) {
    at.emplace(world.source.expressions[i], world.source.instants[i]);
  }
  EXPECT_EQ(at.at("a"), at.at("b"));
  EXPECT_NE(at.at("a"), at.at("c")) << "groups are spread over the interval";
}

TEST(Schedule, TheQueryOffsetLooksBack) {
  World world({kConfig, R"(
groups: [{name: web, interval: 10s, query_offset: 1m, rules: [{alert: Slow, expr: slow}]}]
)"});
  world.run_for(seconds{12});
  const Timestamp evaluated = world.engine().rules()->groups()[0].status.last_evaluation;
  EXPECT_EQ(world.source.instants.back(), evaluated - minutes{1});
}

TEST(Holding, WithoutForAnAlertFiresAtOnce) {
  World world({kConfig, R"(
groups: [{name: web, interval: 10s, rules: [{alert: Slow, expr: slow}]}]
)"});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{11});
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "firing");
}

TEST(Holding, KeepFiringForBridgesAGapAndThenLetsGo) {
  World world({kConfig, R"(
groups: [{name: web, interval: 10s, rules: [{alert: Slow, expr: slow, keep_firing_for: 2m}]}]
)"});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{1});
  world.source.set("slow", {});
  world.run_for(minutes{1});
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "firing");
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{20});
  world.source.set("slow", {});
  world.run_for(seconds{100});
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "firing") << "it was seen: the time starts anew";
  world.crash_and_restart();
  world.run_for(seconds{40});
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "inactive");
  world.run_for(minutes{1});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification",
                                                       "resolved a=resolved: all alerts resolved"));
}

TEST(Holding, AnAlertThatFiresAgainWithinTheGroupIntervalIsOneAlert) {
  World world({kConfig, R"(
groups: [{name: web, interval: 10s, rules: [{alert: Slow, expr: slow}]}]
)"});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{30});
  ASSERT_THAT(world.delivered(), SizeIs(1));
  world.source.set("slow", {});
  world.run_for(seconds{15});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{3});
  EXPECT_THAT(world.delivered(), SizeIs(1)) << "its receivers were never told that it was over";
}

TEST(Holding, AShorterForFiresAndALongerOneTakesBack) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  const auto set_for = [&](const std::string& from, const std::string& to) {
    world.files.rules.replace(world.files.rules.find(from), from.size(), to);
    world.ask([](engine::Engine& engine) { return engine.reload("a test"); });
    world.run_for(seconds{11});
  };
  set_for("for: 1m", "for: 1h");
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "pending");
  set_for("for: 1h", "for: 0s");
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "firing");
}

TEST(Holding, AnAlertWhoseRuleStateIsGoneFromTheJournalDoesNotFireForEver) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  const Fingerprint alert = world.journal().contents().alerts.at(0)->fingerprint;
  const std::string rule = world.journal().contents().rule_states.begin()->first;
  world.journal().commit(std::vector<journal::Change>{journal::DropRuleState{rule, alert}});
  world.source.set("slow", {});
  world.crash_and_restart();
  world.run_for(minutes{2});
  EXPECT_EQ(in_short(world.delivered().back()), "resolved a=resolved: all alerts resolved");
}

}  // namespace
}  // namespace tocsin::testing
