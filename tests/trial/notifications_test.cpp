// Who hears what: the same series through routes, groups and channels.
#include <gmock/gmock.h>

#include "trial/folder.h"

namespace tocsin::trial {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kConfig = R"(
route:
  receiver: ops
  group_by: [alertname]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 1h
  routes:
    - {matchers: [severity="page"], receiver: oncall}
    - {matchers: [site="south"], receiver: south}
receivers:
  - name: ops
    webhook_configs: [{url: "http://x.test/ops", send_resolved: false}]
  - name: oncall
    slack_configs: [{api_url_file: /nowhere, channel: "#oncall", send_resolved: false}]
    webhook_configs: [{url: "http://x.test/oncall"}]
  - name: south
    webhook_configs: [{url: "http://x.test/south"}]
)";

const std::string kRules = R"(
groups:
  - name: web
    rules:
      - {alert: Down, expr: up == 0, for: 5m, labels: {severity: page}}
      - {alert: Slow, expr: latency > 2}
)";

/// a is down from 10m to 31m, b from 13m to 34m.
const std::string kOutage = R"(
rule_files: [rules.yaml]
config_file: config.yaml
tests:
- input_series:
  - {series: 'up{host="a"}', values: 1x9 0x20 1x60}
  - {series: 'up{host="b"}', values: 1x12 0x20 1x60}
)";

class Notifications : public ::testing::Test {
 protected:
  Notifications() {
    folder.write("config.yaml", kConfig);
    folder.write("rules.yaml", kRules);
  }
  std::vector<std::string> complaints(const std::string& test) const {
    return folder.complaints(test);
  }
  const Folder folder;
};

TEST_F(Notifications, TheWholeStoryOfAnOutage) {
  EXPECT_THAT(complaints(kOutage + R"(
  notifications:
  - {eval_time: 15m30s, receiver: oncall, reason: first notification, firing: [{alertname: Down, host: a}]}
  - {eval_time: 20m30s, receiver: oncall, status: firing, firing: [{host: b}, {host: a}], resolved: []}
  - {eval_time: 35m30s, receiver: oncall, channel: webhook, status: resolved, reason: all alerts resolved, resolved: [{}, {host: b, severity: page}]}
  no_notifications: [ops, south]
  until: 3h
)"),
              IsEmpty());
}

TEST_F(Notifications, WhatIsMissingOrTooMuchFails) {
  EXPECT_THAT(
      complaints(kOutage + R"(
  notifications:
  - {eval_time: 15m30s, receiver: oncall, firing: [{host: b}]}
  - {eval_time: 20m30s, receiver: oncall}
  until: 21m
)"),
      ElementsAre(
          "test.yaml:10:5: receiver: oncall, messages: 1 missing, 1 unexpected",
          R"(- 15m30s  a message                                firing {host="b"}  (line 10))",
          R"(+ 15m30s  first notification (slack/0, webhook/0)  firing Down{host="a", severity="page"})",
          R"(  20m30s  new alerts added (slack/0, webhook/0)    firing Down{host="a", severity="page"}, Down{host="b", severity="page"})"));
}

TEST_F(Notifications, ChannelsThatDoNotWantToHearItsEndDoNot) {
  EXPECT_THAT(complaints(kOutage + R"(
  notifications:
  - {eval_time: 15m30s, receiver: oncall, channel: slack}
  - {eval_time: 20m30s, receiver: oncall, channel: slack/0}
  - {eval_time: 35m30s, receiver: oncall, channel: slack}
)"),
              ElementsAre("test.yaml:10:5: receiver: oncall, messages: 1 missing, 1 unexpected",
                          ::testing::_, ::testing::_,
                          "- 35m30s  a message (slack)                        (line 12)",
                          ::testing::StartsWith("+ 35m30s  all alerts resolved (webhook/0)")));
}

TEST_F(Notifications, RepeatsComeWithTheFlushOfTheirHour) {
  EXPECT_THAT(complaints(R"(
rule_files: [rules.yaml]
config_file: config.yaml
tests:
- input_series: [{series: latency, values: 3x200}]
  notifications:
  - {eval_time: 30s, receiver: ops}
  - {eval_time: 1h30s, receiver: ops, reason: repeat interval elapsed}
  - {eval_time: 2h30s, receiver: ops, reason: repeat interval elapsed, firing: [{alertname: Slow}]}
)"),
              IsEmpty());
}

