#include "notifiers/webhook.h"

#include <fmt/format.h>

#include "notifiers/http_exchange.h"
#include "notifiers/json_text.h"
#include "notifiers/message_data.h"

namespace tocsin::notifiers {
namespace {

constexpr std::string_view kNever = "0001-01-01T00:00:00Z";  // Go's zero time: still firing

std::string alert_json(const notify::Told& told) {
  const Alert& alert = *told.alert;
  const bool resolved = told.status == notify::Status::Resolved && alert.ends_at;
  return fmt::format(
      R"({{"status":"{}","labels":{},"annotations":{},"startsAt":"{}","endsAt":"{}","generatorURL":{},"fingerprint":"{}"}})",
      to_string(told.status), go_json(alert.labels), go_json(alert.annotations),
      rfc3339_nano(alert.starts_at), resolved ? rfc3339_nano(*alert.ends_at) : kNever,
      go_json(alert.generator_url), format_fingerprint(alert.fingerprint));
}

/// Cuts the notification to its first alerts; how many were left out. Everything that is said, the
/// status and the common labels too, is about those.
std::size_t truncate(notify::Notification& notification, std::size_t max_alerts) {
  const std::size_t truncated = notification.alerts.size() - max_alerts;
  notification.alerts.resize(max_alerts);
  return truncated;
}

std::string alertmanagers_payload(const notify::Notification& notification,
                                  const Labels& route_labels, std::size_t truncated) {
  std::string alerts;
  for (const notify::Told& told : notification.alerts) {
    if (!alerts.empty()) alerts += ',';
    alerts += alert_json(told);
  }
  return fmt::format(
      R"({{"receiver":{},"status":"{}","alerts":[{}],"notification_reason":"{}","groupLabels":{},)"
      R"("commonLabels":{},"commonAnnotations":{},"routeLabels":{},"externalURL":{},"version":"4",)"
      R"("groupKey":{},"truncatedAlerts":{}}})"
      "\n",
      go_json(regex_escaped(notification.receiver)), to_string(notification.status()), alerts,
      to_string(notification.reason), go_json(notification.group_labels),
      go_json(notification.common_labels()), go_json(notification.common_annotations()),
      go_json(route_labels), go_json(notification.external_url), go_json(notification.group_key),
      truncated);
}

net::Request request_of(const WebhookSettings& settings, const notify::Notification& notification,
                        std::size_t truncated, const MakeRendering& make) {
  Fields fields(make, notification);
  const bool is_template = settings.url.file.empty();
  const std::string url = settings.url.read();
  std::string body = settings.payload
                         ? payload_json(*settings.payload, fields)
                         : alertmanagers_payload(notification, fields.route_labels(), truncated);
  return json_post(is_template ? fields.text(url) : url, std::move(body), settings.http,
                   settings.timeout);
}

}  // namespace

net::Request webhook(const WebhookSettings& settings, const notify::Notification& notification,
                     const MakeRendering& make) {
  const std::size_t most = settings.max_alerts;
  if (most == 0 || notification.alerts.size() <= most) {
    return request_of(settings, notification, 0, make);
  }
  notify::Notification first = notification;
  const std::size_t truncated = truncate(first, most);
  return request_of(settings, first, truncated, make);
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
