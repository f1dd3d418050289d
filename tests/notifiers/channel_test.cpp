#include "notifiers/channel.h"

#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

#include "model/error.h"
#include "notifiers/http_exchange.h"
#include "outcomes.h"
#include "samples.h"

namespace tocsin::notifiers {
namespace {

using namespace testing;

const std::string kToken = "0123456789abcdef";

Channel slack_channel() {
  SlackSettings settings;
  settings.api_url.text = "https://hooks.slack.example/services/T0/B0/" + kToken;
  settings.channel = "#ops";
  return {"slack/0", true, settings};
}

Channel webhook_channel(const std::string& url) {
  WebhookSettings settings;
  settings.url.text = url;
  return {"webhook/0", true, settings};
}

Channel email_channel() {
  EmailSettings settings;
  settings.to = "ops@example.org";
  settings.from = "tocsin@example.org";
  settings.server.host = "mail.example.org";
  settings.server.port = 587;
  return {"email/0", true, settings};
}

Channel discord_channel() {
  DiscordSettings settings;
  settings.webhook_url.text = "https://discord.example/api/webhooks/1/" + kToken;
  return {"discord/0", true, settings};
}

TEST(Channel, EachKindHasItsNameAndItsWords) {
  struct Case {
    Channel channel;
    std::string kind;
    std::string words;
  };
  const std::vector<Case> cases = {
      {{"console/0", true, ConsoleSettings{}}, "console", "the console"},
      {email_channel(), "email", "mail to ops@example.org by mail.example.org:587"},
      {slack_channel(), "slack", "Slack channel #ops"},
      {{"slack/1", true, SlackSettings{}}, "slack", "Slack"},
      {discord_channel(), "discord", "Discord"},
      {webhook_channel("https://user:pass@Hook.example/secret?token=x"), "webhook",
       "the webhook at https://hook.example:443"},
      {{"webhook/1", true, WebhookSettings{}}, "webhook", "a webhook"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(kind_of(each.channel.settings), each.kind);
    EXPECT_EQ(describe(each.channel), each.words);
  }
}

TEST(Channel, PreparesWhatItsKindSends) {
  EXPECT_TRUE(std::holds_alternative<Print>(
      prepare({"console/0", true, ConsoleSettings{}}, mixed(), kStart)));
  EXPECT_TRUE(std::holds_alternative<net::Mail>(prepare(email_channel(), mixed(), kStart)));
  for (const Channel& each :
       {slack_channel(), discord_channel(), webhook_channel("http://hook.example/")}) {
    const Delivery delivery = prepare(each, mixed(), kStart);
    ASSERT_TRUE(std::holds_alternative<net::Request>(delivery));
    EXPECT_TRUE(std::get<net::Request>(delivery).settings) << "the HTTP settings go along";
  }
}

TEST(Channel, JudgesByItsKind) {
  const net::Response no_content{204, {}, ""};
  EXPECT_EQ(in_words(judge({"console/0", true, ConsoleSettings{}}, no_content)), "sent: printed");
  EXPECT_EQ(in_words(judge(discord_channel(), no_content)), "sent: accepted with 204");
  EXPECT_EQ(in_words(judge(webhook_channel("http://x/"), no_content)), "sent: accepted with 204");
  EXPECT_EQ(in_words(judge(slack_channel(), no_content)),
            "refused: Slack answered \"\" instead of \"ok\"");
  EXPECT_EQ(in_words(judge(email_channel(), net::Response{250, {}, "2.0.0 ok"})),
            "sent: 250 2.0.0 ok");
}

TEST(Channel, AnUnreadableSecretFileIsAnErrorThatNamesTheFile) {
  WebhookSettings settings;
  settings.url.file = "/nowhere/url";
  try {
    prepare({"webhook/0", true, settings}, mixed(), kStart);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("/nowhere/url"), std::string::npos);
  }
}

TEST(Channel, AnAnswerThatRepeatsTheUrlDoesNotGiveItAway) {
  const std::vector<std::string> answers = {
      "The requested URL /services/T0/B0/" + kToken + " was not found",
      "cannot POST https://hooks.slack.example/services/T0/B0/" + kToken,
      "unknown hook " + kToken,
      std::string(190, 'x') + kToken,
  };
  for (const std::string& answer : answers) {
    const std::string words = in_words(judge(slack_channel(), net::Response{404, {}, answer}));
    EXPECT_EQ(words.find("01234567"), std::string::npos) << words;
    EXPECT_NE(words.find("<secret"), std::string::npos) << words;
  }
  const Channel hook =
      webhook_channel("https://someuser:somepassword@hook.example/a?token=" + kToken);
  const net::Response echo{500, {}, "somepassword someuser token=" + kToken};
  EXPECT_EQ(in_words(judge(hook, echo)),
            "retry: HTTP status 500: <secret> <secret> token=<secret>");
}

TEST(Channel, WordsOfAServiceAreNotTakenForTokens) {
  SlackSettings settings;
  settings.api_url.text = "https://proxy.example/services/channel_is_archived";
  EXPECT_EQ(
      in_words(judge({"slack/0", true, settings}, net::Response{410, {}, "channel_is_archived"})),
      "refused: HTTP status 410: channel_is_archived");
}

TEST(Channel, AnAnswerIsNotShownWhenTheUrlsFileIsGone) {
  SlackSettings settings;
  settings.api_url.file = "/nowhere/url";
  const Channel channel{"slack/0", true, settings};
  EXPECT_EQ(in_words(judge(channel, net::Response{404, {}, "/services/" + kToken})),
            "refused: HTTP status 404");
  EXPECT_EQ(in_words(judge(channel, net::Response{200, {}, "ok"})), "sent: accepted");
}

TEST(WithoutUrl, TakesThePartsThatMayBeSecretAndNoOthers) {
  const std::string url =
      "https://me:pass@host.example:8443/services/Segment1?key=justaverylongsecretvaluex#part";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"host.example:8443 says no", "host.example:8443 says no"},
      {url, "<secret>"},
      {"/services/Segment1?key=justaverylongsecretvaluex#part", "<secret>"},
      {"Segment1 justaverylongsecretvaluex", "<secret> <secret>"},
      {"no services for me with this key, part 1", "no services for me with this key, part 1"},
      {"pass is not known", "<secret> is not known"},
      {"", ""},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(without_url(text, url), expected);
  EXPECT_EQ(without_url("text", ""), "text");
  EXPECT_EQ(without_url("a / b", "https://host.example/"), "a / b");
}

}  // namespace
}  // namespace tocsin::notifiers
