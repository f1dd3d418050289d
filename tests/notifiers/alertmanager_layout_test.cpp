// Messages in Alertmanager's layout, with templates that only copy and a few words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "model/error.h"
#include "notifiers/channel.h"
#include "notifiers/json_text.h"
#include "notifiers/payload.h"
#include "notifiers/samples.h"

namespace tocsin::notifiers {
namespace {

using ::testing::HasSubstr;
using testing::hostile;
using testing::hostile_texts;
using testing::many;
using testing::mixed;
using ::testing::Not;

/// Stands for templates: {{name}} is an annotation of the first alert, everything else is itself.
Rendering first_alerts(const notify::Notification& notification) {
  const auto expand = [&notification](const std::string& field) {
    if (field == "{{fail}}") throw Error("the template fails");
    if (field == "{{count}}") return std::to_string(notification.alerts.size());
    const std::string name = field.substr(2, field.size() - 4);
    return std::string(notification.alerts.at(0).alert->annotations.get(name));
  };
  return {expand, [expand](const std::string& field) { return "<i>" + expand(field) + "</i>"; }};
}

SlackSettings slack_settings() {
  SlackSettings settings;
  settings.api_url = {"http://hook", ""};
  SlackMessage message;
  message.color = "good";
  message.title = "{{summary}}";
  message.title_link = message.pretext = message.footer = message.fallback = "";
  message.callback_id = "";
  message.text = "x";
  settings.message = message;
  return settings;
}

TEST(SlackMessage, HasAlertmanagersShape) {
  const net::Request request = slack(slack_settings(), mixed(), first_alerts);
  EXPECT_EQ(request.url, "http://hook");
  EXPECT_EQ(request.body,
            R"({"attachments":[{"title":"a is slow","text":"x","fallback":"","callback_id":"",)"
            R"("footer":"","color":"good","mrkdwn_in":["fallback","pretext","text"]}]})"
            "\n");
}

TEST(SlackMessage, HasEveryField) {
  SlackSettings settings = slack_settings();
  settings.channel = "{{count}}";
  settings.username = "u";
  settings.icon_emoji = ":x:";
  settings.icon_url = "http://i";
  settings.link_names = true;
  SlackMessage& message = *settings.message;
  message.message_text = "<b>";
  message.title_link = "l";
  message.pretext = "p";
  message.fields = {{"{{count}}", "v", {}}, {"t", "w", false}};
  message.short_fields = true;
  message.image_url = "i";
  message.thumb_url = "h";
  message.mrkdwn_in = {"text"};
  message.actions = {{"button", "go", "http://go", "danger", "", "", {}},
                     {"button", "do", "", "", "n", "v", SlackConfirmation{"sure", "", "y", "n"}}};
  EXPECT_EQ(
      slack(settings, mixed(), first_alerts).body,
      R"({"channel":"3","username":"u","icon_emoji":":x:","icon_url":"http://i","link_names":true,)"
      R"("text":"\u003cb\u003e","attachments":[{"title":"a is slow","title_link":"l","pretext":"p",)"
      R"("text":"x","fallback":"","callback_id":"","fields":[{"title":"3","value":"v","short":true},)"
      R"({"title":"t","value":"w","short":false}],"actions":[{"type":"button","text":"go",)"
      R"("url":"http://go","style":"danger"},{"type":"button","text":"do","name":"n","value":"v",)"
      R"("confirm":{"text":"sure","ok_text":"y","dismiss_text":"n"}}],"image_url":"i",)"
      R"("thumb_url":"h","footer":"","color":"good","mrkdwn_in":["text"]}]})"
      "\n");
}

TEST(DiscordMessage, HasAlertmanagersShapeAndLimits) {
  DiscordSettings settings;
  settings.webhook_url = {"http://hook", ""};
  settings.username = "{{count}}";
  settings.message = DiscordMessage{"{{summary}}", std::string(5000, 'm'), std::string(3000, 'c')};
  const auto json = nlohmann::json::parse(discord(settings, mixed(), first_alerts).body);
  EXPECT_EQ(json["username"], "{{count}}") << "as it is";
  EXPECT_EQ(json["embeds"][0]["title"], "a is slow");
  EXPECT_EQ(json["embeds"][0]["color"], 0x992D22);
  EXPECT_EQ(json["embeds"][0]["description"], std::string(4095, 'm') + "…");
  EXPECT_EQ(json["content"], std::string(1999, 'c') + "…");
}

TEST(WebhookPayload, IsOfTheAlertsThatAreLeft) {
  WebhookSettings settings;
  settings.url.text = "{{summary}}";
  settings.max_alerts = 2;
  settings.payload = Payload{Payload::Kind::Text, "{{count}}", {}, {}};
  const net::Request request = webhook(settings, many(5), first_alerts);
  EXPECT_EQ(request.body, "2\n");
  EXPECT_EQ(request.url, "10.0.0.0 is slow");
}

TEST(AlertmanagersLayout, AFailingTemplateIsAnError) {
  SlackSettings settings = slack_settings();
  settings.message->text = "{{fail}}";
  EXPECT_THROW(slack(settings, mixed(), first_alerts), Error);
  EXPECT_THROW(slack(settings, mixed(), {}), Error) << "no templates";
}

TEST(AlertmanagersLayout, HostileTextsAreExpandedOnceAndStayText) {
  std::vector<std::string> texts = hostile_texts();
  texts.insert(texts.end(), {"{{fail}}", "\"}]}", "&a [*a, *a]", "!!binary x", "a: {{fail}}"});
  for (const std::string& text : texts) {
    const notify::Notification notification = hostile(text);
    const auto json =
        nlohmann::json::parse(slack(slack_settings(), notification, first_alerts).body);
    EXPECT_EQ(json["attachments"].size(), 1U) << text;
    WebhookSettings hook;
    hook.url = {"http://hook", ""};
    hook.payload =
        Payload{Payload::Kind::Mapping, "", {"k"}, {{Payload::Kind::Text, "{{summary}}", {}, {}}}};
    const auto payload = nlohmann::json::parse(webhook(hook, notification, first_alerts).body);
    EXPECT_EQ(payload.size(), 1U) << text;
    EmailSettings mail;
    mail.from = mail.to = "a@b.c";
    mail.headers = {{"Subject", "{{summary}}"}, {"X-Y", "{{summary}}"}};
    mail.message = EmailMessage{"{{summary}}", "{{summary}}"};
    const std::string message = email(mail, notification, testing::kStart, first_alerts).message;
    EXPECT_THAT(message.substr(0, message.find("\r\n\r\n")), Not(HasSubstr("\r\nBcc:"))) << text;
  }
}

TEST(AlertmanagersLayout, MailHasTheGivenParts) {
  EmailSettings mail;
  mail.from = mail.to = "a@b.c";
  mail.headers = {{"Subject", "{{summary}}"}};
  mail.message = EmailMessage{"{{summary}}", ""};
  mail.threads = EmailThreads::OfDay;
  const std::string message = email(mail, mixed(), testing::kStart, first_alerts).message;
  EXPECT_THAT(message, HasSubstr("\r\nSubject: a is slow\r\n"));
  EXPECT_THAT(message, HasSubstr("-2026-01-02@alertmanager>"));
  EXPECT_THAT(message, HasSubstr("<i>a is slow</i>"));
  EXPECT_THAT(message, Not(HasSubstr("text/plain")));
}

TEST(AlertmanagersLayout, OwnTitlesAreNoTemplates) {
  EmailSettings mail;
  mail.from = mail.to = "a@b.c";
  const std::string message =
      email(mail, hostile("{{fail}}"), testing::kStart, first_alerts).message;
  EXPECT_THAT(message, HasSubstr("{{fail}}"));
}

TEST(YamlValue, IsWhatGoMakesOfIt) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "null"},
      {"~", "null"},
      {"42", "42"},
      {"-7", "-7"},
      {"0x1f", "31"},
      {"017", "15"},
      {"1_000", "1000"},
      {"1.5", "1.5"},
      {".5", "0.5"},
      {"1e3", "1000"},
      {"1e21", "1e+21"},
      {"yes", "true"},
      {"Off", "false"},
      {"true", "true"},
      {"hello", R"("hello")"},
      {"2026-01-02", R"("2026-01-02")"},
      {"a: b", R"({"a":"b"})"},
      {"[b, 1]", R"(["b",1])"},
      {"{b: 1, a: ~}", R"({"a":null,"b":1})"},
      {R"({"x":"1"})", R"({"x":"1"})"},
      {"a: [", R"("a: [")"},
      {" padded ", R"(" padded ")"},
      {"'q'", R"("'q'")"},
      {"&a x", R"("\u0026a x")"},
      {"- a\n- b\n", R"(["a","b"])"},
      {"18446744073709551615", "18446744073709551615"},
      {"_", R"("_")"},
      {"1.2.3.4", R"("1.2.3.4")"},
      {"---", "null"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(go_json_of(yaml_value(text)), expected) << text;
  }
  const std::string deep = std::string(5000, '[') + std::string(5000, ']');
  EXPECT_TRUE(yaml_value(deep).is_string());
}

}  // namespace
}  // namespace tocsin::notifiers
