// Questions that people asked about Alertmanager in public, each as a situation here, and what the
// explanation says of it. docs/explain.md lists them with links.
#include <gmock/gmock.h>

#include "explainer.h"

namespace tocsin::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// https://github.com/prometheus/alertmanager/issues/630
TEST(ExplainQuestions, WhyIsThereNoResolvedMessage) {
  Explainer site(R"(
route: {receiver: team, group_wait: 5s, group_interval: 5m}
receivers: [{name: team, webhook_configs: [{url: "http://hook.test/a", send_resolved: false}]}]
)");
  site.post({{"alertname", "Down"}});
  site.world.run_for(seconds{30});
  site.resolve({{"alertname", "Down"}});
  const Explained why = site.explain("Down");
  EXPECT_EQ(why.state, "resolved");
  EXPECT_THAT(why.answer,
              HasSubstr("team/webhook/0: nothing: it is over, and send_resolved is off"));
}

/// https://github.com/prometheus/alertmanager/issues/2191
TEST(ExplainQuestions, WhyDoesGroupWaitNotWork) {
  Explainer site(R"(
route:
  receiver: stag
  group_wait: 30s
  routes: [{receiver: sns, matchers: ['severity="disaster"'], group_wait: 10m}]
receivers: [{name: stag, webhook_configs: [{url: "http://hook.test/a"}]}, {name: sns}]
)");
  site.post({{"alertname", "Down"}, {"severity", "warning"}});
  const Explained why = site.explain("Down");
  EXPECT_THAT(why.text, AllOf(HasSubstr(R"(severity="disaster" fails: its severity is "warning")"),
                              HasSubstr("takes the alert: tells stag (group_wait 30s")));
  EXPECT_THAT(why.answer, AllOf(HasSubstr("stag/webhook/0: nothing is in the way"),
                                HasSubstr("(in 30s) (a new group waits for group_wait 30s)")));
}

/// https://github.com/prometheus/alertmanager/issues/322
TEST(ExplainQuestions, WhyDoesItTakeThreeMinutesAlthoughGroupWaitIsOneSecond) {
  Explainer site(R"(
route: {receiver: team, group_wait: 1s, group_interval: 3m}
receivers: [{name: team, webhook_configs: [{url: "http://hook.test/a"}]}]
)");
  site.post({{"alertname", "Down"}, {"host", "a"}});
  site.world.run_for(seconds{10});
  site.post({{"alertname", "Down"}, {"host", "b"}});
  const Explained why = site.explain(R"(alertname="Down",host="b")");
  EXPECT_THAT(why.answer, AllOf(HasSubstr("a group speaks once per group_interval 3m"),
                                HasSubstr("tells (new alerts added)")));
}

/// https://github.com/prometheus/alertmanager/issues/2647
TEST(ExplainQuestions, WhyDoesItRepeatEveryThirtyMinutesInsteadOfTwenty) {
  Explainer site(R"(
route: {receiver: team, group_wait: 15m, group_interval: 15m, repeat_interval: 20m}
receivers: [{name: team, webhook_configs: [{url: "http://hook.test/a"}]}]
)");
  site.post({{"alertname", "Down"}}, hours{4});
  site.world.run_for(minutes{16});
  const Explained why = site.explain("Down");
  EXPECT_THAT(why.text, HasSubstr("was told at 2025-12-18T00:15:00Z (1m ago) that it fires"));
  EXPECT_THAT(why.answer,
              AllOf(HasSubstr("repeat_interval 20m says not before 2025-12-18T00:35:00Z (in 19m)"),
                    HasSubstr("the flush at 2025-12-18T00:45:00Z (in 29m) repeats it")));
}

/// https://github.com/prometheus/alertmanager/issues/4681
TEST(ExplainQuestions, WhyDoesMySilenceNotWork) {
  Explainer site;
  site.post({{"alertname", "CPU_80"}, {"instance", "server1:9100"}});
  site.silence({{"alertname", MatchOp::Equal, "CPU_80"}, {"alertname", MatchOp::Equal, "CPU_90"}});
  site.silence({{"instance", MatchOp::Regex, "server1"}});
  const Explained why = site.explain("CPU_80");
  EXPECT_THAT(why.text, AllOf(HasSubstr(R"(alertname="CPU_90" fails: its alertname is "CPU_80")"),
                              HasSubstr(R"(no alert has two values of alertname: )"),
                              HasSubstr(R"(alertname=~"CPU_80|CPU_90" means either)"),
                              HasSubstr(R"(has to match all of "server1:9100", not a part)")));
  EXPECT_THAT(why.answer, HasSubstr("nothing is in the way"));
}

/// https://github.com/prometheus/alertmanager/issues/1671
TEST(ExplainQuestions, WhyDoesTheInhibitRuleNotTakeEffect) {
  Explainer site(std::string(kPlain) + R"(
inhibit_rules:
- source_matchers: ['alert="InstanceDown"']
  target_matchers: ['alert="consul_health"', 'severity="warning"']
  equal: [target]
)");
  site.post({{"alertname", "InstanceDown"}, {"target", "node"}});
  site.post({{"alertname", "consul_health"}, {"serverity", "warning"}, {"target", "node"}});
  const Explained why = site.explain("consul_health");
  EXPECT_THAT(why.text, AllOf(HasSubstr(R"(alert="consul_health" fails: it has no label alert)"),
                              HasSubstr(R"(severity="warning" fails: it has no label severity)")));
}

