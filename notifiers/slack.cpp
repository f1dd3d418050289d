#include "notifiers/slack.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "model/text.h"
#include "notifiers/http_exchange.h"
#include "notifiers/markup.h"
#include "notifiers/summary.h"

namespace tocsin::notifiers {
namespace {

// Source: docs.slack.dev "Legacy: secondary message attachments" (a footer has at most 300
// characters), "Truncating content" (messages are cut at 40,000); the title's length is
// Alertmanager's. What one reads in a channel is less than what Slack would take.
constexpr std::size_t kMaxTitle = 1024;
constexpr std::size_t kMaxFooter = 300;
constexpr std::size_t kMaxFields = 50;
constexpr std::size_t kMaxFieldsText = 8000;
constexpr std::size_t kMaxCommon = 3000;

const Markup& markup() {
  static const Markup kMarkup = {
      slack_escape,
      [](const Link& link) { return fmt::format("<{}|{}>", slack_escape(link.url), link.text); },
  };
  return kMarkup;
}

/// A field's title is shown in bold and its text is never folded away, unlike an attachment's.
nlohmann::json field_of(const AlertSummary& alert, bool firing) {
  return {{"title", (firing ? "🔥 " : "✅ ") + slack_escape(alert.title)},
          {"value", details(alert, markup(), "\n")},
          {"short", false}};
}

nlohmann::json fields_of(const Section& section) {
  const bool firing = section.status == notify::Status::Firing;
  const Fitted fitted = fit(section, {kMaxFieldsText, kMaxFields}, [&](const AlertSummary& alert) {
    const nlohmann::json field = field_of(alert, firing);
    return count_runes(field["title"].get<std::string>()) +
           count_runes(field["value"].get<std::string>());
  });
  nlohmann::json fields = nlohmann::json::array();
  for (const AlertSummary& alert : fitted.alerts) fields.push_back(field_of(alert, firing));
  if (fitted.left_out > 0) {
    fields.push_back({{"title", more_text(fitted.left_out)},
                      {"value", "not shown in this message"},
                      {"short", false}});
  }
  return fields;
}

/// One attachment for what fires and one for what is over. Formatting (mrkdwn_in) is off in all of
/// them: only <…> means something, and that is escaped.
nlohmann::json attachments_of(const Summary& summary, Timestamp decided_at) {
  nlohmann::json attachments = nlohmann::json::array();
  for (const Section& section : summary.sections) {
    attachments.push_back({
        {"color", section.status == notify::Status::Firing ? "danger" : "good"},
        {"fields", fields_of(section)},
        {"mrkdwn_in", nlohmann::json::array()},
    });
  }
  if (attachments.empty()) attachments.push_back({{"color", "good"}});
  const std::string title = slack_escape(truncate_runes(summary.title, kMaxTitle));
  nlohmann::json& first = attachments.front();
  first["title"] = title;
  first["fallback"] = title;
  if (!summary.url.empty()) first["title_link"] = slack_escape(summary.url);
  first["text"] = common_details(summary, markup(), "\n", kMaxCommon);
  nlohmann::json& last = attachments.back();
  last["footer"] = truncate_runes(summary.reason, kMaxFooter);
  last["ts"] = std::chrono::floor<std::chrono::seconds>(decided_at).time_since_epoch().count();
  return attachments;
}

std::string own_message(const SlackSettings& settings, const notify::Notification& notification,
                        const std::optional<Link>& offer, Fields& fields,
                        const std::optional<SlackMessageId>& id) {
  nlohmann::json payload = {
      {"attachments", attachments_of(summarise(notification, offer), notification.decided_at)},
      {"link_names", settings.link_names},
  };
  const auto put = [&](const char* key, const std::string& field) {
    if (std::string text = fields.text(field); !text.empty()) payload[key] = std::move(text);
  };
  put("channel", settings.channel);
  put("username", settings.username);
  put("icon_emoji", settings.icon_emoji);
  put("icon_url", settings.icon_url);
  if (id) {
    payload["channel"] = id->channel;
    payload["ts"] = id->ts;
  }
  return payload.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Of what Slack calls channels and times of messages, and of nothing else.
bool is_part_of_id(const nlohmann::json& json, const char* key) {
  constexpr std::size_t kMost = 64;
  const auto at = json.find(key);
  if (at == json.end() || !at->is_string()) return false;
  const auto& text = at->get_ref<const std::string&>();
  return !text.empty() && text.size() <= kMost && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.';
  });
}

/// Where the message is that was just posted or changed; empty when Slack does not say.
std::string id_in(const nlohmann::json& json) {
  if (!is_part_of_id(json, "channel") || !is_part_of_id(json, "ts")) return "";
  return json["channel"].get<std::string>() + "/" + json["ts"].get<std::string>();
}

std::optional<SlackMessageId> parse_id(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return SlackMessageId{text.substr(0, slash), text.substr(slash + 1)};
}

/// chat.update for chat.postMessage.
std::string update_url(std::string url) {
  if (!url.ends_with(kSlackPostMessage)) return url;
  url.resize(url.size() - kSlackPostMessage.size());
  return url + "/chat.update";
}

/// Why a message cannot be changed although a new one can be posted.
/// Source: docs.slack.dev "chat.update", errors.
bool is_gone(std::string_view word) {
  return word == "message_not_found" || word == "cant_update_message" ||
         word == "edit_window_closed";
}

/// ok:false and a word for why, as Slack's newer APIs answer.
notify::Outcome judge_json(const SlackSettings& settings, const nlohmann::json& json,
                           const std::string& words) {
  if (json["ok"] == true) {
    return notify::Sent{"accepted", Duration{0}, settings.update_message ? id_in(json) : ""};
  }
  const std::string word = json.contains("error") && json["error"].is_string()
                               ? short_words(json["error"].get<std::string>())
                               : words;
  if (word == "ratelimited" || word == "rate_limited") {
    return too_many("Slack answered " + word, kDefaultHold);
  }
  if (settings.update_message && is_gone(word)) {
    return notify::Retry{"Slack answered " + word, Duration{0}, false, true};
  }
  return notify::Refused{"Slack answered " + word};
}

}  // namespace

net::Request slack(const SlackSettings& settings, const notify::Notification& notification,
                   const MakeRendering& make, std::string_view earlier,
                   const std::optional<Link>& offer) {
  Fields fields(make, notification);
  const auto id = settings.update_message ? parse_id(earlier) : std::nullopt;
  std::string body = settings.message ? slack_message(settings, *settings.message, fields, id)
                                      : own_message(settings, notification, offer, fields, id);
  std::string url = settings.api_url.read();
  if (id) url = update_url(std::move(url));
  return json_post(std::move(url), std::move(body), settings.http, settings.timeout);
}

notify::Outcome judge_slack(const SlackSettings& settings, const net::Result& result) {
  if (const auto* failure = std::get_if<net::Failure>(&result)) return judge_failure(*failure);
  const auto& response = std::get<net::Response>(result);
  const std::string words = short_words(response.body);
  if (response.status / 100 != 2) return judge_status(response, words);
  if (words == "ok") return notify::Sent{"accepted"};
  const auto json = nlohmann::json::parse(response.body, nullptr, false);
  if (json.is_object() && json.contains("ok")) return judge_json(settings, json, words);
  return notify::Refused{fmt::format("Slack answered \"{}\" instead of \"ok\"", words)};
}

}  // namespace tocsin::notifiers
