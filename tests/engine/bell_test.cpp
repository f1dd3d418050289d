// The whole way, with a clock that the test moves: query -> state -> route -> group -> mute ->
// decide -> deliver.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stories.h"

namespace tocsin::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Bell, PendsForItsTimeThenFiresIsToldAndResolves) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}}, 3);
  world.run_for(seconds{30});
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "pending");
  EXPECT_THAT(world.delivered(), IsEmpty());

  world.run_for(seconds{90});
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "firing");
  ASSERT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification"));
  const auto payload = nlohmann::json::parse(world.delivered()[0].body);
  EXPECT_EQ(payload["alerts"][0]["annotations"]["summary"], "a is slow: 3");
  EXPECT_EQ(payload["commonLabels"]["severity"], "page");
  EXPECT_EQ(payload["groupKey"], "{}:{alertname=\"Slow\"}");

  world.source.set("slow", {});
  world.run_for(minutes{2});
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "inactive");
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification",
                                                       "resolved a=resolved: all alerts resolved"));
}

TEST(Bell, MessagesAreWhatTheirTemplatesSay) {
  std::string config = kConfig;
  const std::string url = "url: \"http://hook.test/team\"";
  config.replace(
      config.find(url), url.size(),
      "url: 'http://hook.test/{{ .Status }}', payload: {text: '{{ .CommonAnnotations.summary }} "
      "{{ .RouteLabels.team }}', ongoing: '{{ (index .Alerts 0).EndsAt.IsZero }}'}");
  config.replace(config.find("receiver: team,"), 15,
                 "receiver: team, labels: {team: 'of {{ .GroupLabels.alertname }}'},");
  World world({config, kRules});
  world.source.set("slow", {{{"host", "{{ .Status }}"}}}, 3);
  world.run_for(seconds{100});
  ASSERT_THAT(world.delivered(), SizeIs(1));
  EXPECT_EQ(world.delivered()[0].url, "http://hook.test/firing");
  EXPECT_EQ(world.delivered()[0].body,
            "{\"ongoing\":true,\"text\":\"{{ .Status }} is slow: 3 of Slow\"}\n");
}

TEST(Bell, AMessageWhoseTemplateFailsDiesVisibly) {
  std::string config = kConfig;
  const std::string url = "url: \"http://hook.test/team\"";
  config.replace(config.find(url), url.size(),
                 url + ", payload: {at: '{{ mustToDate \"2006\" .CommonLabels.host }}'}");
  World world({config, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{100});
  EXPECT_THAT(world.attempts, IsEmpty());
  ASSERT_THAT(world.engine().outbox(), SizeIs(1));
  EXPECT_EQ(world.engine().outbox()[0].state, notify::RowState::Dead);
  EXPECT_THAT(world.engine().outbox()[0].last_error,
              ::testing::HasSubstr("error calling mustToDate"));
}

TEST(Bell, APendingAlertThatGoesAwayIsNeverTold) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{40});
  world.source.set("slow", {});
  world.run_for(minutes{5});
  EXPECT_THAT(world.delivered(), IsEmpty());
  EXPECT_EQ(world.engine().group_count(), 0u);
}

TEST(Bell, AlertsOfOneGroupAreToldTogetherAndNewOnesAtTheNextInterval) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}, {{"host", "b"}}});
  world.run_for(seconds{100});
  world.source.set("slow", {{{"host", "a"}}, {{"host", "b"}}, {{"host", "c"}}});
  world.run_for(minutes{3});
  EXPECT_THAT(in_short(world.delivered()),
              ElementsAre("firing a=firing b=firing: first notification",
                          "firing a=firing b=firing c=firing: new alerts added"));
}

TEST(Bell, RepeatsAfterTheRepeatIntervalAndNotBefore) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(hours{4}, seconds{5});
  EXPECT_THAT(world.delivered(), SizeIs(1));
  world.run_for(minutes{5}, seconds{5});
  ASSERT_THAT(world.delivered(), SizeIs(2));
  EXPECT_EQ(in_short(world.delivered()[1]), "firing a=firing: repeat interval elapsed");
}

TEST(Bell, ASilencedAlertIsNotToldUntilItsSilenceEnds) {
  World world({kConfig, kRules});
  silence(world, "a", minutes{10});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{9});
  EXPECT_THAT(world.delivered(), IsEmpty());
  world.run_for(minutes{3});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification"));
}

TEST(Bell, AnAlertThatResolvesWhileSilencedAndFiresAgainIsToldAgain) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}, {{"host", "b"}}});
  world.run_for(minutes{2});
  ASSERT_THAT(world.delivered(), SizeIs(1));
  const std::string id = silence(world, "a", hours{1});
  world.source.set("slow", {{{"host", "b"}}});  // a resolves, silenced: nobody is told
  world.run_for(minutes{3});
  ASSERT_THAT(world.delivered(), SizeIs(1));
  world.ask([&](engine::Engine& engine) { return engine.expire_silence(id, "test"); });
  world.source.set("slow", {{{"host", "a"}}, {{"host", "b"}}});
  world.run_for(minutes{4});
  ASSERT_THAT(world.delivered(), SizeIs(2));
  EXPECT_EQ(in_short(world.delivered()[1]), "firing a=firing b=firing: new alerts added");
}

