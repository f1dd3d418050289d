// discord_configs: a webhook with embeds; in our own layout mentions are switched off.
#pragma once

#include <optional>
#include <string>

#include "net/http.h"
#include "notifiers/rendering.h"
#include "notifiers/summary.h"
#include "notify/notification.h"

namespace tocsin::notifiers {

inline constexpr std::string_view kDiscordTitle = R"({{ template "discord.default.title" . }})";
inline constexpr std::string_view kDiscordText = R"({{ template "discord.default.message" . }})";

/// Alertmanager's layout: one embed. All texts are templates, with Alertmanager's defaults. What
/// the defaults say links and mentions nobody; what users write may, and so may what alerts put
/// into it.
struct DiscordMessage {
  std::string title{kDiscordTitle};
  std::string message{kDiscordText};
  std::string content;
  /// The user's files redefine defaults, and may write markup into them.
  bool has_own_defaults = false;
  bool operator==(const DiscordMessage&) const = default;
};

struct DiscordSettings {
  net::Secret webhook_url;
  std::string username;                   ///< as it is, no template
  std::string avatar_url;                 ///< the same
  std::optional<DiscordMessage> message;  ///< none: Tocsin's own layout
  net::HttpSettings http;
  Duration timeout = std::chrono::seconds{10};
  bool operator==(const DiscordSettings&) const = default;
};

/// Throws Error when a template fails or the file of the URL cannot be read.
/// Tocsin's own layout shows `offer`.
net::Request discord(const DiscordSettings& settings, const notify::Notification& notification,
                     const MakeRendering& make = {}, const std::optional<Link>& offer = {});
notify::Outcome judge_discord(const net::Result& result);

}  // namespace tocsin::notifiers