/// https://github.com/prometheus/alertmanager/issues/1727
TEST(ExplainQuestions, WhyIsAnAlertInhibitedThatHasNoSuchLabel) {
  Explainer site(std::string(kPlain) + R"(
inhibit_rules:
- name: by-title
  source_matchers: ['title="source"']
  target_matchers: ['title="target"']
  equal: [equal_label]
)");
  site.post({{"alertname", "A"}, {"title", "source"}});
  site.post({{"alertname", "B"}, {"title", "target"}});
  const Explained why = site.explain("B");
  EXPECT_THAT(why.answer,
              AllOf(HasSubstr("nothing while it is muted: inhibited by {alertname=\"A\""),
                    HasSubstr("inhibit rule \"by-title\": neither has a label equal_label")));
}

/// https://github.com/prometheus/alertmanager/issues/871
TEST(ExplainQuestions, WhichOfTwoRoutesThatMatchHearsOfIt) {
  Explainer site(R"(
route:
  receiver: x
  group_wait: 5s
  routes:
  - {receiver: x, matchers: ['severity="warning"']}
  - {receiver: y, matchers: ['application=~"appthree|appfour"']}
receivers: [{name: x, webhook_configs: [{url: "http://hook.test/x"}]}, {name: y}]
)");
  site.post({{"alertname", "Slow"}, {"severity", "warning"}, {"application", "appthree"}});
  const Explained why = site.explain("Slow");
  EXPECT_THAT(why.text, AllOf(HasSubstr("takes the alert: tells x"),
                              HasSubstr("not tried: the route before it took the alert and does "
                                        "not say `continue: true`")));
}

/// https://github.com/prometheus/alertmanager/issues/3368
TEST(ExplainQuestions, WhyIsNothingSentInWorkingHours) {
  Explainer site(R"(
route: {receiver: team, group_wait: 5s, group_interval: 1m, routes: [{receiver: team, active_time_intervals: [work]}]}
receivers: [{name: team, webhook_configs: [{url: "http://hook.test/a"}]}]
time_intervals:
- name: work
  time_intervals: [{times: [{start_time: "08:30", end_time: "18:30"}], weekdays: ["monday:friday"]}]
)");
  site.post({{"alertname", "Down"}});
  site.world.run_for(seconds{30});
  const Explained why = site.explain("Down");
  EXPECT_THAT(why.answer,
              AllOf(HasSubstr("muted until 2025-12-18T08:30:00Z (in 8h29m)"),
                    HasSubstr("outside of the route's active time intervals (\"work\")")));
}

/// https://github.com/prometheus/alertmanager/issues/2111
TEST(ExplainQuestions, WhatBecomesOfMessagesThatAreRateLimited) {
  Explainer site;
  site.world.answer = [](const Delivered&) {
    return net::Response{429, {{"retry-after", "90"}}, "slow down"};
  };
  site.post({{"alertname", "Down"}});
  site.world.run_for(seconds{20});
  const Explained why = site.explain("Down");
  EXPECT_THAT(why.answer, AllOf(HasSubstr("is tried again at 2025-12-18T00:01:35Z (in 1m15s), "
                                          "attempt 2; last error: "),
                                HasSubstr("429"), HasSubstr("asked for this pause")));
}

/// https://github.com/prometheus/alertmanager/issues/3727
TEST(ExplainQuestions, WhyDoesNothingArriveInSlack) {
  Explainer site;
  site.world.answer = [](const Delivered&) { return net::Response{403, {}, "invalid_token"}; };
  site.post({{"alertname", "Down"}});
  site.world.run_for(seconds{20});
  const Explained why = site.explain("Down");
  EXPECT_THAT(why.text, AllOf(HasSubstr("was given up after 1 attempts: "), HasSubstr("403"),
                              HasSubstr("invalid_token"), HasSubstr("`tocsin outbox retry ")));
}

/// https://github.com/prometheus/alertmanager/issues/2341
TEST(ExplainQuestions, WhyWasItResolvedAlthoughTheProblemIsStillThere) {
  Explainer site;
  site.post_once({{"alertname", "Down"}});
  site.world.run_for(minutes{7});
  const Explained why = site.explain("Down");
  EXPECT_EQ(why.state, "resolved");
  EXPECT_THAT(why.text, HasSubstr("not posted again within resolve_timeout"));
}

/// https://github.com/prometheus/alertmanager/issues/3846
TEST(ExplainQuestions, WhyWasItSentAgainBeforeRepeatInterval) {
  Explainer site;
  site.post({{"alertname", "Down"}});
  site.world.run_for(seconds{30});
  site.resolve({{"alertname", "Down"}});
  site.world.run_for(minutes{5});
  site.post({{"alertname", "Down"}});
  site.world.run_for(minutes{2});
  const Explained why = site.explain("Down");
  EXPECT_THAT(why.text, HasSubstr("alert_resolved"));
  EXPECT_THAT(why.text, HasSubstr("first notification (firing)"));
}

}  // namespace
}  // namespace tocsin::testing
