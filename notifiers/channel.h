// What a channel is: pure functions from a notification to what goes over the wire, and from the
// answer to an outcome. Recipe for a new one: settings + prepare + judge in one file pair, one line
// in Settings, one in channel.cpp, one test file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "net/http.h"
#include "net/mail.h"
#include "notifiers/console.h"
#include "notifiers/discord.h"
#include "notifiers/email.h"
#include "notifiers/silence_link.h"
#include "notifiers/slack.h"
#include "notifiers/webhook.h"
#include "notify/notification.h"
#include "notify/rate_limit.h"

namespace tocsin::notifiers {

using Settings =
    std::variant<ConsoleSettings, EmailSettings, SlackSettings, DiscordSettings, WebhookSettings>;

/// One entry of a receiver.
struct Channel {
  std::string name;  ///< kind and index among its kind: "slack/0"
  bool send_resolved = true;
  Settings settings;
  notify::RateLimit rate_limit = {};
  std::optional<SilenceLinks> silence_links = {};  ///< none: its messages offer no silence
  bool operator==(const Channel&) const = default;
};

/// "slack", "email", …: the kind as configuration and metrics name it.
std::string_view kind_of(const Settings& settings);

/// What the service behind it takes without complaint: Discord 5 messages in 2 s for a webhook,
/// Slack 1 a second for a channel.
notify::RateLimit default_rate_limit(const Settings& settings);

/// Lines for the console, instead of something for the network.
struct Print {
  std::string text;
};

using Delivery = std::variant<net::Request, net::Mail, Print>;

/// What is to be sent. `earlier` is the message that it changes (notify::message_to_change), for
/// channels that are asked to do so. Throws Error when it cannot be built (an unreadable secret
/// file, a template that fails): trying again would not help.
Delivery prepare(const Channel& channel, const notify::Notification& notification, Timestamp now,
                 const MakeRendering& make = {}, std::string_view earlier = {});

/// What the answer means.
notify::Outcome judge(const Channel& channel, const net::Result& result);

/// Where it goes, in words for people and without secrets: "Slack channel #ops", "mail to a@b".
std::string describe(const Channel& channel);

}  // namespace tocsin::notifiers
