#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/complaints.h"

namespace tocsin::config {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string kRoute = "route: {receiver: a}\n";

TEST(Receivers, WithoutAnyChannelIsABlackHole) {
  const auto config = parse(kRoute + "receivers: [{name: a}]", "config.yaml");
  ASSERT_NE(config->receiver("a"), nullptr);
  EXPECT_THAT(config->receiver("a")->channels, IsEmpty());
  EXPECT_EQ(config->receiver("b"), nullptr);
}

TEST(Receivers, ChannelsAreNumberedByKind) {
  const auto config = parse(kRoute + R"(receivers:
- name: a
  console_configs:
  - {send_resolved: false}
  -
  webhook_configs: [{url: http://a}, {url: http://b, send_resolved: false}]
  email_configs: []
  slack_configs: [{api_url: http://s}]
  discord_configs: [{webhook_url: http://d}]
)",
                            "config.yaml");
  std::vector<std::string> channels;
  for (const auto& each : config->receivers.at(0).channels) {
    channels.push_back(each.name + (each.send_resolved ? " resolved" : ""));
  }
  EXPECT_THAT(channels, ElementsAre("slack/0", "discord/0 resolved", "webhook/0 resolved",
                                    "webhook/1", "console/0", "console/1 resolved"));
}

TEST(Receivers, RefuseWhatIsWrong) {
  const std::vector<Refused> cases = {
      {"a",
       {"2:12: receivers must be a list, this is a single value; write [a, b], or one line for "
        "each with a dash",
        "1:19: there is no receiver \"a\"; add it under \"receivers\""}},
      {"[{name: a}, ~]", {"2:24: an element of receivers is empty; fill it in or remove it"}},
      {"[{name: a}, b]", {"2:24: receiver must be a mapping, this is a single value"}},
      {"[{name: a}, {}]", {"2:24: a receiver needs a name"}},
      {"[{name: a}, {name: ''}]", {"2:24: a receiver needs a name"}},
      {"[{name: a}, {name: [b]}]",
       {"2:24: a receiver needs a name", "2:31: name must be a single value, this is a list"}},
      {"[{name: a}, {name: a}]", {"2:31: there are two receivers named \"a\"; rename one"}},
      {"[{name: a, labels: {name: c}}]",
       {"2:31: the label \"name\" of a receiver is its name; remove it, or write \"a\""}},
      {"[{name: a, slack_config: [{}]}]",
       {"2:23: unknown key \"slack_config\"; did you mean \"slack_configs\"?"}},
      {"[{name: a, webhook_configs: {url: http://a}}]",
       {"2:40: webhook_configs must be a list, this is a mapping; write [a, b], or one line for "
        "each with a dash"}},
      {"[{name: a, webhook_configs: [~]}]",
       {"2:41: an element of webhook_configs is empty; fill it in or remove it"}},
      {"[{name: a, console_configs: [{text: x}]}]",
       {"2:42: unknown key \"text\" in console_configs; remove it"}},
      {"[{name: a, console_configs: x}]",
       {"2:40: console_configs must be a list, this is a single value; write [a, b], or one line "
        "for each with a dash"}},
  };
  for (auto [yaml, expected] : cases) {
    std::sort(expected.begin(), expected.end());
    EXPECT_THAT(complaints(kRoute + "receivers: " + yaml), ElementsAreArray(expected)) << yaml;
  }
}

TEST(Receivers, KindsThatTocsinDoesNotHaveAreRefusedByName) {
  for (const std::string kind :
       {"pagerduty", "opsgenie", "wechat", "victorops", "pushover", "sns", "telegram", "webex",
        "msteams", "msteamsv2", "jira", "incidentio", "rocketchat", "mattermost"}) {
    EXPECT_THAT(complaints(kRoute + "receivers: [{name: a, " + kind + "_configs: [{}]}]"),
                ElementsAre("2:23: \"" + kind + "_configs\" is not supported: Tocsin has no " +
                            kind + " channel; use webhook_configs with a bridge to it"));
    EXPECT_THAT(complaints(kRoute + "receivers: [{name: a, " + kind + "_configs: []}]"), IsEmpty());
  }
}

}  // namespace
}  // namespace tocsin::config
