#include <fmt/format.h>

#include "config/parts.h"
#include "config/values.h"

namespace tocsin::config {
namespace {

/// An own http_config replaces the global one; they are not merged.
net::HttpSettings own_or_default(Map& map, const net::HttpSettings& standard) {
  const Node* own = map.find("http_config");
  return own == nullptr ? standard : read_http_settings(*own, map.file());
}

void read_timeout(Map& map, Duration& out) {
  Duration timeout{0};
  if (read_go_duration(map, "timeout", timeout) && timeout > Duration{0}) out = timeout;
}

/// Reads the URL; whether none is given (one that is wrong is, and has been told).
bool lacks_url(Map& map, std::string_view key, net::Secret& out) {
  const std::size_t problems_before = map.file().problems();
  return !read_secret_url(map, key, out) && map.file().problems() == problems_before;
}

void refuse_templates(Map& map, std::string_view key, std::string_view standard) {
  map.refuse(key, "is not supported yet: messages have Tocsin's own layout; remove it", {standard});
}

notifiers::SlackSettings read_slack(Map& map, const Defaults& defaults) {
  notifiers::SlackSettings slack;
  slack.api_url = defaults.slack_api_url;
  if (lacks_url(map, "api_url", slack.api_url) && slack.api_url.empty() && !defaults.in_doubt) {
    map.problem("Slack needs an api_url or api_url_file, here or as slack_api_url in global");
  }
  read_plain(map, "channel", slack.channel);
  read_plain(map, "username", slack.username, R"({{ template "slack.default.username" . }})");
  read_plain(map, "icon_emoji", slack.icon_emoji, R"({{ template "slack.default.iconemoji" . }})");
  read_plain(map, "icon_url", slack.icon_url, R"({{ template "slack.default.iconurl" . }})");
  slack.http = own_or_default(map, defaults.http);
  read_timeout(map, slack.timeout);
  map.refuse("color", "is not supported yet: the colour shows the status; remove it",
             {R"({{ template "slack.default.color" . }})",
              R"({{ if eq .Status "firing" }}danger{{ else }}good{{ end }})"});
  refuse_templates(map, "title", R"({{ template "slack.default.title" . }})");
  refuse_templates(map, "title_link", R"({{ template "slack.default.titlelink" . }})");
  refuse_templates(map, "pretext", R"({{ template "slack.default.pretext" . }})");
  refuse_templates(map, "text", R"({{ template "slack.default.text" . }})");
  refuse_templates(map, "fallback", R"({{ template "slack.default.fallback" . }})");
  refuse_templates(map, "callback_id", R"({{ template "slack.default.callbackid" . }})");
  refuse_templates(map, "footer", R"({{ template "slack.default.footer" . }})");
  for (const std::string_view key :
       {"message_text", "fields", "actions", "image_url", "thumb_url", "mrkdwn_in"}) {
    refuse_templates(map, key, "");
  }
  refuse_templates(map, "short_fields", "false");
  map.refuse("link_names", kNotYet, {"false"});
  map.refuse("update_message", kNotYet, {"false"});
  map.refuse({"app_token", "app_token_file", "app_url"},
             "is for Slack's bot tokens, which are not supported yet; use an incoming webhook in "
             "api_url");
  return slack;
}

notifiers::DiscordSettings read_discord(Map& map, const Defaults& defaults) {
  notifiers::DiscordSettings discord;
  if (lacks_url(map, "webhook_url", discord.webhook_url)) {
    map.problem("Discord needs a webhook_url or webhook_url_file");
  }
  read_plain(map, "username", discord.username);
  read_plain(map, "avatar_url", discord.avatar_url);
  discord.http = own_or_default(map, defaults.http);
  refuse_templates(map, "title", R"({{ template "discord.default.title" . }})");
  refuse_templates(map, "message", R"({{ template "discord.default.message" . }})");
  refuse_templates(map, "content", R"({{ template "discord.default.content" . }})");
  return discord;
}

notifiers::WebhookSettings read_webhook(Map& map, const Defaults& defaults) {
  notifiers::WebhookSettings webhook;
  if (lacks_url(map, "url", webhook.url)) map.problem("a webhook needs a url or url_file");
  map.read("max_alerts", webhook.max_alerts);
  webhook.http = own_or_default(map, defaults.http);
  read_timeout(map, webhook.timeout);
  map.refuse("payload", "is not supported yet: Alertmanager's JSON is sent; remove it");
  return webhook;
}

using Read = std::function<notifiers::Settings(Map&)>;

struct Kind {
  std::string_view name;
  bool send_resolved;
  Read read;
};

/// A console needs no settings: an element that is left empty is one.
bool may_be_empty(const Kind& kind) { return kind.name == "console"; }

void read_kind(Map& receiver, const Kind& kind, std::vector<notifiers::Channel>& channels) {
  const std::string key = fmt::format("{}_configs", kind.name);
  std::size_t index = 0;
  const auto each = [&](const Node& node) {
    Map map(node, key, receiver.file());
    if (!map.usable()) return;
    notifiers::Channel channel;
    channel.name = fmt::format("{}/{}", kind.name, index++);
    channel.send_resolved = kind.send_resolved;
    map.read("send_resolved", channel.send_resolved);
    channel.settings = kind.read(map);
    channels.push_back(std::move(channel));
  };
  const Node* list = receiver.find(key);
  if (list == nullptr || !may_be_empty(kind) || !list->is_list()) {
    receiver.for_each(key, each);
    return;
  }
  for (const Node* node : list->list) each(*node);
}

}  // namespace

std::vector<notifiers::Channel> read_channels(Map& receiver, const Defaults& defaults) {
  const std::vector<Kind> kinds = {
      {"email", false, [&](Map& map) { return read_email(map, defaults); }},
      {"slack", false, [&](Map& map) { return read_slack(map, defaults); }},
      {"discord", true, [&](Map& map) { return read_discord(map, defaults); }},
      {"webhook", true, [&](Map& map) { return read_webhook(map, defaults); }},
      {"console", true, [](Map&) { return notifiers::ConsoleSettings{}; }},
  };
  std::vector<notifiers::Channel> channels;
  for (const Kind& kind : kinds) read_kind(receiver, kind, channels);
  return channels;
}

}  // namespace tocsin::config
