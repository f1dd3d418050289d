#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/complaints.h"
#include "config/yaml_writer.h"
#include "support/temporary_folder.h"

namespace tocsin::config {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kFull = R"(
global:
  resolve_timeout: 7m
  evaluation_interval: 15s
  rule_query_offset: 1s
  external_labels: {cluster: home}
  smtp_smarthost: "[::1]:465"
  smtp_from: Tocsin <t@example.org>
  smtp_auth_username: u
  smtp_auth_password: hunter2
  slack_api_url: https://hooks.slack.com/hunter2
  http_config:
    proxy_url: http://u:hunter2@proxy:3128/
    follow_redirects: false
    tls_config: {ca_file: /ca.pem, server_name: x, min_version: TLS12, max_version: TLS13}
sources: [{name: p, url: http://u:hunter2@p}]
silence_links: {secret: hunter2-hunter2-hunter2-hunter2-, silence_for: 90m}
route:
  receiver: all
  group_by: [b, a]
  routes:
  - {receiver: mail, matchers: ['team="ä\"b"', "x=~a|b"], match: {sev: crit}, continue: true}
  - {receiver: chat, repeat_interval: 30m, group_by: ['...'], group_wait: 0s}
  - match_re: {foo: "^(a|b)$"}
    routes: [{group_by: [c], matchers: [a!="b", c!~"d"], receiver: chat}, {group_by: []}]
receivers:
- name: all
  console_configs: [{}]
- name: mail
  email_configs:
  - to: 'x@y.example, "Q, R" <z@y.example>'
    headers: {Subject: "a: b # c\td", reply-to: me@y.example}
  - {to: a@b.c, smarthost: 'm:25', require_tls: false, send_resolved: true, auth_identity: i}
- name: chat
  slack_configs: [{channel: '#ops', send_resolved: true, username: "a: 'b'", icon_emoji: ':x:'}]
  discord_configs: [{webhook_url_file: /hunter2}]
  webhook_configs:
  - {url_file: /hunter2, max_alerts: 5, http_config: {basic_auth: {username: u, password: hunter2}}}
  - {url: 'http://hook.example/hunter2?t=hunter2', send_resolved: false,
     http_config: {authorization: {credentials_file: /hunter2}}}
  console_configs: [{send_resolved: false}]
)";

TEST(AlertmanagerYaml, IsTheWholeConfigurationWithDefaults) {
  const auto config = parse("route: {receiver: 'a \"b\"'}\nreceivers: [{name: 'a \"b\"'}]\n", "c");
  EXPECT_EQ(config->alertmanager_yaml(), R"(global:
  resolve_timeout: 5m
  http_config:
    follow_redirects: true
    enable_http2: true
route:
  receiver: "a \"b\""
  continue: false
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 4h
receivers:
- name: "a \"b\""
templates: []
)");
}

TEST(AlertmanagerYaml, ShowsNoSecretAndNothingOfOurOwn) {
  const std::string yaml = parse(kFull, "config.yaml")->alertmanager_yaml();
  for (const std::string ours :
       {"hunter2", "console", "evaluation_interval", "sources", "rule_query_offset",
        "external_labels", "silence", "90m", "1h30m", "_file: \"/h"}) {
    EXPECT_THAT(yaml, Not(HasSubstr(ours)));
  }
  EXPECT_THAT(yaml, HasSubstr("api_url: \"<secret>\""));
  EXPECT_THAT(yaml, HasSubstr("url: \"http://hook.example:80/<secret>\""));
  EXPECT_THAT(yaml, HasSubstr("proxy_url: \"http://u:xxxxx@proxy:3128/\""));
}

TEST(AlertmanagerYaml, MeansTheSameWhenItIsReadAgain) {
  const auto config = parse(kFull, "config.yaml");
  const std::string yaml = config->alertmanager_yaml();
  const auto again = [&] {
    // Only where <secret> stands for a URL do we take less than Alertmanager.
    std::string readable = yaml;
    for (std::size_t at = 0; (at = readable.find("url: \"<secret>\"", at)) != std::string::npos;) {
      readable.replace(at, 15, "url: \"http://secret\"");
    }
    return parse(readable, "again.yaml");
  }();
  const auto routes = route::all_routes(config->route);
  const auto routes_again = route::all_routes(again->route);
  ASSERT_EQ(routes.size(), routes_again.size());
  for (std::size_t i = 0; i < routes.size(); ++i) {
    EXPECT_EQ(routes[i]->id, routes_again[i]->id);
    EXPECT_EQ(routes[i]->receiver, routes_again[i]->receiver);
    EXPECT_EQ(routes[i]->group_by, routes_again[i]->group_by);
    EXPECT_EQ(routes[i]->group_by_all, routes_again[i]->group_by_all);
    EXPECT_EQ(routes[i]->group_wait, routes_again[i]->group_wait);
    EXPECT_EQ(routes[i]->repeat_interval, routes_again[i]->repeat_interval);
    EXPECT_EQ(routes[i]->continue_after, routes_again[i]->continue_after);
  }
  ASSERT_EQ(again->receivers.size(), 3U);
  const auto& mail = std::get<notifiers::EmailSettings>(config->receivers[1].channels[0].settings);
  const auto& mail_again =
      std::get<notifiers::EmailSettings>(again->receivers[1].channels[0].settings);
  EXPECT_EQ(mail.to, mail_again.to);
  EXPECT_EQ(mail.headers, mail_again.headers);
  EXPECT_EQ(mail.server.host, mail_again.server.host);
  EXPECT_EQ(again->alertmanager_yaml(), yaml) << "a fixed point";
}

TEST(AlertmanagerYaml, QuotedTextsAreReadBack) {
  for (const std::string text : {"", "plain", "a: b # c", "\"\\'", "ä\n\t\x01\x7f", "{{ x }}", "*a",
                                 "- x", "~", "${A}", "\xC2\x85\xE2\x80\xA8"}) {
    std::vector<Diagnostic> diagnostics;
    const auto config = parse("global: {external_labels: {a: x, b: " + yaml_quoted(text) +
                                  "}}\nroute: {receiver: a}\nreceivers: [{name: a}]",
                              "c", [](const std::string&) { return "${A}"; });
    EXPECT_EQ(config->global.external_labels.get("b"), text);
  }
}

/// Runs a command; its exit code and what it printed.
std::pair<int, std::string> run(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return {-1, ""};
  char block[4096];
  while (const std::size_t got = std::fread(block, 1, sizeof block, pipe)) out.append(block, got);
  return {::pclose(pipe), out};
}

TEST(AlertmanagerYaml, AmtoolTakesIt) {
  if (run("amtool --version 2>&1").first != 0) GTEST_SKIP() << "skipped: there is no amtool";
  const TemporaryFolder folder;
  const std::vector<std::string> configurations = {
      kFull,
      "route: {receiver: a}\nreceivers: [{name: a}]",
      "global: {http_config: {oauth2: {client_id: a, client_secret: b, token_url: 'http://t', "
      "scopes: "
      "[c], endpoint_params: {d: e}, tls_config: {server_name: f}, proxy_url: 'http://p'}, "
      "enable_http2: false}}\nroute: {receiver: a}\nreceivers: [{name: a}]",
      "route: {receiver: a, group_by: ['...']}\nreceivers: [{name: a, console_configs: [{}]}]",
  };
  for (const std::string& text : configurations) {
    const std::string file =
        folder.write("alertmanager.yml", parse(text, "config.yaml")->alertmanager_yaml());
    const auto [code, said] = run("amtool check-config " + file + " 2>&1");
    EXPECT_EQ(code, 0) << said;
    const auto [route_code, tree] =
        run("amtool config routes show --config.file " + file + " 2>&1");
    EXPECT_EQ(route_code, 0) << tree;
  }
}

TEST(AlertmanagerYaml, AmtoolRoutesAsWeDo) {
  if (run("amtool --version 2>&1").first != 0) GTEST_SKIP() << "skipped: there is no amtool";
  const auto config = parse(kFull, "config.yaml");
  const TemporaryFolder folder;
  const std::string file = folder.write("routes.yml", config->alertmanager_yaml());
  const std::vector<Labels> alerts = {
      {},
      {{"team", "ä\"b"}, {"x", "a"}, {"sev", "crit"}},
      {{"foo", "a"}, {"a", "x"}, {"c", "e"}},
      {{"foo", "b"}, {"a", "b"}},
  };
  for (const Labels& labels : alerts) {
    std::string arguments;
    std::string expected;
    for (const LabelView& label : labels) {
      const Matcher matcher(std::string(label.name), MatchOp::Equal, std::string(label.value));
      arguments += " '" + matcher.to_string() + "'";
    }
    for (const route::Route* each : route::match(config->route, labels)) {
      expected += (expected.empty() ? "" : ",") + each->receiver;
    }
    EXPECT_EQ(
        run("amtool config routes test --config.file " + file + arguments + " 2>/dev/null").second,
        expected + "\n")
        << labels.to_string();
  }
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace tocsin::config
