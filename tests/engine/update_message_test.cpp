// Channels that change what they said: the message that is changed, and when a new one begins.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stories.h"

namespace tocsin::testing {
namespace {

using ::testing::ElementsAre;

const std::string kBot = R"(
global: {evaluation_interval: 10s}
sources: [{name: fake, url: "http://source.test"}]
route: {receiver: team, group_by: [alertname], group_wait: 5s, group_interval: 1m, repeat_interval: 4h}
receivers:
- name: team
  slack_configs:
  - {app_token: xoxb-1, app_url: "http://slack.test/api/chat.postMessage", channel: "#ops",
     update_message: true, send_resolved: true}
)";

/// A Slack that gives out ids and lets messages be deleted.
class Slack {
 public:
  explicit Slack(World& world) : world_(world) {
    world.answer = [this](const Delivered& what) { return answer(what); };
  }
  void fires(const std::vector<std::string>& hosts) {
    std::vector<Labels> series;
    for (const std::string& host : hosts) series.push_back({{"host", host}});
    world_.source.set("slow", std::move(series));
    world_.run_for(minutes{3});
  }

  std::vector<std::string> seen;  ///< "post #ops", "update C1/2.0", …
  bool deleted = false;

 private:
  net::Result answer(const Delivered& what) {
    const auto payload = nlohmann::json::parse(what.body);
    const std::string channel = payload["channel"];
    if (what.url.ends_with("chat.update")) {
      seen.push_back("update " + channel + "/" + payload["ts"].get<std::string>());
      if (deleted) return net::Response{200, {}, R"({"ok":false,"error":"message_not_found"})"};
    } else {
      seen.push_back("post " + channel);
      deleted = false;
      ++posted_;
    }
    return net::Response{
        200, {}, R"({"ok":true,"channel":"C1","ts":")" + std::to_string(posted_) + ".0\"}"};
  }

  World& world_;
  int posted_ = 0;
};

TEST(UpdateMessage, NewsChangesTheFirstMessageUntilAllIsOver) {
  World world({kBot, kRules});
  Slack slack(world);
  slack.fires({"a"});
  slack.fires({"a", "b"});
  slack.fires({"a"});
  slack.fires({});
  EXPECT_THAT(slack.seen,
              ElementsAre("post #ops", "update C1/1.0", "update C1/1.0", "update C1/1.0"));
  slack.fires({"a"});
  slack.fires({});
  EXPECT_THAT(slack.seen.size(), 6U);
  EXPECT_THAT(slack.seen[4], "post #ops") << "a story of its own";
  EXPECT_THAT(slack.seen[5], "update C1/2.0");
}

TEST(UpdateMessage, ARestartRemembersTheMessage) {
  World world({kBot, kRules});
  Slack slack(world);
  slack.fires({"a"});
  world.crash_and_restart();
  slack.fires({"a", "b"});
  EXPECT_THAT(slack.seen, ElementsAre("post #ops", "update C1/1.0"));
}

TEST(UpdateMessage, ADeletedMessageGivesWayToANewOne) {
  World world({kBot, kRules});
  Slack slack(world);
  slack.fires({"a"});
  slack.deleted = true;
  slack.fires({"a", "b"});
  slack.fires({"a"});
  EXPECT_THAT(slack.seen, ElementsAre("post #ops", "update C1/1.0", "post #ops", "update C1/2.0"));
}

}  // namespace
}  // namespace tocsin::testing
