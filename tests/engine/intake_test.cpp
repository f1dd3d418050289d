// Alerts that others post: who is told, when they end, what survives, and whose word counts.
#include <gmock/gmock.h>

#include "support/stories.h"

namespace tocsin::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string kSlowTimeout = R"(
global: {evaluation_interval: 10s, resolve_timeout: 3m}
sources: [{name: fake, url: "http://source.test"}]
route: {receiver: team, group_by: [alertname], group_wait: 5s, group_interval: 1m, repeat_interval: 4h}
receivers: [{name: team, webhook_configs: [{url: "http://hook.test/team"}]}]
)";

state::Posted posted(const std::string& host, std::optional<Timestamp> ends_at = {}) {
  state::Posted alert;
  alert.labels = {{"alertname", "Slow"}, {"host", host}, {"severity", "page"}};
  alert.ends_at = ends_at;
  return alert;
}

engine::IntakeResult post(World& world, std::vector<state::Posted> batch) {
  return world.ask([&](engine::Engine& engine) { return engine.post_alerts(batch); });
}

std::vector<std::string> kinds(World& world, const std::string& host) {
  std::vector<std::string> found;
  for (const Event& event :
       world.engine().events({.fingerprint = posted(host).labels.fingerprint()})) {
    found.insert(found.begin(), std::string(to_string(event.kind)));
  }
  return found;
}

TEST(Intake, APostedAlertIsToldAndEndsByItselfWhenNobodyRepeatsIt) {
  World world({kSlowTimeout, ""});
  post(world, {posted("a"), posted("b")});
  world.run_for(minutes{2});
  post(world, {posted("b")});
  world.run_for(minutes{2});
  EXPECT_THAT(in_short(world.delivered()),
              ElementsAre("firing a=firing b=firing: first notification",
                          "firing a=resolved b=firing: some alerts resolved"));
  world.run_for(minutes{3});
  EXPECT_EQ(in_short(world.delivered().back()), "resolved b=resolved: all alerts resolved");
  EXPECT_THAT(kinds(world, "a"),
              ElementsAre("grouped", "notification_decided", "notification_sent", "alert_resolved",
                          "notification_decided", "notification_sent"));
}

TEST(Intake, AnEndThatIsPostedIsToldAndARefireAfterItIsNews) {
  World world({kSlowTimeout, ""});
  post(world, {posted("a", world.now + minutes{10})});
  world.run_for(minutes{1});
  post(world, {posted("a", world.now)});
  world.run_for(minutes{2});
  post(world, {posted("a", world.now + minutes{10})});
  world.run_for(minutes{1});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification",
                                                       "resolved a=resolved: all alerts resolved",
                                                       "firing a=firing: first notification"));
}

TEST(Intake, AnEndThatCameWhileATurnWasUnderWayIsAnEnd) {
  World world({kSlowTimeout, ""});
  post(world, {posted("a", world.now + minutes{10})});
  world.run_for(minutes{1});
  const Timestamp arrived = world.now + milliseconds{3};  // by the turn's clock it is still to come
  world.ask(
      [&](engine::Engine& engine) { return engine.post_alerts({posted("a", arrived)}, arrived); });
  world.run_for(minutes{2});
  EXPECT_EQ(in_short(world.delivered().back()), "resolved a=resolved: all alerts resolved");
}

TEST(Intake, AnEndBeyondTheTurnIsNotMadeNowByAClockThatWasSetBack) {
  World world({kSlowTimeout, ""});
  const Timestamp end = world.now + minutes{10};
  world.ask([&](engine::Engine& engine) {
    return engine.post_alerts({posted("a", end)}, world.now + hours{1});
  });
  world.run_for(minutes{2});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification"));
}

TEST(Intake, WhatWasOverBeforeAnybodyHeardOfItIsToldToNobody) {
  World world({kSlowTimeout, ""});
  post(world, {posted("a", world.now - minutes{1})});
  world.run_for(minutes{2});
  EXPECT_THAT(world.delivered(), IsEmpty());
  EXPECT_THAT(world.engine().book().alerts(), SizeIs(1)) << "a later word may need it";
  world.run_for(hours{2}, minutes{1});
  EXPECT_THAT(world.engine().book().alerts(), IsEmpty());
}

