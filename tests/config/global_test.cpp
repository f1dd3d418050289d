#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/complaints.h"

namespace tocsin::config {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

const std::string kRest = "\nroute: {receiver: a}\nreceivers: [{name: a}]\n";

TEST(Global, HasDefaults) {
  for (const std::string_view text : {"", "global:\n", "global: {}\n"}) {
    const auto config = parse(std::string(text) + kRest, "config.yaml");
    EXPECT_EQ(config->global.evaluation_interval, minutes{1}) << text;
    EXPECT_EQ(config->global.resolve_timeout, minutes{5}) << text;
    EXPECT_EQ(config->global.rule_query_offset, seconds{0}) << text;
    EXPECT_TRUE(config->global.external_labels.empty()) << text;
    EXPECT_EQ(config->http, net::HttpSettings{}) << text;
  }
}

TEST(Global, IsRead) {
  const auto config = parse(R"(
global:
  evaluation_interval: 15s
  resolve_timeout: 10m
  rule_query_offset: 5s
  external_labels: {cluster: home, zone: 2, empty: ""}
  http_config:
    basic_auth: {username: me, password_file: secrets/pw}
    tls_config: {ca_file: ca.pem, cert_file: /c.pem, key_file: /k.pem, server_name: x,
                 insecure_skip_verify: yes, min_version: TLS12, max_version: TLS13}
    proxy_url: http://proxy:3128
    follow_redirects: false
    enable_http2: true
)" + kRest,
                            "conf/config.yaml");
  const Global& global = config->global;
  EXPECT_EQ(global.evaluation_interval, seconds{15});
  EXPECT_EQ(global.resolve_timeout, minutes{10});
  EXPECT_EQ(global.rule_query_offset, seconds{5});
  EXPECT_EQ(global.external_labels, (Labels{{"cluster", "home"}, {"zone", "2"}}));
  EXPECT_EQ(config->http.basic_auth->username.text, "me");
  EXPECT_EQ(config->http.basic_auth->password.file, "conf/secrets/pw") << "relative to the file";
  EXPECT_EQ(config->http.tls.ca_file, "conf/ca.pem");
  EXPECT_EQ(config->http.tls.cert_file, "/c.pem");
  EXPECT_EQ(config->http.tls.server_name, "x");
  EXPECT_TRUE(config->http.tls.insecure_skip_verify);
  EXPECT_EQ(config->http.tls.min_version, "TLS12");
  EXPECT_EQ(config->http.tls.max_version, "TLS13");
  EXPECT_EQ(config->http.proxy.url, "http://proxy:3128");
  EXPECT_FALSE(config->http.follow_redirects);
}

TEST(Global, AlertmanagersDefaultsForOtherReceiversDoNoHarm) {
  EXPECT_THAT(complaints(R"(
global:
  pagerduty_url: https://events.pagerduty.com/v2/enqueue
  opsgenie_api_url: https://api.opsgenie.com/
  telegram_api_url: https://api.telegram.org
  slack_app_url: https://slack.com/api/chat.postMessage
  opsgenie_api_key: ""
  smtp_hello: localhost
  smtp_require_tls: true
templates: []
inhibit_rules: []
time_intervals: []
mute_time_intervals:
)" + kRest),
              IsEmpty());
}

