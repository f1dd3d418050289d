// Status, health, readiness, reload.
#include <gmock/gmock.h>

#include "site.h"

namespace tocsin::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(StatusApi, SaysWhatAlertmanagersClientsAskFor) {
  Site site;
  const json status = site.json("/api/v2/status");
  EXPECT_EQ(status["cluster"], json::parse(R"({"peers":[],"status":"disabled"})"));
  EXPECT_EQ(status["versionInfo"]["version"], "1.2.3");
  EXPECT_EQ(status["uptime"], format_rfc3339(site.world.now));
  EXPECT_THAT(std::string(status["config"]["original"]), HasSubstr("receiver: \"team\""));
}

TEST(StatusApi, ServesNoSecrets) {
  Site site({R"(
sources: [{name: fake, url: "http://source.test", basic_auth: {username: u, password: hidden-one}}]
route: {receiver: team}
receivers:
- name: team
  webhook_configs: [{url: "http://hook.test/hidden-two"}]
  slack_configs: [{api_url: "http://hook.test/hidden-three"}]
)",
             kRules});
  EXPECT_THAT(site.get("/api/v2/status").body, Not(HasSubstr("hidden")));
  EXPECT_THAT(site.get("/metrics").body, Not(HasSubstr("hidden")));
}

TEST(StatusApi, IsHealthyAlwaysAndReadyWhileTheJournalTakesChanges) {
  Site site;
  EXPECT_EQ(site.get("/-/healthy").body, "OK\n");
  EXPECT_EQ(site.get("/-/ready").body, "OK\n");
  site.world.journal().fail_next_commits(1'000'000);
  site.world.source.set("slow", {{{"host", "a"}}});
  site.world.run_for(seconds{20});
  const web::Response ready = site.get("/-/ready");
  EXPECT_EQ(ready.status, 503);
  EXPECT_THAT(ready.body, HasSubstr("told to fail"));
  EXPECT_EQ(site.get("/-/healthy").status, 200);
  site.world.journal().fail_next_commits(0);
  site.world.run_for(seconds{1});
  EXPECT_EQ(site.get("/-/ready").status, 200);
}

TEST(StatusApi, AReloadSaysWhatIsWrongAndChangesNothing) {
  Site site;
  site.world.files.config = "route: {receiver: nobody}\n";
  const web::Response bad = site.send("POST", "/-/reload");
  EXPECT_EQ(bad.status, 500);
  EXPECT_THAT(bad.body, HasSubstr("failed to reload config: test.yaml:1:"));
  EXPECT_THAT(std::string(site.json("/api/v2/status")["config"]["original"]),
              HasSubstr("receiver: \"team\""));
  site.world.files.config = kConfig;
  for (const char* method : {"POST", "PUT"}) {
    EXPECT_EQ(site.send(method, "/-/reload", "", {}).status, 200) << method;
  }
  EXPECT_EQ(site.get("/-/reload").status, 405);
  EXPECT_EQ(site.send("POST", "/-/reload", "", {{"origin", "http://evil.example"}}).status, 403);
}

TEST(StatusApi, TheRootPageNamesThePaths) {
  Site site;
  const web::Response page = site.get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("/api/v2/silences"));
}

}  // namespace
}  // namespace tocsin::testing
