#include <fmt/format.h>

#include "config/parts.h"
#include "config/templating.h"
#include "config/values.h"

namespace tocsin::config {
namespace {

constexpr std::string_view kPostMessage = "https://slack.com/api/chat.postMessage";

/// Texts of a mapping that Slack needs.
void need(Map& map, std::string_view what, std::string_view key, std::string& out,
          const Templating& templating) {
  if (!map.has(key)) map.problem(fmt::format("{} needs a {}", what, key));
  const std::size_t problems_before = map.file().problems();
  if (!read_field(map, key, out, templating)) return;
  if (out.empty() && map.file().problems() == problems_before) {
    map.problem(key, fmt::format("{} needs a {}", what, key));
  }
}

void read_fields(Map& map, std::vector<notifiers::SlackField>& fields,
                 const Templating& templating) {
  map.for_each("fields", [&](const Node& node) {
    Map inner(node, "field", map.file());
    if (!inner.usable()) return;
    notifiers::SlackField field;
    need(inner, "a Slack field", "title", field.title, templating);
    need(inner, "a Slack field", "value", field.value, templating);
    bool is_short = false;
    if (inner.read("short", is_short)) field.is_short = is_short;
    fields.push_back(std::move(field));
  });
}

notifiers::SlackConfirmation read_confirmation(const Node& node, File& file,
                                               const Templating& templating) {
  notifiers::SlackConfirmation confirm;
  Map map(node, "confirm", file);
  if (!map.usable()) return confirm;
  need(map, "a confirmation", "text", confirm.text, templating);
  read_field(map, "title", confirm.title, templating);
  read_field(map, "ok_text", confirm.ok_text, templating);
  read_field(map, "dismiss_text", confirm.dismiss_text, templating);
  return confirm;
}

void read_actions(Map& map, std::vector<notifiers::SlackAction>& actions,
                  const Templating& templating) {
  map.for_each("actions", [&](const Node& node) {
    Map inner(node, "action", map.file());
    if (!inner.usable()) return;
    notifiers::SlackAction action;
    need(inner, "a Slack action", "type", action.type, templating);
    need(inner, "a Slack action", "text", action.text, templating);
    read_field(inner, "url", action.url, templating);
    read_field(inner, "style", action.style, templating);
    read_field(inner, "name", action.name, templating);
    read_field(inner, "value", action.value, templating);
    if (const Node* confirm = inner.find("confirm")) {
      action.confirm = read_confirmation(*confirm, map.file(), templating);
    }
    if (!inner.has("url") && !inner.has("name")) {
      inner.problem("a Slack action needs a url, or a name");
    }
    if (!action.url.empty()) {  // a link sends nothing to the app
      action.name.clear();
      action.value.clear();
      action.confirm.reset();
    }
    actions.push_back(std::move(action));
  });
}

/// Whether any of it was set: then the message is laid out as Alertmanager does.
bool read_message(Map& map, notifiers::SlackMessage& message, const Templating& templating) {
  bool set = false;
  const auto field = [&](std::string_view key, std::string& out) {
    set |= map.has(key);
    read_field(map, key, out, templating);
  };
  field("color", message.color);
  field("title", message.title);
  field("title_link", message.title_link);
  field("pretext", message.pretext);
  field("text", message.text);
  field("message_text", message.message_text);
  field("footer", message.footer);
  field("fallback", message.fallback);
  field("callback_id", message.callback_id);
  field("image_url", message.image_url);
  field("thumb_url", message.thumb_url);
  for (const std::string_view key : {"fields", "actions", "mrkdwn_in"}) set |= map.has(key);
  read_fields(map, message.fields, templating);
  read_actions(map, message.actions, templating);
  map.read("mrkdwn_in", message.mrkdwn_in);
  map.read("short_fields", message.short_fields);
  return set;
}

/// How it gets in: with a bot's token (for app_url), or by a URL that is a secret.
void read_access(Map& map, const Defaults& defaults, notifiers::SlackSettings& slack) {
  const std::size_t problems_before = map.file().problems();
  net::Secret token;
  map.read_secret("app_token", token);
  const bool own_url = read_secret_url(map, "api_url", slack.api_url);
  std::string app_url = defaults.slack_app_url;
  read_url(map, "app_url", app_url);
  if (map.file().problems() > problems_before) return;
  if (own_url && !token.empty()) {
    map.problem("api_url and app_token exclude each other; remove one");
    return;
  }
  const Node* own_http = map.find("http_config");
  const bool own_authorization = own_http != nullptr && slack.http.authorization.has_value();
  const bool inline_url = own_url && !slack.api_url.text.empty();
  if (token.empty() && !own_authorization && !inline_url) token = defaults.slack_app_token;
  if (!own_url) slack.api_url = defaults.slack_api_url;
  if (token.empty()) {
    if (slack.api_url.empty() && !defaults.in_doubt) {
      map.problem(
          "Slack needs an api_url or app_token (or their _file), here or as slack_api_url "
          "or slack_app_token in global");
    }
    return;
  }
  if (slack.http.authorization || slack.http.basic_auth) {
    map.problem("an app_token is sent as authorization: http_config cannot have another one");
    return;
  }
  slack.has_token = true;
  slack.http.authorization = net::HttpSettings::Authorization{"Bearer", std::move(token)};
  slack.api_url = {app_url, ""};
}

/// Only bots can change what they said, and only where the URL is that of Slack's API.
void read_update_message(Map& map, notifiers::SlackSettings& slack) {
  if (!map.read("update_message", slack.update_message) || !slack.update_message) return;
  const Node* url = map.find("api_url");
  if (url != nullptr && url->text == kPostMessage) return;
  if (slack.has_token && slack.api_url.text.ends_with(notifiers::kSlackPostMessage)) return;
  map.problem("update_message",
              fmt::format("update_message needs a bot: an app_token, or its token "
                          "in http_config and api_url: {}",
                          kPostMessage));
}

}  // namespace

notifiers::SlackSettings read_slack(Map& map, const Defaults& defaults) {
  notifiers::SlackSettings slack;
  slack.http = read_own_http(map, defaults);
  read_access(map, defaults, slack);
  const Templating& templating = defaults.templating;
  read_field(map, "channel", slack.channel, templating);
  notifiers::SlackMessage message;
  const bool set = read_message(map, message, templating);
  message.has_own_defaults = templating.overridden("slack");
  if (set || message.has_own_defaults) slack.message = std::move(message);
  // Our own layout has no use for what is there only by default.
  const auto look = [&](std::string_view key, std::string& out, std::string_view standard) {
    out = standard;
    const bool given = read_field(map, key, out, templating);
    if (!slack.message && !given && out == standard) out.clear();
  };
  look("username", slack.username, notifiers::kSlackUsername);
  look("icon_emoji", slack.icon_emoji, notifiers::kSlackIconEmoji);
  look("icon_url", slack.icon_url, notifiers::kSlackIconUrl);
  map.read("link_names", slack.link_names);
  read_timeout(map, slack.timeout);
  read_update_message(map, slack);
  return slack;
}

}  // namespace tocsin::config
