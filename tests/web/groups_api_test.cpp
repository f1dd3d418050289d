// GET /api/v2/alerts/groups and /api/v2/receivers; states of alerts by what mutes them.
#include <gmock/gmock.h>

#include "site.h"

namespace tocsin::testing {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kTree = R"(
route:
  receiver: fallback
  group_by: [team]
  group_wait: 5s
  group_interval: 1m
  routes:
  - {matchers: [host=a], receiver: owner, continue: true, group_by: ['...']}
  - matchers: ['host=~"a|b"']
    receiver: team
    labels:
      owner: '{{ .GroupLabels.team }} of {{ len .Alerts.Firing }}'
      plain: text
      chat: '#{{ routeLabels "owner" }} {{ .Receiver }}'
  - {matchers: [host=night], receiver: night, mute_time_intervals: [always]}
inhibit_rules:
- {source_matchers: [alertname=Down], target_matchers: [alertname=Slow], equal: [host]}
time_intervals: [{name: always, time_intervals: [{}]}]
receivers:
- {name: fallback}
- {name: owner, labels: {owner: ann, tier: "1"}}
- {name: team, labels: {owner: bob}}
- {name: night}
)";

class GroupsApi : public ::testing::Test {
 protected:
  GroupsApi() {
    post("Slow", "a");
    post("Slow", "b");
    post("Slow", "c");
    post("Slow", "night");
    site.world.run_for(seconds{10});
  }
  void post(const std::string& name, const std::string& host) {
    const json alert = {{"labels", {{"alertname", name}, {"host", host}, {"team", "x"}}}};
    ASSERT_EQ(site.send("POST", "/api/v2/alerts", json::array({alert}).dump()).status, 200);
  }
  /// "receiver labels: hosts", one line each.
  std::vector<std::string> groups(const Query& query = {}) {
    std::vector<std::string> lines;
    for (const json& group : site.json("/api/v2/alerts/groups", query)) {
      std::string line = group["receiver"]["name"].get<std::string>() + ":";
      for (const json& alert : group["alerts"]) {
        line += " " + alert["labels"]["host"].get<std::string>();
      }
      lines.push_back(line);
    }
    return lines;
  }
  json alert(const std::string& host) {
    return site.json("/api/v2/alerts", {{"filter", "host=" + host}, {"filter", "alertname=Slow"}})
        .at(0);
  }
  Site site{{kTree, ""}};
};

TEST_F(GroupsApi, EveryGroupIsShownSortedByLabelsThenReceiver) {
  EXPECT_THAT(groups(), ElementsAre("fallback: c", "night: night", "team: a b", "owner: a"))
      << "fewer labels first";
  const json first = site.json("/api/v2/alerts/groups").at(0);
  EXPECT_EQ(first["labels"], json({{"team", "x"}}));
  EXPECT_EQ(first["routeLabels"], json::object());
  EXPECT_EQ(site.json("/api/v2/alerts/groups", {{"receiver", "team"}}).at(0)["routeLabels"],
            json({{"owner", "x of 2"}, {"plain", "text"}, {"chat", "#x of 2 team"}}));
  EXPECT_EQ(first["alerts"][0]["receivers"], json::parse(R"([{"name":"fallback"}])"));
}

TEST_F(GroupsApi, CanBeFiltered) {
  silence(site.world, "b", hours{1});
  for (const auto& [query, expected] : std::vector<std::pair<Query, std::vector<std::string>>>{
           {{{"receiver", "team|owner"}}, {"team: a b", "owner: a"}},
           {{{"receiver", "tea"}}, {}},
           {{{"receiver_matchers", "name=~\"o.*\""}}, {"owner: a"}},
           {{{"receiver_matchers", "owner=\"bob\""}}, {"team: a b"}},
           {{{"receiver_matchers", "owner=~\"ann|bob\""}, {"receiver_matchers", "tier=1"}},
            {"owner: a"}},
           {{{"receiver_matchers", "owner=\"\""}}, {"fallback: c", "night: night"}},
           {{{"filter", "host=a"}}, {"team: a", "owner: a"}},
           {{{"silenced", "false"}, {"receiver", "team"}}, {"team: a"}},
           {{{"active", "false"}}, {"team: b"}},
           {{{"muted", "false"}}, {"fallback: c", "team: a b", "owner: a"}},
       }) {
    EXPECT_EQ(groups(query), expected) << json(query).dump();
  }
}

TEST_F(GroupsApi, WhoIsMutedByATimeIntervalSaysSoWithinItsGroup) {
  const json muted = site.json("/api/v2/alerts/groups", {{"receiver", "night"}}).at(0)["alerts"][0];
  EXPECT_EQ(muted["status"]["mutedBy"], json::array({"always"}));
  EXPECT_EQ(muted["status"]["state"], "suppressed");
  EXPECT_EQ(alert("night")["status"]["mutedBy"], json::array());
}

TEST_F(GroupsApi, AnInhibitedAlertNamesWhoInhibitsIt) {
  EXPECT_EQ(alert("b")["status"]["state"], "active");
  post("Down", "b");
  const json status = alert("b")["status"];
  EXPECT_EQ(status["state"], "suppressed");
  const Labels source = {{"alertname", "Down"}, {"host", "b"}, {"team", "x"}};
  EXPECT_EQ(status["inhibitedBy"], json::array({format_fingerprint(source.fingerprint())}));
  const auto count = [&](const Query& query) { return site.json("/api/v2/alerts", query).size(); };
  EXPECT_EQ(count({}), 5u);
  EXPECT_EQ(count({{"inhibited", "false"}}), 4u);
  EXPECT_EQ(count({{"active", "false"}}), 1u);
}

TEST_F(GroupsApi, ReceiversAreListedInTheOrderOfTheFile) {
  std::vector<std::string> names;
  for (const json& each : site.json("/api/v2/receivers")) names.push_back(each["name"]);
  EXPECT_THAT(names, ElementsAre("fallback", "owner", "team", "night"));
  EXPECT_EQ(site.json("/api/v2/receivers", {{"receiver_matchers", "name=team"}}),
            json::parse(R"([{"labels":{"name":"team","owner":"bob"},"name":"team"}])"));
  EXPECT_EQ(site.json("/api/v2/receivers", {{"receiver_matchers", "owner=ann"}}).size(), 1u);
  // Alerts are chosen by the receivers that hear of them.
  EXPECT_EQ(site.json("/api/v2/alerts", {{"receiver_matchers", "owner=bob"}}).size(), 2u);
}

TEST_F(GroupsApi, WhatIsNoFilterIsRefused) {
  for (const char* path : {"/api/v2/alerts", "/api/v2/alerts/groups"}) {
    for (const auto& [name, value, expected] :
         std::vector<std::tuple<const char*, const char*, const char*>>{
             {"filter", "{", "brace"},
             {"filter", "", "bad matcher format"},
             {"receiver", "(",
              "failed to parse receiver param: error parsing regexp: missing closing ): "
              "`^(?:()$`"},
             {"receiver_matchers", "x", "failed to parse receiver_matchers param"}}) {
      const web::Response response = site.get(path, {{name, value}});
      EXPECT_EQ(response.status, 400) << path << name;
      EXPECT_THAT(response.body, ::testing::HasSubstr(expected));
    }
  }
}

}  // namespace
}  // namespace tocsin::testing
