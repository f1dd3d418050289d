// The evaluation tick: schedules, failures, limits, recording rules, and what readers see.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stories.h"

namespace tocsin::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Evaluation, AFailingQueryKeepsTheStateAndIsVisible) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  world.source.fail("slow", "source \"fake\" is on fire");
  world.run_for(minutes{10});
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "firing");
  EXPECT_THAT(world.delivered(), SizeIs(1));
  const engine::RuleStatus status = status_of(world.engine(), "Slow");
  EXPECT_EQ(status.health, engine::Health::Failed);
  EXPECT_EQ(status.last_error, "source \"fake\" is on fire");
  EXPECT_GT(status.failures, 50u);

  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{20});
  EXPECT_EQ(status_of(world.engine(), "Slow").health, engine::Health::Ok);
  EXPECT_EQ(status_of(world.engine(), "Slow").last_error, "");
}

TEST(Evaluation, ASlowSourceMakesSlotsMissedAndNeverQueuesThem) {
  World world({kConfig, kRules});
  world.source.hold = true;
  world.run_for(minutes{1});
  EXPECT_EQ(world.source.asked, 1);
  world.source.hold = false;
  world.source.release();
  world.run_for(seconds{1});
  const auto rules = world.engine().rules();
  EXPECT_THAT(rules->groups()[0].status.missed,
              ::testing::AllOf(::testing::Ge(4u), ::testing::Le(6u)));
}

TEST(Evaluation, RulesOfAGroupRunInOrderOneAtATime) {
  World world({kConfig, R"(
groups:
- name: web
  interval: 10s
  rules:
  - {alert: First, expr: first}
  - {alert: Second, expr: second}
)"});
  world.source.hold = true;
  world.run_for(seconds{11});
  EXPECT_EQ(world.source.asked, 1);
  world.source.release();
  world.turn();
  EXPECT_EQ(world.source.asked, 2);
}

TEST(Evaluation, TwoSamplesThatBecomeOneAlertFailTheRule) {
  World world({kConfig, R"(
groups:
- name: web
  interval: 10s
  rules:
  - {alert: Same, expr: same, labels: {host: fixed}}
)"});
  world.source.set("same", {{{"host", "a"}}, {{"host", "b"}}});
  world.run_for(seconds{20});
  EXPECT_EQ(phase_of(world.engine(), "Same"), "inactive");
  EXPECT_THAT(status_of(world.engine(), "Same").last_error, HasSubstr("same labelset"));
}

TEST(Evaluation, ALimitThatIsPassedClearsTheRulesAlerts) {
  World world({kConfig, R"(
groups:
- name: web
  interval: 10s
  limit: 2
  rules:
  - {alert: Many, expr: many}
)"});
  world.source.set("many", {{{"host", "a"}}, {{"host", "b"}}});
  world.run_for(seconds{20});
  EXPECT_EQ(phase_of(world.engine(), "Many"), "firing");
  world.source.set("many", {{{"host", "a"}}, {{"host", "b"}}, {{"host", "c"}}});
  world.run_for(minutes{2});
  EXPECT_EQ(phase_of(world.engine(), "Many"), "inactive");
  EXPECT_THAT(status_of(world.engine(), "Many").last_error, HasSubstr("exceeded limit of 2"));
  EXPECT_THAT(in_short(world.delivered()),
              ElementsAre("firing a=firing b=firing: first notification",
                          "resolved a=resolved b=resolved: all alerts resolved"));
}

TEST(Evaluation, AnAlertThatTwoRulesHoldResolvesWithTheLastOfThem) {
  World world({kConfig, R"(
groups:
- name: one
  interval: 10s
  rules: [{alert: Down, expr: left}]
- name: two
  interval: 10s
  rules: [{alert: Down, expr: right}]
)"});
  world.source.set("left", {{{"host", "a"}}});
  world.source.set("right", {{{"host", "a"}}});
  world.run_for(minutes{1});
  world.source.set("left", {});
  world.run_for(minutes{3});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification"));
  world.source.set("right", {});
  world.run_for(minutes{2});
  EXPECT_THAT(world.delivered(), SizeIs(2));
}

TEST(Evaluation, RecordingRulesAreWrittenAndAFailedWriteIsVisible) {
  const Files files{R"(
sources: [{name: fake, url: "http://source.test", remote_write_url: "http://source.test/write"}]
route: {receiver: nobody}
receivers: [{name: nobody}]
)",
                    R"(
groups:
- name: records
  interval: 10s
  rules:
  - {record: "job:requests", expr: requests, labels: {team: core}}
)"};
  World world(files);
  world.source.set("requests", {{{"job", "api"}}}, 7);
  world.run_for(seconds{10});
  ASSERT_THAT(world.source.written, SizeIs(1));
  EXPECT_EQ(world.source.written[0].labels.to_string(),
            R"({__name__="job:requests", job="api", team="core"})");
  EXPECT_EQ(world.source.written[0].value, 7);
  world.source.write_problem = "the source takes no writes";
  world.run_for(seconds{10});
  EXPECT_EQ(status_of(world.engine(), "job:requests").last_error, "the source takes no writes");
}

TEST(Evaluation, AnnotationsFollowTheValueUntilTheyAreTold) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}}, 1);
  world.run_for(seconds{62});
  world.source.set("slow", {{{"host", "a"}}}, 9);
  world.run_for(minutes{5});
  world.source.set("slow", {{{"host", "a"}}, {{"host", "b"}}}, 10);
  world.run_for(minutes{3});
  ASSERT_THAT(world.delivered(), SizeIs(2));
  const auto payload = nlohmann::json::parse(world.delivered()[1].body);
  EXPECT_EQ(payload["alerts"][0]["annotations"]["summary"], "a is slow: 10");
}

TEST(Evaluation, AReaderKeepsWhatItSawWhileTheEngineGoesOn) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  const engine::Book::Snapshot before(world.engine().book());
  const auto rules = world.engine().rules();
  ASSERT_EQ(before.alerts().size(), 1u);
  world.source.set("slow", {{{"host", "a"}}, {{"host", "b"}}});
  world.run_for(minutes{2});
  EXPECT_EQ(before.alerts().size(), 1u);
  ASSERT_TRUE(rules->groups()[0].rules[0].actives);
  EXPECT_THAT(*rules->groups()[0].rules[0].actives, SizeIs(1));
  const engine::Book::Snapshot after(world.engine().book());
  EXPECT_EQ(after.alerts().size(), 2u);
}

}  // namespace
}  // namespace tocsin::testing
