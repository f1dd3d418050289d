// GET /api/v2/alerts: who is shown, to whom it goes, and that hostile labels stay labels.
#include <gmock/gmock.h>

#include "site.h"

namespace tocsin::testing {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

/// Two receivers; alerts of host a go to both.
const std::string kTwoReceivers = R"(
global: {evaluation_interval: 10s}
sources: [{name: fake, url: "http://source.test"}]
route:
  receiver: fallback
  group_wait: 5s
  group_interval: 1m
  routes:
  - {matchers: [host=a], receiver: owner-a, continue: true}
  - {matchers: ['host=~"a|b"'], receiver: team}
receivers:
- {name: fallback, webhook_configs: [{url: "http://hook.test/fallback"}]}
- {name: owner-a, webhook_configs: [{url: "http://hook.test/a"}]}
- {name: team, webhook_configs: [{url: "http://hook.test/team"}]}
)";

std::vector<std::string> hosts(const json& alerts) {
  std::vector<std::string> values;
  for (const json& each : alerts) values.push_back(each["labels"]["host"]);
  return values;
}

class AlertsApi : public ::testing::Test {
 protected:
  AlertsApi() {
    site.world.source.set("slow", {{{"host", "a"}}, {{"host", "b"}}, {{"host", "c"}}}, 3);
    site.world.run_for(minutes{2});
  }
  Site site{{kTwoReceivers, kRules}};
};

TEST_F(AlertsApi, AnAlertIsShownWhole) {
  const json alerts = site.json("/api/v2/alerts", {{"filter", "host=a"}});
  ASSERT_EQ(alerts.size(), 1u);
  const json& alert = alerts[0];
  EXPECT_EQ(alert["labels"], json({{"alertname", "Slow"}, {"host", "a"}, {"severity", "page"}}));
  EXPECT_EQ(alert["annotations"], json({{"summary", "a is slow: 3"}}));
  EXPECT_EQ(alert["status"], json({{"inhibitedBy", json::array()},
                                   {"mutedBy", json::array()},
                                   {"silencedBy", json::array()},
                                   {"state", "active"}}));
  EXPECT_EQ(alert["receivers"], json::parse(R"([{"name":"owner-a"},{"name":"team"}])"));
  EXPECT_EQ(alert["fingerprint"],
            format_fingerprint(
                Labels{{"alertname", "Slow"}, {"host", "a"}, {"severity", "page"}}.fingerprint()));
  EXPECT_EQ(alert["generatorURL"], "http://source.test/graph?g0.expr=slow&g0.tab=1");
  EXPECT_LE(parse_rfc3339(std::string(alert["startsAt"])), site.world.now);
  EXPECT_GT(parse_rfc3339(std::string(alert["endsAt"])), site.world.now) << "it still fires";
}

TEST_F(AlertsApi, CanBeFiltered) {
  silence(site.world, "b", hours{1});
  struct Case {
    Query query;
    std::vector<std::string> expected;
  };
  for (const Case& each : std::vector<Case>{
           {{}, {"a", "b", "c"}},
           {{{"silenced", "false"}}, {"a", "c"}},
           {{{"active", "false"}}, {"b"}},
           {{{"active", "false"}, {"silenced", "false"}}, {}},
           {{{"inhibited", "false"}, {"unprocessed", "false"}}, {"a", "b", "c"}},
           {{{"filter", "host=~\"a|b\""}}, {"a", "b"}},
           {{{"filter", "host!=a"}, {"filter", "severity=page"}}, {"b", "c"}},
           {{{"filter", "nothing=here"}}, {}},
           {{{"receiver", "team"}}, {"a", "b"}},
           {{{"receiver", "tea"}}, {}},  // anchored
           {{{"receiver", "own.*|fall.*"}}, {"a", "c"}},
           {{{"receiver", ""}}, {"a", "b", "c"}},
       }) {
    EXPECT_THAT(hosts(site.json("/api/v2/alerts", each.query)),
                ::testing::UnorderedElementsAreArray(each.expected))
        << json(each.query).dump();
  }
}

TEST_F(AlertsApi, ASilenceShowsAtOnceAndSoDoesItsEnd) {
  const std::string id = silence(site.world, "b", hours{1});
  json status = site.json("/api/v2/alerts", {{"filter", "host=b"}})[0]["status"];
  EXPECT_EQ(status["state"], "suppressed");
  EXPECT_EQ(status["silencedBy"], json::array({id}));
  site.send("DELETE", "/api/v2/silence/" + id);
  status = site.json("/api/v2/alerts", {{"filter", "host=b"}})[0]["status"];
  EXPECT_EQ(status["state"], "active");
  EXPECT_EQ(status["silencedBy"], json::array());
}

TEST_F(AlertsApi, WhatIsOverIsNotShown) {
  site.world.source.set("slow", {{{"host", "b"}}});
  site.world.run_for(seconds{20});
  EXPECT_THAT(hosts(site.json("/api/v2/alerts")), ElementsAre("b"));
}

TEST_F(AlertsApi, TheOrderIsThatOfFingerprints) {
  std::vector<std::string> fingerprints;
  for (const json& each : site.json("/api/v2/alerts")) fingerprints.push_back(each["fingerprint"]);
  EXPECT_TRUE(std::is_sorted(fingerprints.begin(), fingerprints.end()));
}

TEST_F(AlertsApi, AReceiverThatIsNoRegularExpressionIsRefused) {
  for (const char* receiver : {"(", "a{1001}", "[z-a]"}) {
    const web::Response response = site.get("/api/v2/alerts", {{"receiver", receiver}});
    EXPECT_EQ(response.status, 400) << receiver;
    EXPECT_THAT(response.body, ::testing::HasSubstr("failed to parse receiver param"));
  }
}

TEST(AlertsApiHostility, LabelsOfAnyKindComeBackAsTheyAreAndHarmNothing) {
  const std::vector<std::string> values = {"../../etc/passwd",
                                           "\"}],\"x\":[{\"",
                                           "<script>alert(1)</script>",
                                           "a\nb\r\tc\x01",
                                           std::string("n\0l", 3),
                                           "{{ $value }}",
                                           "back\\slash",
                                           "\xE2\x80\xA8line",
                                           "%0d%0aSet-Cookie: x",
                                           "🔥"};
  Site site;
  std::vector<Labels> series;
  for (const std::string& value : values) series.push_back({{"host", value}});
  site.world.source.set("slow", series);
  site.world.run_for(minutes{2});
  EXPECT_THAT(hosts(site.json("/api/v2/alerts")), ::testing::UnorderedElementsAreArray(values));
  EXPECT_EQ(site.json("/api/v1/alerts")["data"]["alerts"].size(), values.size());
  EXPECT_EQ(site.json("/api/v1/rules")["data"]["groups"][0]["rules"][0]["alerts"].size(),
            values.size());
  EXPECT_GE(site.json("/api/tocsin/v1/timeline").size(), values.size());
}

TEST(AlertsApiHostility, MalformedUtf8IsRepairedNotPassedOn) {
  Site site;
  site.world.source.set("slow", {{{"host", "a\xFF\xC3z"}}});
  site.world.run_for(minutes{2});
  EXPECT_THAT(hosts(site.json("/api/v2/alerts")), ElementsAre("a\xEF\xBF\xBD\xEF\xBF\xBDz"));
}

}  // namespace
}  // namespace tocsin::testing
