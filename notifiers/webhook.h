// webhook_configs: Alertmanager's JSON payload, version 4.
#pragma once

#include <string>

#include "net/http.h"
#include "notify/notification.h"

namespace tocsin::notifiers {

struct WebhookSettings {
  net::Secret url;
  std::size_t max_alerts = 0;  ///< 0: all
  net::HttpSettings http;
  Duration timeout = std::chrono::seconds{10};
  bool operator==(const WebhookSettings&) const = default;
};

net::Request webhook(const WebhookSettings& settings, const notify::Notification& notification);
notify::Outcome judge_webhook(const net::Result& result);

}  // namespace tocsin::notifiers
