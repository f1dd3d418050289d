// slack_configs: an incoming webhook, or a bot that posts with its token.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"
#include "notifiers/rendering.h"
#include "notifiers/summary.h"
#include "notify/notification.h"

namespace tocsin::notifiers {

struct SlackField {
  std::string title;
  std::string value;
  std::optional<bool> is_short;
  bool operator==(const SlackField&) const = default;
};

struct SlackConfirmation {
  std::string text;
  std::string title;
  std::string ok_text;
  std::string dismiss_text;
  bool operator==(const SlackConfirmation&) const = default;
};

/// With a `url` it is a link, else a message to the app: `name`, `value`, `confirm`.
struct SlackAction {
  std::string type;
  std::string text;
  std::string url;
  std::string style;
  std::string name;
  std::string value;
  std::optional<SlackConfirmation> confirm;
  bool operator==(const SlackAction&) const = default;
};

inline constexpr std::string_view kSlackUsername = R"({{ template "slack.default.username" . }})";
inline constexpr std::string_view kSlackIconEmoji = R"({{ template "slack.default.iconemoji" . }})";
inline constexpr std::string_view kSlackTitle = R"({{ template "slack.default.title" . }})";
inline constexpr std::string_view kSlackFallback = R"({{ template "slack.default.fallback" . }})";
inline constexpr std::string_view kSlackIconUrl = R"({{ template "slack.default.iconurl" . }})";

/// Alertmanager's layout: one attachment. All texts are templates, with Alertmanager's defaults.
/// What the defaults say is text, of which Slack shows every character; what users write may be
/// markup, and so may be what alerts put into it.
struct SlackMessage {
  std::string color = R"({{ template "slack.default.color" . }})";
  std::string title{kSlackTitle};
  std::string title_link = R"({{ template "slack.default.titlelink" . }})";
  std::string pretext = R"({{ template "slack.default.pretext" . }})";
  std::string text = R"({{ template "slack.default.text" . }})";
  std::string message_text;
  std::vector<SlackField> fields;
  bool short_fields = false;
  std::string footer = R"({{ template "slack.default.footer" . }})";
  std::string fallback{kSlackFallback};
  std::string callback_id = R"({{ template "slack.default.callbackid" . }})";
  std::string image_url;
  std::string thumb_url;
  std::vector<std::string> mrkdwn_in;
  std::vector<SlackAction> actions;
  /// The user's files redefine defaults, and may write markup into them.
  bool has_own_defaults = false;
  bool operator==(const SlackMessage&) const = default;
};

struct SlackSettings {
  net::Secret api_url;     ///< the webhook's URL, a secret; with a token the API's
  bool has_token = false;  ///< of a bot; it is in `http`
  std::string channel;     ///< empty: the webhook's own
  std::string username;
  std::string icon_emoji;
  std::string icon_url;
  bool link_names = false;
  /// Changes change the first message instead of adding new ones. REQUIRES: api_url ends with
  /// kSlackPostMessage.
  bool update_message = false;
  std::optional<SlackMessage> message;  ///< none: Tocsin's own layout
  net::HttpSettings http;
  Duration timeout = std::chrono::seconds{10};
  bool operator==(const SlackSettings&) const = default;
};

/// The method of Slack's API that posts, as its URL ends; beside it lies chat.update.
inline constexpr std::string_view kSlackPostMessage = "/chat.postMessage";

/// A message that a bot posted: what Sent::message of this channel is, written
/// "C024BE91L/1503.0247".
struct SlackMessageId {
  std::string_view channel;
  std::string_view ts;
};

/// `earlier` is a Sent::message or empty; with update_message it is changed. Throws Error when a
/// template fails or the file of the URL cannot be read. Tocsin's own layout shows `offer`.
net::Request slack(const SlackSettings& settings, const notify::Notification& notification,
                   const MakeRendering& make = {}, std::string_view earlier = {},
                   const std::optional<Link>& offer = {});
/// The body in Alertmanager's layout; `id` is of the message that it changes.
std::string slack_message(const SlackSettings& settings, const SlackMessage& message,
                          Fields& fields, const std::optional<SlackMessageId>& id = {});
notify::Outcome judge_slack(const SlackSettings& settings, const net::Result& result);

}  // namespace tocsin::notifiers
