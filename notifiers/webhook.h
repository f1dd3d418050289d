// webhook_configs: Alertmanager's JSON payload, version 4, or one of the user's.
#pragma once

#include <optional>
#include <string>

#include "net/http.h"
#include "notifiers/payload.h"
#include "notifiers/rendering.h"
#include "notify/notification.h"

namespace tocsin::notifiers {

struct WebhookSettings {
  net::Secret url;                 ///< inline a template
  std::size_t max_alerts = 0;      ///< 0: all
  std::optional<Payload> payload;  ///< instead of Alertmanager's
  net::HttpSettings http;
  Duration timeout = std::chrono::seconds{10};
  bool operator==(const WebhookSettings&) const = default;
};

/// Throws Error when a template fails or the file of the URL cannot be read.
net::Request webhook(const WebhookSettings& settings, const notify::Notification& notification,
                     const MakeRendering& make = {});
notify::Outcome judge_webhook(const net::Result& result);

}  // namespace tocsin::notifiers
