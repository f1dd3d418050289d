// /api/v1/rules and /api/v1/alerts: Prometheus' answers about Tocsin's rules.
#include <gmock/gmock.h>

#include "site.h"

namespace tocsin::testing {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kConfigWithWrites = R"(
sources: [{name: fake, url: "http://source.test", remote_write_url: "http://source.test/write"}]
route: {receiver: nobody}
receivers: [{name: nobody}]
)";

const std::string kTwoGroups = R"(
groups:
- name: web
  interval: 10s
  limit: 5
  rules:
  - {alert: Slow, expr: slow, for: 1m, keep_firing_for: 30s, labels: {severity: page}}
  - {record: "job:slow", expr: slow, labels: {team: core}}
- name: db
  interval: 1m
  rules:
  - {alert: Full, expr: full}
)";

std::vector<std::string> names(const json& answer) {
  std::vector<std::string> found;
  for (const json& group : answer["data"]["groups"]) {
    for (const json& rule : group["rules"]) found.push_back(rule["name"]);
  }
  return found;
}

TEST(RulesApi, ARuleIsShownWhole) {
  Site site({kConfigWithWrites, kTwoGroups});
  site.world.source.set("slow", {{{"host", "a"}}}, 2.5);
  site.world.run_for(seconds{80});
  const json answer = site.json("/api/v1/rules");
  EXPECT_EQ(answer["status"], "success");
  const json& group = answer["data"]["groups"][0];
  EXPECT_EQ(group["name"], "web");
  EXPECT_EQ(group["file"], "rules.yaml");
  EXPECT_EQ(group["interval"], 10);
  EXPECT_EQ(group["limit"], 5);
  EXPECT_LE(parse_rfc3339(std::string(group["lastEvaluation"])), site.world.now);

  const json& alerting = group["rules"][0];
  EXPECT_EQ(alerting["type"], "alerting");
  EXPECT_EQ(alerting["name"], "Slow");
  EXPECT_EQ(alerting["query"], "slow");
  EXPECT_EQ(alerting["duration"], 60);
  EXPECT_EQ(alerting["keepFiringFor"], 30);
  EXPECT_EQ(alerting["labels"], json({{"severity", "page"}}));
  EXPECT_EQ(alerting["state"], "firing");
  EXPECT_EQ(alerting["health"], "ok");
  EXPECT_FALSE(alerting.contains("lastError"));
  ASSERT_EQ(alerting["alerts"].size(), 1u);
  EXPECT_EQ(alerting["alerts"][0]["value"], "2.5e+00");
  EXPECT_EQ(alerting["alerts"][0]["state"], "firing");
  EXPECT_FALSE(alerting["alerts"][0].contains("keepFiringSince"));

  const json& recording = group["rules"][1];
  EXPECT_EQ(recording["type"], "recording");
  EXPECT_EQ(recording["name"], "job:slow");
  EXPECT_EQ(recording["labels"], json({{"team", "core"}}));
  EXPECT_FALSE(recording.contains("alerts"));
  EXPECT_FALSE(recording.contains("state"));
}

TEST(RulesApi, AnAlertGoesFromInactiveThroughPendingAndFiringAndIsKept) {
  Site site({kConfigWithWrites, kTwoGroups});
  const auto state = [&] {
    return std::string(site.json("/api/v1/rules")["data"]["groups"][0]["rules"][0]["state"]);
  };
  const auto alerts = [&] { return site.json("/api/v1/alerts")["data"]["alerts"]; };
  EXPECT_EQ(state(), "inactive");
  site.world.source.set("slow", {{{"host", "a"}}});
  site.world.run_for(seconds{20});
  EXPECT_EQ(state(), "pending");
  EXPECT_EQ(alerts()[0]["state"], "pending");
  site.world.run_for(minutes{1});
  EXPECT_EQ(state(), "firing");
  const json active_at = alerts()[0]["activeAt"];
  site.world.source.set("slow", {});
  site.world.run_for(seconds{20});
  EXPECT_EQ(state(), "firing");
  EXPECT_EQ(alerts()[0]["activeAt"], active_at);
  EXPECT_TRUE(alerts()[0].contains("keepFiringSince"));
  site.world.run_for(minutes{1});
  EXPECT_EQ(state(), "inactive");
  EXPECT_EQ(alerts(), json::array());
}

