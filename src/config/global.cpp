#include <array>

#include <fmt/format.h>

#include "config/parts.h"
#include "config/values.h"

namespace tocsin::config {
namespace {

struct Elsewhere {
  std::string_view key;
  std::string_view standard;  // Alertmanager's default, which does no harm
};

// They serve kinds of receivers that Tocsin does not have.
constexpr std::array<Elsewhere, 24> kOtherReceivers = {{
    {"pagerduty_url", "https://events.pagerduty.com/v2/enqueue"},
    {"opsgenie_api_url", "https://api.opsgenie.com/"},
    {"opsgenie_api_key", ""},
    {"opsgenie_api_key_file", ""},
    {"victorops_api_url", "https://alert.victorops.com/integrations/generic/20131114/alert/"},
    {"victorops_api_key", ""},
    {"victorops_api_key_file", ""},
    {"wechat_api_url", "https://qyapi.weixin.qq.com/cgi-bin/"},
    {"wechat_api_secret", ""},
    {"wechat_api_secret_file", ""},
    {"wechat_api_corp_id", ""},
    {"telegram_api_url", "https://api.telegram.org"},
    {"telegram_bot_token", ""},
    {"telegram_bot_token_file", ""},
    {"webex_api_url", "https://webexapis.com/v1/messages"},
    {"rocketchat_api_url", "https://open.rocket.chat/"},
    {"rocketchat_token", ""},
    {"rocketchat_token_file", ""},
    {"rocketchat_token_id", ""},
    {"rocketchat_token_id_file", ""},
    {"mattermost_webhook_url", ""},
    {"mattermost_webhook_url_file", ""},
    {"jira_api_url", ""},
    {"hipchat_api_url", ""},
}};

void refuse_others(Map& map) {
  for (const Elsewhere& each : kOtherReceivers) {
    map.refuse(each.key, "is for a kind of receiver that Tocsin does not have; remove it",
               {each.standard});
  }
  map.refuse("smtp_auth_secret", "is for CRAM-MD5, which is not supported; use smtp_auth_password");
  map.refuse("smtp_auth_secret_file",
             "is for CRAM-MD5, which is not supported; use smtp_auth_password_file");
  constexpr std::string_view kSlack =
      "is for Slack's bot tokens, which are not supported yet; use an incoming webhook in "
      "slack_api_url";
  map.refuse({"slack_app_token", "slack_app_token_file"}, kSlack);
  map.refuse("slack_app_url", kSlack, {"https://slack.com/api/chat.postMessage"});
  for (const std::string_view key :
       {"scrape_interval", "scrape_timeout", "scrape_protocols", "body_size_limit", "sample_limit",
        "label_limit", "label_name_length_limit", "label_value_length_limit", "target_limit"}) {
    map.refuse(key, "is about scraping, which Tocsin leaves to its sources; remove it");
  }
  map.refuse({"query_log_file", "scrape_failure_log_file", "metric_name_validation_scheme",
              "metric_name_escaping_scheme"},
             kNotYet);
}

void read_smtp(Map& map, Defaults& defaults) {
  if (read_plain(map, "smtp_from", defaults.smtp_from) && !defaults.smtp_from.empty()) {
    check_addresses(map, "smtp_from", defaults.smtp_from, true);
  }
  read_smarthost(map, "smtp_smarthost", defaults.smtp);
  std::string hello;
  if (map.read("smtp_hello", hello) && !hello.empty()) defaults.smtp.hello = hello;
  map.read("smtp_auth_username", defaults.smtp.username);
  map.read_secret("smtp_auth_password", defaults.smtp.password);
  map.read("smtp_auth_identity", defaults.smtp.identity);
  map.read("smtp_require_tls", defaults.smtp_require_tls);
  bool implicit = false;
  if (map.read("smtp_force_implicit_tls", implicit)) defaults.smtp_force_implicit_tls = implicit;
  if (const Node* tls = map.find("smtp_tls_config")) {
    defaults.smtp.tls_settings = read_tls_settings(*tls, map.file());
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
  read_secret_url(map, "slack_api_url", defaults.slack_api_url);
  read_smtp(map, defaults);
  defaults.in_doubt = root.file().problems() > problems_before;
  refuse_others(map);
}

}  // namespace tocsin::config