TEST_F(Notifications, ExternalLabelsAreOnWhatIsRouted) {
  const std::string start = R"(
rule_files: [rules.yaml]
config_file: config.yaml
tests:
- input_series: [{series: latency, values: 3x20}]
  alert_rule_test: [{eval_time: 1m, alertname: Slow, exp_alerts: [{}]}]
)";
  EXPECT_THAT(complaints(start + R"(
  external_labels: {site: south}
  notifications: [{eval_time: 30s, receiver: south, firing: [{alertname: Slow, site: south}]}]
  no_notifications: [ops]
)"),
              IsEmpty());
  EXPECT_THAT(complaints(start + R"(
  notifications: [{eval_time: 30s, receiver: ops}]
  no_notifications: [south]
)"),
              IsEmpty());
}

TEST_F(Notifications, RulesOfTheConfigurationAreTriedWhereTheTestNamesNone) {
  folder.write("whole.yaml", kConfig + R"(
rule_files: [rules.yaml]
sources: [{name: prometheus, url: "http://x.test"}]
)");
  EXPECT_THAT(complaints(R"(
config_file: whole.yaml
tests:
- input_series: [{series: latency, values: 3x20}]
  notifications: [{eval_time: 30s, receiver: ops, firing: [{alertname: Slow}]}]
)"),
              IsEmpty());
}

TEST_F(Notifications, MistakesAreFoundWhenTheFileIsRead) {
  struct Case {
    const char* test;
    std::vector<std::string> expected;
  };
  const std::string head = "config_file: config.yaml\ntests:\n- ";
  for (
      const Case& each : std::vector<Case>{
          {"notifications: [{receiver: opps}]",
           {"test.yaml:3:19: a notification needs an eval_time, when it is sent",
            R"(test.yaml:3:30: receiver: the config_file has no receiver "opps"; did you mean "ops"?)"}},
          {"notifications: [{eval_time: 1m}]",
           {"test.yaml:3:19: a notification needs a receiver, who gets it"}},
          {"notifications: [{eval_time: 1m, receiver: ops, status: fired, reason: why}]",
           {R"(test.yaml:3:58: status must be firing or resolved, not "fired")",
            R"(test.yaml:3:73: reason must be one of first notification, new alerts added, some alerts resolved, all alerts resolved, repeat interval elapsed, not "why")"}},
          {"notifications: [{eval_time: 1m, receiver: ops, channel: slack}]",
           {R"(test.yaml:3:59: receiver "ops" has no channel "slack"; it has webhook/0)"}},
          {"notifications: [{eval_time: 1m, receiver: ops, firing: [Down, {a: [b]}]}]",
           {"test.yaml:3:59: an alert is given by some of its labels, as in {alertname: Down, job: "
            "api}, this is a single value",
            R"(test.yaml:3:69: label "a" must be a text, this is a list)"}},
          {"notifications: []",
           {"test.yaml:3:18: this list is empty and says nothing about anybody; name those who "
            "must "
            "hear nothing under no_notifications"}},
          {"{notifications: [{eval_time: 1m, receiver: ops}], no_notifications: [ops]}",
           {R"(test.yaml:3:72: "ops" is to hear nothing, but line 3 expects a message)"}},
          {"notifications: [{eval_time: 1m, receiver: ops, exp_alerts: []}]",
           {R"(test.yaml:3:50: unknown key "exp_alerts" in notification; remove it)"}},
      }) {
    EXPECT_THAT(complaints(head + each.test), ::testing::ElementsAreArray(each.expected))
        << each.test;
  }
  EXPECT_THAT(complaints("tests: [{no_notifications: [ops]}]"),
              ElementsAre("test.yaml:1:28: notifications need routes and receivers; name a "
                          "configuration as config_file at the top of the test file"));
  EXPECT_THAT(complaints("config_file: none.yaml\ntests: [{no_notifications: [ops]}]"),
              ElementsAre(::testing::StartsWith("none.yaml: the file cannot be read")));
}

}  // namespace
}  // namespace tocsin::trial
