#include "notifiers/webhook.h"

#include <fmt/format.h>

#include "notifiers/http_exchange.h"
#include "notifiers/json_text.h"

namespace tocsin::notifiers {
namespace {

constexpr std::string_view kNever = "0001-01-01T00:00:00Z";  // Go's zero time: still firing

/// As Go's regexp.QuoteMeta: links in existing templates depend on it.
std::string quote_regex(std::string_view text) {
  std::string out;
  for (const char c : text) {
    constexpr std::string_view kMeta = "\\.+*?()|[]{}^$";
    if (kMeta.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string alert_json(const notify::Told& told) {
  const Alert& alert = *told.alert;
  const bool resolved = told.status == notify::Status::Resolved && alert.ends_at;
  return fmt::format(
      R"({{"status":"{}","labels":{},"annotations":{},"startsAt":"{}","endsAt":"{}","generatorURL":{},"fingerprint":"{}"}})",
      to_string(told.status), go_json(alert.labels), go_json(alert.annotations),
      rfc3339_nano(alert.starts_at), resolved ? rfc3339_nano(*alert.ends_at) : kNever,
      go_json(alert.generator_url), format_fingerprint(alert.fingerprint));
}

std::string payload_of(notify::Notification notification, std::size_t max_alerts) {
  std::size_t truncated = 0;
  if (max_alerts > 0 && notification.alerts.size() > max_alerts) {
    truncated = notification.alerts.size() - max_alerts;
    notification.alerts.resize(max_alerts);
  }
  std::string alerts;
  for (const notify::Told& told : notification.alerts) {
    if (!alerts.empty()) alerts += ',';
    alerts += alert_json(told);
  }
  return fmt::format(
      R"({{"receiver":{},"status":"{}","alerts":[{}],"notification_reason":"{}","groupLabels":{},)"
      R"("commonLabels":{},"commonAnnotations":{},"routeLabels":{{}},"externalURL":{},"version":"4",)"
      R"("groupKey":{},"truncatedAlerts":{}}})"
      "\n",
      go_json(quote_regex(notification.receiver)), to_string(notification.status()), alerts,
      to_string(notification.reason), go_json(notification.group_labels),
      go_json(notification.common_labels()), go_json(notification.common_annotations()),
      go_json(notification.external_url), go_json(notification.group_key), truncated);
}

}  // namespace

net::Request webhook(const WebhookSettings& settings, const notify::Notification& notification) {
  return json_post(settings.url, payload_of(notification, settings.max_alerts), settings.http,
                   settings.timeout);
}

notify::Outcome judge_webhook(const net::Result& result) {
  if (const auto* failure = std::get_if<net::Failure>(&result)) {
    return judge_failure_without_body(*failure);
  }
  const auto& response = std::get<net::Response>(result);
  if (response.status / 100 == 2) {
    return notify::Sent{fmt::format("accepted with {}", response.status)};
  }
  return judge_status(response, short_words(response.body));
}

}  // namespace tocsin::notifiers
