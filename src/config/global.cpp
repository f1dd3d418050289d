#include <array>

#include <fmt/format.h>

#include "config/parts.h"
#include "config/scrape_configs.h"
#include "config/templating.h"
#include "config/values.h"

namespace tocsin::config {
namespace {

// They serve kinds of receivers that Tocsin does not have: a file may have them without using any.
constexpr std::array<std::string_view, 10> kOtherReceivers = {
    "pagerduty_url",    "opsgenie_api_url",  "victorops_api_url",  "wechat_api_url",
    "telegram_api_url", "webex_api_url",     "rocketchat_api_url", "jira_api_url",
    "hipchat_api_url",  "wechat_api_corp_id"};
constexpr std::array<std::string_view, 7> kOtherSecrets = {
    "opsgenie_api_key", "victorops_api_key",   "wechat_api_secret",     "telegram_bot_token",
    "rocketchat_token", "rocketchat_token_id", "mattermost_webhook_url"};

void read_others(Map& map) {
  std::string ignored;
  for (const std::string_view key : kOtherReceivers) map.read(key, ignored);
  net::Secret secret;
  for (const std::string_view key : kOtherSecrets) map.read_secret(key, secret);
}

void read_prometheus_settings(Map& map, Defaults& defaults) {
  defaults.scrape = read_scrape_defaults(map);
  map.refuse("query_log_file", kNotYet);
}

void read_smtp(Map& map, Defaults& defaults) {
  if (read_field(map, "smtp_from", defaults.smtp_from, defaults.templating) &&
      !defaults.smtp_from.empty()) {
    check_addresses(map, "smtp_from", defaults.smtp_from, true);
  }
  read_smarthost(map, "smtp_smarthost", defaults.smtp);
  std::string hello;
  if (map.read("smtp_hello", hello) && !hello.empty()) defaults.smtp.hello = hello;
  map.read("smtp_auth_username", defaults.smtp.username);
  map.read_secret("smtp_auth_password", defaults.smtp.password);
  read_challenge_secret(map, "smtp_auth_secret", defaults.smtp.secret);
  map.read("smtp_auth_identity", defaults.smtp.identity);
  map.read("smtp_require_tls", defaults.smtp_require_tls);
  bool implicit = false;
  if (map.read("smtp_force_implicit_tls", implicit)) defaults.smtp_force_implicit_tls = implicit;
  if (const Node* tls = map.find("smtp_tls_config")) {
    defaults.smtp.tls_settings = read_tls_settings(*tls, map.file());
  }
}

/// Both a URL and a token only where the URL is the token's: files from before there were tokens.
void read_slack(Map& map, Defaults& defaults) {
  read_secret_url(map, "slack_api_url", defaults.slack_api_url);
  map.read_secret("slack_app_token", defaults.slack_app_token);
  read_url(map, "slack_app_url", defaults.slack_app_url);
  if (defaults.slack_api_url.empty() || defaults.slack_app_token.empty()) return;
  if (defaults.slack_api_url.text != defaults.slack_app_url) {
    map.problem("slack_api_url and slack_app_token exclude each other; remove one");
  }
}

void read_external_labels(Map& map, Labels& labels) {
  if (!map.read("external_labels", labels)) return;
  if (labels.has("")) map.problem("external_labels", "a label needs a name");
  if (labels.has(kMetricName)) {
    map.problem("external_labels", "__name__ cannot be an external label; remove it");
  }
  labels.drop_empty();
}

}  // namespace

void read_smarthost(Map& map, std::string_view key, net::MailServer& server) {
  std::string text;
  if (!map.read(key, text) || text.empty()) return;
  const auto address = parse_host_port(text);
  if (!address) {
    map.problem(key, fmt::format("{} must be host:port, like mail.example.org:587, not {}", key,
                                 shown(map.find(key)->text)));
    return;
  }
  server.host = address->host;
  server.port = address->port;
}

void read_global(Map& root, Global& global, Defaults& defaults) {
  const Node* node = root.find("global");
  if (node == nullptr) return;
  const std::size_t problems_before = root.file().problems();
  Map map(*node, "global", root.file());
  if (!map.usable()) return;
  Duration interval{0};
  if (map.read("evaluation_interval", interval)) {
    if (interval > Duration{0}) {
      global.evaluation_interval = interval;
    } else {
      map.problem("evaluation_interval", "evaluation_interval must be longer than 0");
    }
  }
  map.read("resolve_timeout", global.resolve_timeout);
  map.read("rule_query_offset", global.rule_query_offset);
  read_external_labels(map, global.external_labels);
  if (const Node* http = map.find("http_config")) {
    defaults.http = read_http_settings(*http, map.file());
  }
  read_slack(map, defaults);
  read_smtp(map, defaults);
  defaults.in_doubt = root.file().problems() > problems_before;
  read_others(map);
  read_prometheus_settings(map, defaults);
}

}  // namespace tocsin::config