TEST(Intake, ValidAlertsOfABatchAreTakenTheOthersAreNamed) {
  World world({kSlowTimeout, ""});
  state::Posted unnamed;
  state::Posted backwards = posted("c", world.now);
  backwards.starts_at = world.now + minutes{1};
  const engine::IntakeResult result = post(world, {unnamed, posted("a"), backwards});
  EXPECT_THAT(result.objections, ElementsAre("at least one label pair required",
                                             "start time must be before end time"));
  EXPECT_THAT(world.engine().book().alerts(), SizeIs(1));
  const engine::IntakeStatus status = world.engine().intake_status();
  EXPECT_EQ(status.invalid, 2u);
  EXPECT_EQ(status.firing, 2u);
  EXPECT_EQ(status.resolved, 1u);
}

TEST(Intake, AlertsAndTheirEndsSurviveACrash) {
  World world({kSlowTimeout, ""});
  post(world, {posted("a"), posted("b")});
  world.run_for(minutes{1});
  post(world, {posted("a")});
  world.crash_and_restart();
  world.run_for(seconds{150});
  EXPECT_EQ(in_short(world.delivered().back()), "firing a=firing b=resolved: some alerts resolved");
  world.run_for(minutes{2});
  EXPECT_EQ(in_short(world.delivered().back()), "resolved a=resolved: all alerts resolved");
}

TEST(Intake, WhatEndedWhileTheServiceWasAwayIsToldOnce) {
  World world({kSlowTimeout, ""});
  post(world, {posted("a")});
  world.run_for(minutes{1});
  world.now += hours{1};
  world.crash_and_restart();
  world.run_for(minutes{2});
  world.crash_and_restart();
  world.run_for(minutes{2});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification",
                                                       "resolved a=resolved: all alerts resolved"));
  EXPECT_THAT(kinds(world, "a"),
              ElementsAre("grouped", "notification_decided", "notification_sent", "alert_resolved",
                          "notification_decided", "notification_sent"));
}

TEST(Intake, ARepetitionIsWrittenAsALaterEndOnly) {
  World world({kSlowTimeout, ""});
  post(world, {posted("a", world.now + minutes{5})});
  world.run_for(seconds{30});
  const std::uint64_t commits = world.engine().journal_status().commits;
  post(world, {posted("a", world.now + minutes{5})});
  EXPECT_EQ(world.engine().journal_status().commits, commits + 1);
  const AlertPtr alert = world.engine().book().alert(posted("a").labels.fingerprint());
  EXPECT_EQ(alert->ends_at, world.now + minutes{5});
  EXPECT_EQ(alert->updated_at, world.now);
  EXPECT_THAT(kinds(world, "a"), SizeIs(3)) << "it is no news";
}

TEST(Intake, ARuleHoldsItsAlertWhateverIsPosted) {
  World world({kSlowTimeout, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  post(world, {posted("a", world.now)});
  world.run_for(minutes{2});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification"));
  world.source.set("slow", {});
  world.run_for(minutes{2});
  EXPECT_EQ(in_short(world.delivered().back()), "resolved a=resolved: all alerts resolved");
}

TEST(Intake, ARuleTakesOverWhatWasPosted) {
  World world({kSlowTimeout, kRules});
  post(world, {posted("a")});
  const Timestamp started = world.now;
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{10});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification"));
  const AlertPtr alert = world.engine().book().alert(posted("a").labels.fingerprint());
  EXPECT_EQ(alert->starts_at, started);
  EXPECT_EQ(alert->ends_at, std::nullopt);
}

TEST(Intake, WhatCannotBeWrittenIsNotAcknowledgedButTold) {
  World world({kSlowTimeout, ""});
  world.journal().fail_next_commits(1'000'000);
  EXPECT_THROW(post(world, {posted("a")}), Error);
  world.journal().fail_next_commits(0);
  world.run_for(minutes{1});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification"));
}

TEST(Intake, AlertsOfOneNameAreLimitedAndRoomAppearsAsTheyEnd) {
  Files files{kSlowTimeout, ""};
  World world(files, [](engine::Outside& outside) { outside.intake.per_alertname = 2; });
  post(world, {posted("a"), posted("b", world.now + minutes{10}), posted("c")});
  EXPECT_EQ(world.engine().intake_status().limited, 1u);
  EXPECT_THAT(world.engine().book().alerts(), SizeIs(2));
  post(world, {posted("a"), posted("b", world.now + minutes{10})});
  EXPECT_EQ(world.engine().intake_status().limited, 1u) << "those that are known pass";
  world.run_for(minutes{4});
  post(world, {posted("c"), posted("d")});
  EXPECT_EQ(world.engine().intake_status().limited, 2u);
}

}  // namespace
}  // namespace tocsin::testing
