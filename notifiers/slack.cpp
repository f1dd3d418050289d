#include "notifiers/slack.h"

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

/// ok:false and a word for why, as Slack's newer APIs answer.
notify::Outcome judge_json(const nlohmann::json& json, const std::string& words) {
  if (json["ok"] == true) return notify::Sent{"accepted"};
  const std::string word = json.contains("error") && json["error"].is_string()
                               ? short_words(json["error"].get<std::string>())
                               : words;
  if (word == "ratelimited" || word == "rate_limited") {
    return notify::Retry{"Slack answered " + word, kDefaultHold, true};
  }
  return notify::Refused{"Slack answered " + word};
}

}  // namespace

net::Request slack(const SlackSettings& settings, const notify::Notification& notification) {
  nlohmann::json payload = {
      {"attachments", attachments_of(summarise(notification), notification.decided_at)},
      {"link_names", false},
  };
  if (!settings.channel.empty()) payload["channel"] = settings.channel;
  if (!settings.username.empty()) payload["username"] = settings.username;
  if (!settings.icon_emoji.empty()) payload["icon_emoji"] = settings.icon_emoji;
  if (!settings.icon_url.empty()) payload["icon_url"] = settings.icon_url;
  return json_post(settings.api_url,
                   payload.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                   settings.http, settings.timeout);
}

notify::Outcome judge_slack(const net::Result& result) {
  if (const auto* failure = std::get_if<net::Failure>(&result)) return judge_failure(*failure);
  const auto& response = std::get<net::Response>(result);
  const std::string words = short_words(response.body);
  if (response.status / 100 != 2) return judge_status(response, words);
  if (words == "ok") return notify::Sent{"accepted"};
  const auto json = nlohmann::json::parse(response.body, nullptr, false);
  if (json.is_object() && json.contains("ok")) return judge_json(json, words);
  return notify::Refused{fmt::format("Slack answered \"{}\" instead of \"ok\"", words)};
}

}  // namespace tocsin::notifiers
