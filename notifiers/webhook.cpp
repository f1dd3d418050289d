#include "notifiers/webhook.h"

#include <fmt/format.h>

#include "notifiers/http_exchange.h"
#include "notifiers/json_text.h"
#include "notifiers/message_data.h"

namespace tocsin::notifiers {
namespace {

constexpr std::string_view kNever = "0001-01-01T00:00:00Z";  // Go's zero time: still firing

void append_alert(std::string& out, const notify::Told& told) {
  const Alert& alert = *told.alert;
  const bool resolved = told.status == notify::Status::Resolved && alert.ends_at;
  GoObject object(out);
  object.text("status", to_string(told.status));
  object.labels("labels", alert.labels);
  object.labels("annotations", alert.annotations);
  object.text("startsAt", rfc3339_nano(alert.starts_at));
  object.text("endsAt", resolved ? rfc3339_nano(*alert.ends_at) : std::string(kNever));
  object.text("generatorURL", alert.generator_url);
  object.text("fingerprint", format_fingerprint(alert.fingerprint));
  object.end();
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
  constexpr std::size_t kTypicalAlert = 512;
  std::string out;
  out.reserve(kTypicalAlert * (2 + notification.alerts.size()));
  GoObject object(out);
  object.text("receiver", regex_escaped(notification.receiver));
  object.text("status", to_string(notification.status()));
  object.member("alerts") += '[';
  for (const notify::Told& told : notification.alerts) {
    if (out.back() != '[') out += ',';
    append_alert(out, told);
  }
  out += ']';
  object.text("notification_reason", to_string(notification.reason));
  object.labels("groupLabels", notification.group_labels);
  object.labels("commonLabels", notification.common_labels());
  object.labels("commonAnnotations", notification.common_annotations());
  object.labels("routeLabels", route_labels);
  object.text("externalURL", notification.external_url);
  object.text("version", "4");
  object.text("groupKey", notification.group_key);
  object.member("truncatedAlerts") += std::to_string(truncated);
  object.end();
  return out += '\n';
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
