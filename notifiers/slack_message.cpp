// Alertmanager's layout for Slack. Source of names, order and limits: alertmanager
// notify/slack/slack.go.
#include <limits>

#include <nlohmann/json.hpp>

#include "model/text.h"
#include "notifiers/json_text.h"
#include "notifiers/markup.h"
#include "notifiers/slack.h"

namespace tocsin::notifiers {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxTitle = 1024;

void put(Json& object, const char* key, std::string text) {
  if (!text.empty()) object[key] = std::move(text);
}

Json fields_of(const SlackMessage& message, Fields& fields) {
  Json list = Json::array();
  for (const SlackField& each : message.fields) {
    Json field = Json::object();
    put(field, "title", fields.text(each.title));
    put(field, "value", fields.text(each.value));
    field["short"] = each.is_short.value_or(message.short_fields);
    list.push_back(std::move(field));
  }
  return list;
}

Json confirmation_of(const SlackConfirmation& confirm, Fields& fields) {
  Json out = Json::object();
  put(out, "text", fields.text(confirm.text));
  put(out, "title", fields.text(confirm.title));
  put(out, "ok_text", fields.text(confirm.ok_text));
  put(out, "dismiss_text", fields.text(confirm.dismiss_text));
  return out;
}

Json actions_of(const SlackMessage& message, Fields& fields) {
  Json list = Json::array();
  for (const SlackAction& each : message.actions) {
    Json action = Json::object();
    put(action, "type", fields.text(each.type));
    put(action, "text", fields.text(each.text));
    put(action, "url", fields.text(each.url));
    put(action, "style", fields.text(each.style));
    put(action, "name", fields.text(each.name));
    put(action, "value", fields.text(each.value));
    if (each.confirm) action["confirm"] = confirmation_of(*each.confirm, fields);
    list.push_back(std::move(action));
  }
  return list;
}

/// The entities that Slack asks for, so that alerts form no link and no mention.
std::string escaped_default(const SlackMessage& message, const std::string& field,
                            std::string_view standard, std::size_t limit, Fields& fields) {
  const bool is_ours = field == standard && !message.has_own_defaults;
  const std::string text = truncate_runes(fields.text(field), limit);
  return is_ours ? slack_escape(text) : text;
}

Json attachment_of(const SlackMessage& message, Fields& fields) {
  constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();
  Json out = Json::object();
  put(out, "title", escaped_default(message, message.title, kSlackTitle, kMaxTitle, fields));
  put(out, "title_link", fields.text(message.title_link));
  put(out, "pretext", fields.text(message.pretext));
  out["text"] = fields.text(message.text);
  out["fallback"] = escaped_default(message, message.fallback, kSlackFallback, kNoLimit, fields);
  out["callback_id"] = fields.text(message.callback_id);
  if (!message.fields.empty()) out["fields"] = fields_of(message, fields);
  if (!message.actions.empty()) out["actions"] = actions_of(message, fields);
  put(out, "image_url", fields.text(message.image_url));
  put(out, "thumb_url", fields.text(message.thumb_url));
  out["footer"] = fields.text(message.footer);
  put(out, "color", fields.text(message.color));
  out["mrkdwn_in"] = message.mrkdwn_in.empty()
                         ? std::vector<std::string>{"fallback", "pretext", "text"}
                         : message.mrkdwn_in;
  return out;
}

}  // namespace

std::string slack_message(const SlackSettings& settings, const SlackMessage& message,
                          Fields& fields, const std::optional<SlackMessageId>& id) {
  Json out = Json::object();
  put(out, "channel", id ? std::string(id->channel) : fields.text(settings.channel));
  if (id) out["ts"] = id->ts;
  put(out, "username", fields.text(settings.username));
  put(out, "icon_emoji", fields.text(settings.icon_emoji));
  put(out, "icon_url", fields.text(settings.icon_url));
  if (settings.link_names) out["link_names"] = true;
  put(out, "text", fields.text(message.message_text));
  out["attachments"] = Json::array({attachment_of(message, fields)});
  return go_json_of(out) + "\n";
}

}  // namespace tocsin::notifiers
