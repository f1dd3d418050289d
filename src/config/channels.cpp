#include <fmt/format.h>

#include "config/parts.h"
#include "config/templating.h"
#include "config/values.h"

namespace tocsin::config {
namespace {

/// Reads the URL; whether none is given (one that is wrong is, and has been told).
bool lacks_url(Map& map, std::string_view key, net::Secret& out) {
  const std::size_t problems_before = map.file().problems();
  return !read_secret_url(map, key, out) && map.file().problems() == problems_before;
}

notifiers::DiscordSettings read_discord(Map& map, const Defaults& defaults) {
  notifiers::DiscordSettings discord;
  if (lacks_url(map, "webhook_url", discord.webhook_url)) {
    map.problem("Discord needs a webhook_url or webhook_url_file");
  }
  map.read("username", discord.username);
  map.read("avatar_url", discord.avatar_url);
  discord.http = read_own_http(map, defaults);
  const Templating& templating = defaults.templating;
  notifiers::DiscordMessage message;
  const bool set = map.has("title") || map.has("message") || map.has("content");
  read_field(map, "title", message.title, templating);
  read_field(map, "message", message.message, templating);
  read_field(map, "content", message.content, templating);
  message.has_own_defaults = templating.overridden("discord");
  if (set || message.has_own_defaults) discord.message = std::move(message);
  return discord;
}

notifiers::Payload payload_of(Map& map, const Node& node, const Templating& templating) {
  using Kind = notifiers::Payload::Kind;
  notifiers::Payload payload;
  const auto checked = [&](Mark where, std::string field) {
    check_field(map.file(), where, "payload", field, templating);
    return field;
  };
  if (node.is_scalar()) {
    payload.kind = Kind::Text;
    payload.text = checked(node.mark, map.text_of(node, "payload").value_or(""));
  } else if (node.is_list()) {
    payload.kind = Kind::List;
    for (const Node* each : node.list) payload.items.push_back(payload_of(map, *each, templating));
  } else if (node.is_mapping()) {
    payload.kind = Kind::Mapping;
    for (const Node::Entry& each : node.entries) {
      payload.keys.push_back(checked(each.mark, std::string(each.key)));
      payload.items.push_back(payload_of(map, *each.value, templating));
    }
  }
  return payload;
}

/// Inline it may be a template, of which only sending shows whether it makes a URL.
void read_webhook_url(Map& map, net::Secret& url, const Templating& templating) {
  const Node* given = map.find("url");
  if (given == nullptr || !holds_template(given->text)) {
    if (lacks_url(map, "url", url)) map.problem("a webhook needs a url or url_file");
    return;
  }
  if (map.has("url_file"))
    map.problem("url_file", "url_file and url exclude each other; remove one");
  read_field(map, "url", url.text, templating);
}

notifiers::WebhookSettings read_webhook(Map& map, const Defaults& defaults) {
  notifiers::WebhookSettings webhook;
  read_webhook_url(map, webhook.url, defaults.templating);
  map.read("max_alerts", webhook.max_alerts);
  webhook.http = read_own_http(map, defaults);
  read_timeout(map, webhook.timeout);
  if (const Node* payload = map.find("payload")) {
    webhook.payload = payload_of(map, *payload, defaults.templating);
  }
  return webhook;
}

void read_rate_limit(Map& map, notify::RateLimit& limit) {
  std::string text;
  if (!map.read("rate_limit", text)) return;
  if (const auto given = notify::parse_rate_limit(text)) {
    limit = *given;
  } else {
    map.problem("rate_limit",
                fmt::format("{} is not a rate: write at most {} messages and a time of at most 1d, "
                            "such as 30/1m, or none",
                            shown(text), notify::kMostMessages));
  }
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
    channel.rate_limit = notifiers::default_rate_limit(channel.settings);
    read_rate_limit(map, channel.rate_limit);
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

net::HttpSettings read_own_http(Map& map, const Defaults& defaults) {
  const Node* own = map.find("http_config");
  return own == nullptr ? defaults.http : read_http_settings(*own, map.file());
}

void read_timeout(Map& map, Duration& out) {
  Duration timeout{0};
  if (read_go_duration(map, "timeout", timeout) && timeout > Duration{0}) out = timeout;
}

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
