// Messages in Alertmanager's layout with its default templates, whatever alerts hold: nothing of
// them becomes HTML, a header, a link or a mention.
#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "notifiers/channel.h"
#include "notifiers/mail_reader.h"
#include "notifiers/message_rendering.h"
#include "notifiers/samples.h"

namespace tocsin::notifiers {
namespace {

using testing::hostile;
using testing::hostile_texts;
using testing::kStart;
using testing::mixed;

std::string sent(const Settings& settings, const notify::Notification& notification) {
  const MakeRendering make = make_rendering(MessageTemplates::standard(), kStart);
  const Delivery delivery = prepare({"x/0", true, settings}, notification, kStart, make);
  if (const auto* mail = std::get_if<net::Mail>(&delivery)) return mail->message;
  return std::get<net::Request>(delivery).body;
}

EmailSettings email_settings() {
  EmailSettings settings;
  settings.from = settings.to = "a@b.c";
  settings.headers = {{"X-Labels", "{{ .CommonLabels }}"},
                      {"X-Summary", "{{ .CommonAnnotations.summary }}"}};
  settings.message =
      EmailMessage{EmailMessage{}.html, "{{ template \"__text_alert_list\" .Alerts }}"};
  return settings;
}

SlackSettings slack_settings() {
  SlackSettings settings;
  settings.api_url = {"http://hook", ""};
  settings.message = SlackMessage{};
  return settings;
}

DiscordSettings discord_settings() {
  DiscordSettings settings;
  settings.webhook_url = {"http://hook", ""};
  settings.message = DiscordMessage{};
  return settings;
}

/// The tags with the names of their attributes, and whatever looks like one.
std::string skeleton(const std::string& html) {
  static const std::regex kTag("<[^<>]*>|[<>]");
  static const std::regex kValue("=\"[^\"]*\"");
  std::string out;
  for (std::sregex_iterator at(html.begin(), html.end(), kTag), end; at != end; ++at) {
    out += std::regex_replace(at->str(), kValue, "");
  }
  return out;
}

std::vector<std::string> links_of(const std::string& html) {
  static const std::regex kLink("href=\"([^\"]*)\"");
  std::vector<std::string> links;
  for (std::sregex_iterator at(html.begin(), html.end(), kLink), end; at != end; ++at) {
    links.push_back(at->str(1));
  }
  return links;
}

std::string html_of(const notify::Notification& notification) {
  const testing::Mail mail = testing::read_mail(sent(email_settings(), notification));
  EXPECT_EQ(mail.parts.size(), 2U);
  return mail.parts.back().text;
}

TEST(DefaultMail, HasTheSameShapeWhateverAlertsHold) {
  const std::string plain = skeleton(html_of(hostile("plain")));
  EXPECT_THAT(plain, ::testing::HasSubstr("<a href style>"));
  for (const std::string& text : hostile_texts()) {
    if (text.empty()) continue;  // no source to link to
    const std::string html = html_of(hostile(text));
    EXPECT_EQ(skeleton(html), plain) << text;
    for (const std::string& link : links_of(html)) {
      EXPECT_EQ(link.find("javascript:"), std::string::npos) << link;
    }
  }
}

TEST(DefaultMail, HeadersAreThoseThatAreSet) {
  const auto names = [](const notify::Notification& notification) {
    return testing::read_mail(sent(email_settings(), notification)).names();
  };
  const std::vector<std::string> plain = names(hostile("plain"));
  for (const std::string& text : hostile_texts()) EXPECT_EQ(names(hostile(text)), plain) << text;
}

TEST(DefaultSlack, HasNoMentionAndNoLinkOfAnAlert) {
  for (const std::string& text : hostile_texts()) {
    const auto json = nlohmann::json::parse(sent(slack_settings(), hostile(text)));
    for (const std::string key : {"title", "fallback", "text", "pretext", "footer"}) {
      const std::string said = json["attachments"][0].value(key, "");
      EXPECT_EQ(said.find_first_of("<>"), std::string::npos) << said;
      for (const std::string word : {"@here", "@channel", "@everyone"}) {
        EXPECT_EQ(said.find(word), std::string::npos) << said;
      }
    }
  }
}

/// Whether Discord would take any of it for a masked link or a mention.
bool is_marked(const std::string& text) {
  std::string bare;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
      bare += ' ';
    } else {
      bare += text[i];
    }
  }
  return bare.find('<') != std::string::npos || bare.find("](") != std::string::npos;
}

TEST(DefaultDiscord, HasNoMentionAndNoMaskedLinkOfAnAlert) {
  std::vector<std::string> texts = hostile_texts();
  texts.insert(texts.end(), {"\\<@1>", "\\[a](https://b)", "[a\\](https://b)", "[a]\\(https://b)",
                             std::string(254, 'x') + "<@1>", std::string(4090, 'x') + "\\<@1>"});
  for (const std::string& text : texts) {
    const auto json = nlohmann::json::parse(sent(discord_settings(), hostile(text)));
    EXPECT_EQ(json["content"], "") << "which alone mentions anybody";
    EXPECT_FALSE(is_marked(json["embeds"][0]["title"])) << json["embeds"][0]["title"];
    EXPECT_FALSE(is_marked(json["embeds"][0]["description"])) << json["embeds"][0]["description"];
  }
}

TEST(DefaultLayout, PlainTextIsAlertmanagersToTheLetter) {
  const auto slack = nlohmann::json::parse(sent(slack_settings(), mixed()));
  EXPECT_EQ(slack["attachments"][0]["title"], "[FIRING:2] SlowApi (page)");
  const auto discord = nlohmann::json::parse(sent(discord_settings(), mixed()));
  EXPECT_EQ(discord["embeds"][0]["title"], "[FIRING:2] SlowApi (page)");
  const std::string text = discord["embeds"][0]["description"];
  EXPECT_THAT(text, ::testing::StartsWith("\n\nAlerts Firing:\nLabels:\n - alertname = SlowApi\n"));
}

TEST(DefaultLayout, WhatUsersWriteMayBeMarkup) {
  SlackSettings slack = slack_settings();
  slack.message->text = "<{{ .ExternalURL }}|open> {{ .CommonLabels.severity }}";
  const auto json = nlohmann::json::parse(sent(slack, mixed()));
  EXPECT_EQ(json["attachments"][0]["text"], "<https://tocsin.example.org|open> page");
  slack.message->has_own_defaults = true;
  const notify::Notification marked = hostile("<!here>");
  EXPECT_THAT(sent(slack, marked), ::testing::HasSubstr("\"title\":\"[FIRING:2] \\u003c!here"));
}

TEST(DefaultLayout, HugeTextsAreSent) {
  const std::string huge(1'000'000, '<');
  const auto notification =
      testing::notification({testing::told({{"alertname", "A"}}, {{"summary", huge}})});
  EXPECT_GT(sent(email_settings(), notification).size(), huge.size());
}

}  // namespace
}  // namespace tocsin::notifiers