TEST(RulesApi, AFailureIsVisible) {
  Site site({kConfigWithWrites, kTwoGroups});
  site.world.source.fail("slow", "no \"route\" to\nhost");
  site.world.run_for(seconds{10});
  const json rule = site.json("/api/v1/rules")["data"]["groups"][0]["rules"][0];
  EXPECT_EQ(rule["health"], "err");
  EXPECT_EQ(rule["lastError"], "no \"route\" to\nhost");
}

TEST(RulesApi, BeforeTheFirstEvaluationHealthIsUnknown) {
  Site site({kConfigWithWrites, kTwoGroups});
  const json answer = site.json("/api/v1/rules");
  for (const json& group : answer["data"]["groups"]) {
    EXPECT_EQ(group["rules"][0]["health"], "unknown") << group["name"];
  }
}

TEST(RulesApi, CanBeFiltered) {
  Site site({kConfigWithWrites, kTwoGroups});
  struct Case {
    Query query;
    std::vector<std::string> expected;
  };
  for (const Case& each : std::vector<Case>{
           {{}, {"Slow", "job:slow", "Full"}},
           {{{"type", "alert"}}, {"Slow", "Full"}},
           {{{"type", "record"}}, {"job:slow"}},
           {{{"rule_name[]", "Slow"}, {"rule_name[]", "Full"}}, {"Slow", "Full"}},
           {{{"rule_group[]", "db"}}, {"Full"}},
           {{{"file[]", "rules.yaml"}, {"rule_group[]", "web"}, {"type", "alert"}}, {"Slow"}},
           {{{"file[]", "other.yaml"}}, {}},
       }) {
    EXPECT_EQ(names(site.json("/api/v1/rules", each.query)), each.expected)
        << json(each.query).dump();
  }
  const web::Response refused = site.get("/api/v1/rules", {{"type", "both"}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(json::parse(refused.body)["errorType"], "bad_data");
}

TEST(RulesApi, AlertsCanBeLeftOut) {
  Site site;
  site.world.source.set("slow", {{{"host", "a"}}});
  site.world.run_for(seconds{20});
  const auto alerts = [&](const Query& query) {
    return site.json("/api/v1/rules", query)["data"]["groups"][0]["rules"][0]["alerts"].size();
  };
  EXPECT_EQ(alerts({}), 1u);
  EXPECT_EQ(alerts({{"exclude_alerts", "true"}}), 0u);
}

TEST(RulesApi, BuildInfoNamesTheVersion) {
  Site site;
  EXPECT_EQ(site.json("/api/v1/status/buildinfo")["data"]["version"], "1.2.3");
}

TEST(RulesApi, CanBeChosenByTheirLabels) {
  Site site({kConfigWithWrites, kTwoGroups});
  for (const auto& [query, expected] : std::vector<std::pair<Query, std::vector<std::string>>>{
           {{{"match[]", "{severity=\"page\"}"}}, {"Slow"}},
           {{{"match[]", "{severity=\"page\"}"}, {"match[]", "{team=~\"co.*\"}"}},
            {"Slow", "job:slow"}},
           {{{"match[]", "{severity!=\"page\"}"}}, {"job:slow", "Full"}},
       }) {
    EXPECT_EQ(names(site.json("/api/v1/rules", query)), expected) << json(query).dump();
  }
  EXPECT_EQ(site.get("/api/v1/rules", {{"match[]", "{"}}).status, 400);
}

TEST(RulesApi, ComeInPages) {
  Site site({kConfigWithWrites, kTwoGroups});
  const json first = site.json("/api/v1/rules", {{"group_limit", "1"}});
  EXPECT_THAT(names(first), ElementsAre("Slow", "job:slow"));
  const std::string token = first["data"]["groupNextToken"];
  const json second =
      site.json("/api/v1/rules", {{"group_limit", "1"}, {"group_next_token", token}});
  EXPECT_THAT(names(second), ElementsAre("Full"));
  EXPECT_FALSE(second["data"].contains("groupNextToken"));
  for (const Query& wrong : std::vector<Query>{{{"group_limit", "0"}},
                                               {{"group_limit", "-1"}},
                                               {{"group_limit", "x"}},
                                               {{"group_next_token", token}},
                                               {{"group_limit", "1"}, {"group_next_token", "x"}}}) {
    EXPECT_EQ(site.get("/api/v1/rules", wrong).status, 400) << json(wrong).dump();
  }
}

}  // namespace
}  // namespace tocsin::testing
