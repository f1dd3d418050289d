// discord_configs: a webhook with embeds; mentions are switched off.
#pragma once

#include <string>

#include "net/http.h"
#include "notify/notification.h"

namespace tocsin::notifiers {

struct DiscordSettings {
  net::Secret webhook_url;
  std::string username;
  std::string avatar_url;
  net::HttpSettings http;
  Duration timeout = std::chrono::seconds{10};
  bool operator==(const DiscordSettings&) const = default;
};

net::Request discord(const DiscordSettings& settings, const notify::Notification& notification);
notify::Outcome judge_discord(const net::Result& result);

}  // namespace tocsin::notifiers