TEST(Global, RefusesWhatIsWrong) {
  const std::vector<Refused> cases = {
      {"global: 5", {"1:9: global must be a mapping, this is a single value"}},
      {"global: {evaluation_interval: 0}", {"1:31: evaluation_interval must be longer than 0"}},
      {"global: {evaluation_interval: 15}",
       {"1:31: evaluation_interval must be a duration like 30s, 5m or 1h30m, not \"15\""}},
      {"global: {resolve_timeout: -5m}",
       {"1:27: resolve_timeout must be a duration like 30s, 5m or 1h30m, not \"-5m\""}},
      {"global: {resolve_timeout: [5m]}",
       {"1:27: resolve_timeout must be a single value, this is a list"}},
      {"global: {external_labels: [a]}",
       {"1:27: external_labels must be a mapping of names to texts, this is a list"}},
      {"global: {external_labels: {__name__: x}}",
       {"1:27: __name__ cannot be an external label; remove it"}},
      {"global: {external_labels: {a: {b: c}}}",
       {"1:31: \"a\" must be a single value, this is a mapping"}},
      {"global: {scrape_interval: 10s, scrape_timeout: 15s}",
       {"1:48: scrape_timeout must not be longer than scrape_interval (10s)"}},
      {"global: {slack_api_url: x}",
       {"1:25: slack_api_url must be a URL that begins with http:// or https://"}},
      {"global: {slack_api_url: http://a, slack_api_url_file: /b}",
       {"1:55: slack_api_url and slack_api_url_file exclude each other; remove one"}},
      {"global: {smtp_auth_password: a, smtp_auth_password_file: /b}",
       {"1:58: smtp_auth_password and smtp_auth_password_file exclude each other; remove one"}},
      {"global: {slack_app_token: x, slack_api_url: http://a}",
       {"1:9: slack_api_url and slack_app_token exclude each other; remove one"}},
      {"global: {mattermost_webhook_url: x, mattermost_webhook_url_file: y}",
       {"1:66: mattermost_webhook_url and mattermost_webhook_url_file exclude each other; remove "
        "one"}},
      {"global: {smtp_smarthost: mail}",
       {"1:26: smtp_smarthost must be host:port, like mail.example.org:587, not \"mail\""}},
      {"global: {smtp_from: '{{ x }}'}",
       {"1:21: smtp_from: function \"x\" not defined (line 1, column 4 of the template)"}},
      {"global: {smtp_require_tls: maybe}",
       {"1:28: smtp_require_tls must be true or false, not \"maybe\""}},
      {"global: {opsgenie_api_key: x, pagerduty_url: y, telegram_bot_token_file: z}", {}},
      {"global: {slack_api_ulr: x}",
       {"1:10: unknown key \"slack_api_ulr\"; did you mean \"slack_api_url\"?"}},
  };
  for (const auto& [yaml, expected] : cases) {
    EXPECT_THAT(complaints(yaml + kRest), ElementsAreArray(expected)) << yaml;
  }
}

TEST(Global, RefusesWhatIsWrongWithHttp) {
  const std::vector<Refused> cases = {
      {"x", {"1:23: http_config must be a mapping, this is a single value"}},
      {"{bearer_token: a, bearer_token_file: /b}",
       {"1:60: bearer_token and bearer_token_file exclude each other; remove one"}},
      {"{bearer_token: a, authorization: {credentials: b}}",
       {"1:23: bearer_token and authorization exclude each other; remove one"}},
      {"{follow_redirect: true}",
       {"1:24: unknown key \"follow_redirect\"; did you mean \"follow_redirects\"?"}},
  };
  for (const auto& [yaml, expected] : cases) {
    EXPECT_THAT(complaints("global: {http_config: " + yaml + "}" + kRest),
                ElementsAreArray(expected))
        << yaml;
  }
}

TEST(Configuration, SaysWhereThingsOfOthersGo) {
  EXPECT_THAT(
      complaints(R"(remote_read: [{url: http://a}]
otlp: {promote_all_resource_attributes: true}
inhibit_rules: [{equal: [a]}]
time_intervals: [{name: a}]
templates: [a.tmpl]
receiver: []
)" + kRest),
      ElementsAre("1:1: \"remote_read\" has no use here: name the API that answers queries under "
                  "\"sources\"",
                  "2:1: \"otlp\" belongs to Prometheus and has no use here; remove it",
                  "5:13: there is no template file \"a.tmpl\"",
                  "6:1: unknown key \"receiver\"; did you mean \"receivers\"?"));
}

TEST(Configuration, IsOneMapping) {
  const std::vector<Refused> cases = {
      {"BAD", {"1:1: configuration must be a mapping, this is a single value"}},
      {"[a]", {"1:1: configuration must be a mapping, this is a list"}},
      {"", {"1:1: there is no \"route\"; add one that names a receiver"}},
      {"receivers: []", {"1:1: there is no \"route\"; add one that names a receiver"}},
      {"route: {receiver: a}\nreceivers: [{name: a}]\n---\nglobal: {}",
       {"4:1: a second document begins here; a configuration is only one"}},
  };
  for (const auto& [yaml, expected] : cases) {
    EXPECT_THAT(complaints(yaml), ElementsAreArray(expected)) << yaml;
  }
}

TEST(Configuration, AllProblemsOfAFileAreToldAtOnceAndInItsOrder) {
  EXPECT_THAT(complaints(R"(
recievers: []
global: {resolve_timeout: soon}
receivers:
- name: a
  slack_configs: [{channel: x}]
- name: a
route:
  receiver: b
  group_interval: 0s
)"),
              ElementsAre("2:1: unknown key \"recievers\"; did you mean \"receivers\"?",
                          "3:27: resolve_timeout must be a duration like 30s, 5m or 1h30m, not "
                          "\"soon\"",
                          "7:9: there are two receivers named \"a\"; rename one",
                          "9:13: there is no receiver \"b\"; add it under \"receivers\"",
                          "10:19: group_interval must be longer than 0"))
      << "that Slack has no URL is not said: the broken global section may have been meant to";
}

}  // namespace
}  // namespace tocsin::config