TEST(Bell, ADeadReceiverDoesNotDelayAnother) {
  World world({R"(
sources: [{name: fake, url: "http://source.test"}]
route: {receiver: team, group_by: [alertname], group_wait: 5s, group_interval: 1m}
receivers:
- name: team
  webhook_configs: [{url: "http://hook.test/dead"}, {url: "http://hook.test/alive"}]
)",
               kRules});
  world.answer = [](const Delivered& what) -> net::Result {
    if (what.url.ends_with("dead")) return net::Response{503, {}, ""};
    return net::Response{200, {}, ""};
  };
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{3});
  EXPECT_THAT(world.delivered("alive"), SizeIs(1));
  EXPECT_THAT(world.delivered("dead"), IsEmpty());
  EXPECT_GT(world.attempts.size(), 3u);
  ASSERT_THAT(world.engine().outbox(), SizeIs(1));
  EXPECT_EQ(world.engine().outbox()[0].state, notify::RowState::Pending);
}

TEST(Bell, APermanentRefusalDiesVisiblyAndTheNextDecisionTriesAfresh) {
  World world({kConfig, kRules});
  world.answer = [](const Delivered&) { return net::Response{404, {}, "no such hook"}; };
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{90});
  ASSERT_THAT(world.engine().outbox(), SizeIs(1));
  EXPECT_EQ(world.engine().outbox()[0].state, notify::RowState::Dead);
  EXPECT_THAT(world.engine().outbox()[0].last_error, ::testing::HasSubstr("404"));
  EXPECT_EQ(world.engine().delivery_status().at("webhook").failed.at("clientError"), 1u);

  world.answer = [](const Delivered&) { return net::Response{200, {}, ""}; };
  world.run_for(minutes{2});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification"));
  EXPECT_THAT(world.engine().outbox(), IsEmpty());
}

TEST(Bell, WhatWasRefusedWith429WaitsAsLongAsItWasTold) {
  World world({kConfig, kRules});
  world.answer = [](const Delivered&) -> net::Result {
    return net::Response{429, {{"retry-after", "40"}}, ""};
  };
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{85});
  ASSERT_THAT(world.attempts, SizeIs(1));
  const Timestamp first = world.attempts[0].at;
  world.run_for(seconds{60});
  ASSERT_GE(world.attempts.size(), 2u);
  EXPECT_GE(world.attempts[1].at - first, seconds{40});
}

TEST(Bell, AMessageThatWasNotTakenIsWithdrawnWhenItsAlertIsOver) {
  World world({kConfig, kRules});
  world.answer = [](const Delivered&) -> net::Result {
    return net::Response{429, {{"retry-after", "3600"}}, ""};
  };
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{85});
  ASSERT_THAT(world.attempts, SizeIs(1));  // the lane is held for an hour now
  world.answer = [](const Delivered&) { return net::Response{200, {}, ""}; };
  world.source.set("slow", {});
  world.run_for(hours{2}, seconds{5});
  EXPECT_THAT(world.delivered(), IsEmpty()) << "429 says that nothing was heard";
}

TEST(Bell, SendResolvedOffIsRespectedAndTheAlertIsNewsAgainLater) {
  World world({R"(
sources: [{name: fake, url: "http://source.test"}]
route: {receiver: team, group_by: [alertname], group_wait: 5s, group_interval: 1m}
receivers: [{name: team, webhook_configs: [{url: "http://hook.test/team", send_resolved: false}]}]
)",
               kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  world.source.set("slow", {});
  world.run_for(minutes{3});
  EXPECT_THAT(world.delivered(), SizeIs(1));
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{3});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification",
                                                       "firing a=firing: first notification"));
}

TEST(Bell, RoutesWithContinueReachSeveralReceivers) {
  World world({R"(
sources: [{name: fake, url: "http://source.test"}]
route:
  receiver: fallback
  group_wait: 5s
  group_interval: 1m
  routes:
  - {matchers: ['severity="page"'], receiver: pager, continue: true}
  - {matchers: ['host=~"a|b"'], receiver: owners}
receivers:
- {name: fallback, webhook_configs: [{url: "http://hook.test/fallback"}]}
- {name: pager, webhook_configs: [{url: "http://hook.test/pager"}]}
- {name: owners, webhook_configs: [{url: "http://hook.test/owners"}]}
)",
               kRules});
  world.source.set("slow", {{{"host", "a"}}, {{"host", "z"}}});
  world.run_for(minutes{2});
  EXPECT_THAT(in_short(world.delivered("pager")),
              ElementsAre("firing a=firing z=firing: first notification"));
  EXPECT_THAT(in_short(world.delivered("owners")),
              ElementsAre("firing a=firing: first notification"));
  EXPECT_THAT(world.delivered("fallback"), IsEmpty());
}

TEST(Bell, TheTimelineTellsTheStory) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  const Fingerprint alert =
      Labels{{"alertname", "Slow"}, {"host", "a"}, {"severity", "page"}}.fingerprint();
  std::vector<std::string> kinds;
  for (const Event& event : world.engine().events({alert, "", {}, {}, 100})) {
    kinds.insert(kinds.begin(), std::string(to_string(event.kind)));
  }
  EXPECT_THAT(kinds, ElementsAre("alert_pending", "alert_firing", "grouped", "notification_decided",
                                 "notification_sent"));
}

}  // namespace
}  // namespace tocsin::testing
