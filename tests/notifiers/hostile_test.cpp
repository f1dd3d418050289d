// Alerts are written by whoever can reach the API or name a host. Whatever they hold, each channel
// stays valid, says what it means, and links and mentions nobody for them.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "model/text.h"
#include "notifiers/channel.h"
#include "samples.h"

namespace tocsin::notifiers {
namespace {

using namespace testing;
using nlohmann::json;

std::vector<notify::Notification> hostile_notifications() {
  std::vector<notify::Notification> all;
  for (const std::string& text : hostile_texts()) {
    all.push_back(hostile(text));
    all.push_back(hostile(text, notify::Status::Resolved));
  }
  return all;
}

std::string body_of(const Settings& settings, const notify::Notification& notification) {
  const Delivery delivery = prepare({"x/0", true, settings}, notification, kStart);
  return std::get<net::Request>(delivery).body;
}

template <class T>
Settings with_url(net::Secret T::*url) {
  T settings;
  (settings.*url).text = "https://example.org/hook";
  return settings;
}

/// Calls `look` with every string of a JSON document.
template <class Look>
void each_string(const json& value, Look look) {
  const json flat = value.flatten();
  for (const auto& [path, leaf] : flat.items()) {
    if (leaf.is_string()) look(path, leaf.template get<std::string>());
  }
}

std::string without(std::string text, const std::string& what) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what)) {
    text.erase(at, what.size());
  }
  return text;
}

void expect_plain(const std::string& text) {
  EXPECT_TRUE(is_utf8(text)) << quote(text);
  for (const char c : text) {
    EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') << quote(text);
  }
  for (const char* hidden : {"\xE2\x80\xAE", "\xE2\x81\xA6", "\xEF\xBB\xBF", "\xF3\xA0\x81\x81"}) {
    EXPECT_EQ(text.find(hidden), std::string::npos) << quote(text);
  }
}

TEST(Hostile, ConsoleGetsPlainTextOnly) {
  for (const auto& each : hostile_notifications()) {
    const Delivery delivery = prepare({"console/0", true, ConsoleSettings{}}, each, kStart);
    expect_plain(std::get<Print>(delivery).text);
  }
}

TEST(Hostile, WebhookGetsValidJsonWithTheTextsThemselves) {
  const Settings settings = with_url(&WebhookSettings::url);
  for (const std::string& text : hostile_texts()) {
    const std::string body = body_of(settings, hostile(text));
    EXPECT_TRUE(is_utf8(body));
    const json out = json::parse(body);
    if (!is_utf8(text)) continue;
    EXPECT_EQ(out["alerts"][0]["annotations"]["summary"], text);
  }
}

TEST(Hostile, SlackHasNoMentionAndNoLinkOfAnAlert) {
  const Settings settings = with_url(&SlackSettings::api_url);
  for (const auto& each : hostile_notifications()) {
    each_string(json::parse(body_of(settings, each)), [](const auto& where, const auto& text) {
      expect_plain(text);
      EXPECT_EQ(text.find('<'), std::string::npos) << where << ": " << quote(text);
      EXPECT_EQ(text.find('>'), std::string::npos) << where << ": " << quote(text);
      for (const char* mention : {"@here", "@channel", "@everyone"}) {
        EXPECT_EQ(text.find(mention), std::string::npos) << where << ": " << quote(text);
      }
    });
  }
}

/// Markdown's characters of a text that have no backslash before them.
std::string unescaped_markup(const std::string& text) {
  std::string found;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (std::string_view("*_~`|<>[]()@").find(text[i]) != std::string_view::npos) {
      found += text[i];
    }
  }
  return found;
}

TEST(Hostile, DiscordHasNoMarkdownOfAnAlertButTheBoldOfItsTitle) {
  const Settings settings = with_url(&DiscordSettings::webhook_url);
  for (const auto& each : hostile_notifications()) {
    const json out = json::parse(body_of(settings, each));
    EXPECT_EQ(out["allowed_mentions"], (json{{"parse", json::array()}}));
    const json& embed = out["embeds"][0];
    EXPECT_EQ(unescaped_markup(without(embed["title"], "(5m)")), "") << embed["title"];
    std::string text = embed["description"];
    expect_plain(text);
    for (const char* ours : {"(5m)", "(12m)"}) text = without(text, ours);
    // Two alerts, each with ** before and after its title.
    EXPECT_EQ(unescaped_markup(text), "********") << text;
  }
}

TEST(Hostile, DescriptionsOfChannelsHaveNoSecrets) {
  SlackSettings slack;
  slack.api_url.text = "https://hooks.slack.example/services/T/B/verysecret";
  DiscordSettings discord;
  discord.webhook_url.text = "https://discord.example/api/webhooks/1/verysecret";
  WebhookSettings webhook;
  webhook.url.text = "https://user:verysecret@hook.example/verysecret?verysecret#verysecret";
  EmailSettings email;
  email.server.password.text = "verysecret";
  for (const Settings& each : std::vector<Settings>{slack, discord, webhook, email}) {
    EXPECT_EQ(describe({"x/0", true, each}).find("verysecret"), std::string::npos);
  }
}

}  // namespace
}  // namespace tocsin::notifiers
