#include "notifiers/discord.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "model/text.h"
#include "notifiers/http_exchange.h"
#include "notifiers/json_text.h"
#include "notifiers/markup.h"
#include "notifiers/summary.h"

namespace tocsin::notifiers {
namespace {

// Source: docs.discord.com "Message resource", embed limits (characters are code points), and
// "Webhook resource", execute webhook.
constexpr std::size_t kMaxTitle = 256;
constexpr std::size_t kMaxDescription = 4096;
constexpr std::size_t kMaxContent = 2000;
constexpr std::size_t kMaxAllEmbeds = 6000;
constexpr std::size_t kMaxUsername = 80;
// Ours: what is kept for the resolved alerts when many fire too, and for what all have in common.
constexpr std::size_t kRoomForResolved = 1500;
constexpr std::size_t kMaxCommon = 1400;

constexpr int kRed = 0x992D22;  // Alertmanager's
constexpr int kGreen = 0x2ECC71;

const Markup& markup() {
  static const Markup kMarkup = {
      discord_escape,
      [](const Link& link) { return fmt::format("[{}](<{}>)", link.text, link.url); },
  };
  return kMarkup;
}

std::string render(const AlertSummary& alert, bool firing) {
  return fmt::format("{} **{}**\n{}", firing ? "🔥" : "✅", discord_escape(alert.title),
                     details(alert, markup(), "\n"));
}

std::string section_text(const Section& section, std::size_t limit) {
  constexpr std::string_view kBetween = "\n\n";
  const bool firing = section.status == notify::Status::Firing;
  const Fitted fitted = fit(section, {.runes = limit}, [&](const AlertSummary& alert) {
    return count_runes(render(alert, firing)) + kBetween.size();
  });
  std::string text;
  for (const AlertSummary& alert : fitted.alerts) {
    if (!text.empty()) text += kBetween;
    text += render(alert, firing);
  }
  if (fitted.left_out > 0) {
    if (!text.empty()) text += kBetween;
    text += more_text(fitted.left_out);
  }
  return text;
}

nlohmann::json embeds_of(const Summary& summary, Timestamp decided_at) {
  const std::string title = escaped_within(summary.title, kMaxTitle, discord_escape);
  std::string common = common_details(summary, markup(), "\n", kMaxCommon);
  if (!common.empty()) common = "\n\n" + common;
  std::size_t left = kMaxAllEmbeds - count_runes(title) - count_runes(summary.reason);
  nlohmann::json embeds = nlohmann::json::array();
  for (std::size_t i = 0; i < summary.sections.size(); ++i) {
    const bool last = i + 1 == summary.sections.size();
    const std::size_t limit = std::min(kMaxDescription, left - (last ? 0 : kRoomForResolved));
    const std::string tail = i == 0 ? common : "";
    const std::string text = section_text(summary.sections[i], limit - count_runes(tail)) + tail;
    left -= count_runes(text);
    embeds.push_back(
        {{"description", text},
         {"color", summary.sections[i].status == notify::Status::Firing ? kRed : kGreen}});
  }
  if (embeds.empty()) embeds.push_back({{"color", kGreen}});
  embeds.front()["title"] = title;
  if (!summary.url.empty()) embeds.front()["url"] = summary.url;
  embeds.back()["footer"] = {{"text", summary.reason}};
  embeds.back()["timestamp"] = format_rfc3339(decided_at);
  return embeds;
}

/// {"message": …, "code": …}; of 400 answers the code is the important part.
std::string words_of(const net::Response& response) {
  const auto json = nlohmann::json::parse(response.body, nullptr, false);
  if (!json.is_object() || !json.contains("message") || !json["message"].is_string()) {
    return short_words(response.body);
  }
  std::string words = short_words(json["message"].get<std::string>());
  if (json.contains("code") && json["code"].is_number_integer()) {
    words += fmt::format(" (code {})", json["code"].get<std::int64_t>());
  }
  return words;
}

/// The bucket of this webhook is empty: the next message would be refused.
Duration hold_after(const net::Response& response) {
  if (response.header("x-ratelimit-remaining") != "0") return Duration{0};
  const std::string_view text = response.header("x-ratelimit-reset-after");
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? hold_seconds(value) : Duration{0};
}

/// Limits are per webhook or global; either way nothing else for this webhook gets through before.
notify::Outcome judge_limit(const net::Response& response) {
  const auto json = nlohmann::json::parse(response.body, nullptr, false);
  const std::string words = words_of(response);
  if (json.is_object() && json.contains("retry_after") && json["retry_after"].is_number()) {
    const bool global = json.contains("global") && json["global"] == true;
    return too_many(fmt::format("HTTP status 429: {}{}", words, global ? " (global limit)" : ""),
                    hold_seconds(json["retry_after"].get<double>()));
  }
  return judge_status(response, words);
}

std::string own_message(const DiscordSettings& settings, const notify::Notification& notification,
                        const std::optional<Link>& offer) {
  nlohmann::json payload = {
      {"embeds", embeds_of(summarise(notification, offer), notification.decided_at)},
      {"allowed_mentions", {{"parse", nlohmann::json::array()}}},
  };
  if (!settings.username.empty()) {
    payload["username"] = truncate_runes(settings.username, kMaxUsername);
  }
  if (!settings.avatar_url.empty()) payload["avatar_url"] = settings.avatar_url;
  return payload.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Source of names, order and limits: alertmanager notify/discord/discord.go.
std::string alertmanagers_message(const DiscordSettings& settings, const DiscordMessage& message,
                                  notify::Status status, Fields& fields) {
  using Json = nlohmann::ordered_json;
  Json out = Json::object();
  const auto text = [&](const std::string& field, std::string_view standard, std::size_t limit) {
    const bool is_ours = field == standard && !message.has_own_defaults;
    const std::string said = fields.text(field);
    return is_ours ? escaped_within(said, limit, discord_unlinked) : truncate_runes(said, limit);
  };
  const Json embed = {
      {"title", text(message.title, kDiscordTitle, kMaxTitle)},
      {"description", text(message.message, kDiscordText, kMaxDescription)},
      {"color", status == notify::Status::Firing ? kRed : kGreen},
  };
  out["content"] = truncate_runes(fields.text(message.content), kMaxContent);
  out["embeds"] = Json::array({embed});
  if (!settings.username.empty()) out["username"] = settings.username;
  if (!settings.avatar_url.empty()) out["avatar_url"] = settings.avatar_url;
  return go_json_of(out) + "\n";
}

}  // namespace

net::Request discord(const DiscordSettings& settings, const notify::Notification& notification,
                     const MakeRendering& make, const std::optional<Link>& offer) {
  Fields fields(make, notification);
  std::string body = settings.message ? alertmanagers_message(settings, *settings.message,
                                                              notification.status(), fields)
                                      : own_message(settings, notification, offer);
  return json_post(settings.webhook_url.read(), std::move(body), settings.http, settings.timeout);
}

notify::Outcome judge_discord(const net::Result& result) {
  if (const auto* failure = std::get_if<net::Failure>(&result)) {
    return judge_failure_without_body(*failure);
  }
  const auto& response = std::get<net::Response>(result);
  if (response.status / 100 == 2) {
    return notify::Sent{fmt::format("accepted with {}", response.status), hold_after(response)};
  }
  if (response.status == 429) return judge_limit(response);
  return judge_status(response, words_of(response));
}

}  // namespace tocsin::notifiers
