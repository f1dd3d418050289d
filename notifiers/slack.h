// slack_configs: an incoming webhook.
#pragma once

#include <string>

#include "net/http.h"
#include "notify/notification.h"

namespace tocsin::notifiers {

struct SlackSettings {
  net::Secret api_url;  ///< the webhook's URL, a secret
  std::string channel;  ///< empty: the webhook's own
  std::string username;
  std::string icon_emoji;
  std::string icon_url;
  net::HttpSettings http;
  Duration timeout = std::chrono::seconds{10};
  bool operator==(const SlackSettings&) const = default;
};

net::Request slack(const SlackSettings& settings, const notify::Notification& notification);
notify::Outcome judge_slack(const net::Result& result);

}  // namespace tocsin::notifiers
