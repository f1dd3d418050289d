// Links that silence: what they offer, who can make one, and which messages have one.
#include "notifiers/silence_link.h"

#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "mail_reader.h"
#include "model/error.h"
#include "model/text.h"
#include "notifiers/channel.h"
#include "notifiers/message_rendering.h"
#include "samples.h"
#include "support/temporary_folder.h"

namespace tocsin::notifiers {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::Not;

using Query = std::vector<std::pair<std::string, std::string>>;

const std::string kKey = "0123456789abcdef0123456789abcdef";
const std::string kOtherKey = "0123456789abcdef0123456789abcdeF";

SilenceLinks links() { return {{kKey, ""}}; }

SilenceOffer offer() {
  return {{{"alertname", "SlowApi"}, {"instance", "a&b=c d+e%é"}},
          kStart + std::chrono::hours{1},
          std::chrono::hours{2}};
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%') {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// A query as the server reads it.
Query read(std::string_view text) {
  Query query;
  while (!text.empty()) {
    const std::string_view field = text.substr(0, text.find('&'));
    const std::size_t equals = field.find('=');
    query.emplace_back(decoded(field.substr(0, equals)), decoded(field.substr(equals + 1)));
    text.remove_prefix(std::min(field.size() + 1, text.size()));
  }
  return query;
}

Query signed_query() { return read(sign(kKey, offer())); }

std::variant<SilenceOffer, LinkFlaw> checked(const Query& query, Timestamp now = kStart) {
  return check(kKey, query, now);
}

bool is_forged(const Query& query) {
  const auto found = checked(query);
  const auto* flaw = std::get_if<LinkFlaw>(&found);
  return flaw != nullptr && *flaw == LinkFlaw::Forged;
}

TEST(SilenceLink, OffersWhatWasSigned) {
  const auto found = checked(signed_query());
  ASSERT_TRUE(std::holds_alternative<SilenceOffer>(found));
  EXPECT_EQ(std::get<SilenceOffer>(found), offer());
}

TEST(SilenceLink, HasTheSignatureThatOpenSslComputes) {
  // printf 'tocsin silence link 1\nuntil=10&for=60&n=a&v=b' | openssl dgst -sha256 -binary -hmac
  // 0123456789abcdef0123456789abcdef | basenc --base64url
  const SilenceOffer small{
      {{"a", "b"}}, Timestamp(std::chrono::seconds{10}), std::chrono::seconds{60}};
  EXPECT_EQ(sign(kKey, small),
            "until=10&for=60&n=a&v=b&sig=fq2SBOHP7kAPGZXcmB3U_1DhNhgupwv3V9pZMk9tlgE");
}

TEST(SilenceLink, IsForgedWhenAnyPartOfItWasChanged) {
  const Query right = signed_query();
  ASSERT_FALSE(is_forged(right));
  for (std::size_t i = 0; i < right.size(); ++i) {
    Query changed = right;
    changed[i].first += "x";
    EXPECT_TRUE(is_forged(changed)) << "name of " << right[i].first;
    for (std::size_t at = 0; at < right[i].second.size(); ++at) {
      changed = right;
      changed[i].second[at] = changed[i].second[at] == '7' ? '8' : '7';
      EXPECT_TRUE(is_forged(changed)) << right[i].first << ", byte " << at;
    }
    changed = right;
    changed[i].second.pop_back();
    EXPECT_TRUE(is_forged(changed)) << right[i].first << ", cut";
    changed = right;
    changed[i].second += "0";
    EXPECT_TRUE(is_forged(changed)) << right[i].first << ", longer";
    changed = right;
    changed[i].second.clear();
    EXPECT_TRUE(is_forged(changed)) << right[i].first << ", empty";
    changed = right;
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_TRUE(is_forged(changed)) << right[i].first << ", left out";
    changed = right;
    changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(i), right[i]);
    EXPECT_TRUE(is_forged(changed)) << right[i].first << ", twice";
  }
}

TEST(SilenceLink, IsForgedWhenMatchersAreTakenAwayOrAdded) {
  Query fewer = signed_query();
  fewer.erase(fewer.begin() + 4, fewer.begin() + 6);
  EXPECT_TRUE(is_forged(fewer));
  Query more = signed_query();
  more.insert(more.begin() + 4, {{"n", "x"}, {"v", "y"}});
  EXPECT_TRUE(is_forged(more));
  Query none = signed_query();
  none.erase(none.begin() + 2, none.end() - 1);
  EXPECT_TRUE(is_forged(none));
  EXPECT_TRUE(is_forged({}));
  const SilenceOffer everything{{}, offer().expires, offer().length};
  EXPECT_TRUE(is_forged(read(sign(kKey, everything)))) << "even with the right key";
}

TEST(SilenceLink, IsForgedWhenTimesAreNone) {
  for (const char* time : {"", "-1", "0", "+5", " 5", "5 ", "5s", "1e3", "0x5",
                           "99999999999999999999", "9223372036854775807"}) {
    for (const std::size_t which : {0u, 1u}) {
      Query changed = signed_query();
      changed[which].second = time;
      EXPECT_TRUE(is_forged(changed)) << time;
    }
  }
}

TEST(SilenceLink, IsForgedWhenItWasSignedWithAnotherKey) {
  EXPECT_TRUE(is_forged(read(sign(kOtherKey, offer()))));
}

TEST(SilenceLink, ExpiresToTheMillisecond) {
  using std::chrono::milliseconds;
  const Timestamp end = offer().expires;
  EXPECT_TRUE(std::holds_alternative<SilenceOffer>(checked(signed_query(), end - milliseconds{1})));
  for (const Timestamp late : {end, end + milliseconds{1}, end + std::chrono::hours{9000}}) {
    const auto found = checked(signed_query(), late);
    ASSERT_TRUE(std::holds_alternative<LinkFlaw>(found));
    EXPECT_EQ(std::get<LinkFlaw>(found), LinkFlaw::Expired);
  }
  Query forged = signed_query();
  forged[1].second = "1";
  EXPECT_EQ(std::get<LinkFlaw>(checked(forged, end)), LinkFlaw::Forged)
      << "of what is forged nothing is said";
}

TEST(LabelsToSilence, AreTheGroupsAndTheNameThatAllFiringAlertsHave) {
  const Labels other{{"alertname", "Down"}, {"severity", "page"}};
  struct Case {
    notify::Notification notification;
    Labels expected;
  };
  const std::vector<Case> cases = {
      {mixed(), {{"alertname", "SlowApi"}}},
      {notification({told(api("a"))}, {{"severity", "page"}}),
       {{"alertname", "SlowApi"}, {"severity", "page"}}},
      {notification({told(api("a")), told(other)}, {{"severity", "page"}}), {{"severity", "page"}}},
      {notification({told(api("a")), told(other, {}, notify::Status::Resolved)}, {}),
       {{"alertname", "SlowApi"}}},
      {notification({told(api("a")), told(other)}, {}), {}},
      {notification({told({{"x", "y"}})}, {}), {}},
      {notification({told({{"x", "y"}})}, {{"gone", ""}}), {}},
      {notification({told({{"x", "\xFF"}})}, {{"x", "\xFF"}}), {}},
      {notification({told({{"\xFF", "y"}})}, {{"\xFF", "y"}}), {}},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(labels_to_silence(each.notification).to_string(), each.expected.to_string());
  }
}

TEST(SilenceLink, LeadsToThisTocsinForTheConfiguredTimes) {
  SilenceLinks settings = links();
  settings.valid_for = std::chrono::hours{3};
  settings.silence_for = std::chrono::minutes{90};
  const auto link = silence_link(settings, mixed(), kStart);
  ASSERT_TRUE(link);
  EXPECT_EQ(link->text, "Silence for 1h30m");
  const std::string base = "https://tocsin.example.org/silence?";
  ASSERT_THAT(link->url, ::testing::StartsWith(base));
  const auto found = checked(read(std::string_view(link->url).substr(base.size())));
  ASSERT_TRUE(std::holds_alternative<SilenceOffer>(found));
  EXPECT_EQ(std::get<SilenceOffer>(found), (SilenceOffer{{{"alertname", "SlowApi"}},
                                                         kStart + std::chrono::hours{3},
                                                         std::chrono::minutes{90}}));
}

TEST(SilenceLink, IsLeftOutWhereItWouldBeTooLong) {
  const auto link_for = [](std::size_t bytes) {
    return silence_link(
        links(), notification({told({{"x", "y"}})}, {{"x", std::string(bytes, 'a')}}), kStart);
  };
  const auto shortest = link_for(1);
  ASSERT_TRUE(shortest);
  const std::size_t fits = kLongestSilenceLink - shortest->url.size() + 1;
  ASSERT_TRUE(link_for(fits));
  EXPECT_EQ(link_for(fits)->url.size(), kLongestSilenceLink);
  EXPECT_FALSE(link_for(fits + 1));
  EXPECT_FALSE(link_for(1'000'000));
}

TEST(SilenceLink, IsLeftOutWhereThereIsNoUrlOrNoKey) {
  for (const char* url : {"", "tocsin.example.org", "ftp://tocsin", "https://t/?x=y",
                          "https://t/#x", "javascript:alert(1)"}) {
    notify::Notification message = mixed();
    message.external_url = url;
    EXPECT_FALSE(silence_link(links(), message, kStart)) << url;
  }
  EXPECT_FALSE(silence_link({{"too short", ""}}, mixed(), kStart));
  EXPECT_FALSE(silence_link({{"", "/nowhere/at/all"}}, mixed(), kStart));
}

TEST(SilenceLink, IsSignedWithWhatTheFileHoldsNow) {
  const TemporaryFolder folder;
  const std::string file = folder.write("secret", kKey + "\n");
  const SilenceLinks settings{{"", file}};
  EXPECT_EQ(settings.key(), kKey);
  folder.write("secret", kKey.substr(1) + "\n");
  EXPECT_THROW(settings.key(), Error) << "31 bytes";
}

/// Everything that a channel sends, as its reader gets it.
std::string message_of(Settings settings, const notify::Notification& notification,
                       std::optional<SilenceLinks> with = links()) {
  const Channel channel{"x/0", true, std::move(settings), {}, std::move(with)};
  const MakeRendering make = make_rendering(MessageTemplates::standard(), kStart);
  const Delivery delivery = prepare(channel, notification, kStart, make);
  if (const auto* request = std::get_if<net::Request>(&delivery)) return request->body;
  if (const auto* print = std::get_if<Print>(&delivery)) return print->text;
  std::string all;
  for (const auto& part : read_mail(std::get<net::Mail>(delivery).message).parts) all += part.text;
  return all;
}

SlackSettings slack_settings() {
  SlackSettings settings;
  settings.api_url.text = "http://hook";
  return settings;
}
DiscordSettings discord_settings() {
  DiscordSettings settings;
  settings.webhook_url.text = "http://hook";
  return settings;
}
EmailSettings email_settings() {
  EmailSettings settings;
  settings.from = settings.to = "a@b.c";
  return settings;
}
WebhookSettings webhook_settings() {
  WebhookSettings settings;
  settings.url.text = "http://hook";
  return settings;
}

const std::string kUrl = silence_link(links(), mixed(), kStart)->url;

std::string with_entities(std::string text) {
  for (std::size_t at = 0; (at = text.find('&', at)) != std::string::npos; ++at) {
    text.replace(at, 1, "&amp;");
  }
  return text;
}

TEST(SilenceLinkInMessages, IsThereInOurOwnLayoutWhileAlertsFire) {
  EXPECT_THAT(message_of(slack_settings(), mixed()),
              HasSubstr(" · <" + with_entities(kUrl) + "|Silence for 2h>"));
  EXPECT_THAT(message_of(discord_settings(), mixed()),
              HasSubstr(" · [Silence for 2h](<" + kUrl + ">)"));
  const std::string mail = message_of(email_settings(), mixed());
  EXPECT_THAT(mail, HasSubstr("Silence for 2h: " + kUrl));
  EXPECT_THAT(mail, HasSubstr("<a href=\"" + with_entities(kUrl) + "\">Silence for 2h</a>"));
}

TEST(SilenceLinkInMessages, IsNotThereWhenAllIsOverOrLinksAreOff) {
  const auto over = notification({told(api("a"), slow("a"), notify::Status::Resolved)});
  const std::vector<Settings> kinds = {slack_settings(), discord_settings(), email_settings()};
  for (const Settings& each : kinds) {
    EXPECT_THAT(message_of(each, over), Not(HasSubstr("/silence"))) << kind_of(each);
    EXPECT_THAT(message_of(each, mixed(), std::nullopt), Not(HasSubstr("/silence")));
  }
}

TEST(SilenceLinkInMessages, ChangesNothingOfAlertmanagersLayoutNorOfWhatMachinesRead) {
  SlackSettings slack = slack_settings();
  slack.message = SlackMessage{};
  DiscordSettings discord = discord_settings();
  discord.message = DiscordMessage{};
  EmailSettings email = email_settings();
  email.message = EmailMessage{};
  const std::vector<Settings> kinds = {slack, discord, email, webhook_settings(),
                                       ConsoleSettings{}};
  for (const Settings& each : kinds) {
    EXPECT_EQ(message_of(each, mixed()), message_of(each, mixed(), std::nullopt)) << kind_of(each);
  }
}

TEST(SilenceLinkInMessages, TheLongestLinkOverflowsNoChannel) {
  const auto link_bytes = [](std::size_t bytes) {
    notify::Notification message = many(400);
    message.group_labels = {{"alertname", "SlowApi"}, {"x", std::string(bytes, 'a')}};
    return message;
  };
  for (const std::size_t bytes : {1000u, 1750u}) {
    ASSERT_TRUE(silence_link(links(), link_bytes(bytes), kStart));
    const auto embeds =
        nlohmann::json::parse(message_of(discord_settings(), link_bytes(bytes)))["embeds"];
    EXPECT_LE(count_runes(embeds[0]["description"].get<std::string>()), 4096u);
  }
}

TEST(SilenceLinkInMessages, HostileLabelsBreakOutOfNoMarkup) {
  const std::string letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~%+&=?/:";
  for (const std::string& text : hostile_texts()) {
    notify::Notification message = hostile(text);
    message.external_url = "https://tocsin.example.org";
    const auto link = silence_link(links(), message, kStart);
    if (!link) continue;
    EXPECT_EQ(link->url.find_first_not_of(letters), std::string::npos) << link->url;
    const auto found = checked(read(std::string_view(link->url).substr(link->url.find('?') + 1)));
    ASSERT_TRUE(std::holds_alternative<SilenceOffer>(found)) << text;
    EXPECT_EQ(std::get<SilenceOffer>(found).labels, labels_to_silence(message));
  }
}

}  // namespace
}  // namespace tocsin::notifiers
