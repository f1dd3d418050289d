#include "notifiers/discord.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "model/text.h"
#include "notifiers/markup.h"
#include "outcomes.h"
#include "samples.h"

namespace tocsin::notifiers {
namespace {

using namespace testing;
using nlohmann::json;

DiscordSettings settings() {
  DiscordSettings out;
  out.webhook_url.text = "https://discord.example/api/webhooks/1/verysecret";
  return out;
}

json payload(const notify::Notification& notification) {
  return json::parse(discord(settings(), notification).body);
}

std::size_t runes(const json& text) { return count_runes(text.get<std::string>()); }

std::size_t runes_of_all(const json& embeds) {
  std::size_t all = 0;
  for (const json& embed : embeds) {
    all += runes(embed.value("title", json(""))) + runes(embed.value("description", json("")));
    if (embed.contains("footer")) all += runes(embed["footer"]["text"]);
  }
  return all;
}

void expect_within_limits(const json& out) {
  EXPECT_LE(out["embeds"].size(), 10U);
  EXPECT_LE(runes_of_all(out["embeds"]), 6000U);
  for (const json& embed : out["embeds"]) {
    EXPECT_LE(runes(embed.value("title", json(""))), 256U);
    EXPECT_LE(runes(embed["description"]), 4096U);
  }
}

TEST(Discord, HasOneEmbedForWhatFiresAndOneForWhatIsOver) {
  const std::string words = "Half of the requests take over 2s.\n";
  const std::string facts = "since 2026-01-02 15:04:05 UTC (12m), value 0.875, severity page\n";
  const json expected = {
      {"allowed_mentions", {{"parse", json::array()}}},
      {"embeds",
       {{{"title", "\\[FIRING:2\\] SlowApi \\(page\\)"},
         {"url", "https://tocsin.example.org"},
         {"color", 0x992D22},
         {"description", "🔥 **a is slow**\n" + words + facts + "instance = a\n\n🔥 **b is slow**\n" +
                             words + facts +
                             "instance = b\n\n"
                             "[Runbook](<https://runbooks.example.org/slow#api>) · "
                             "[Source](<https://tocsin.example.org/graph?g0.expr=up&g0.tab=1>)\n"
                             "alertname = SlowApi, severity = page"}},
        {{"color", 0x2ECC71},
         {"description", "✅ **c is slow**\n" + words +
                             "from 2026-01-02 15:04:05 UTC to 2026-01-02 15:09:05 UTC (5m), "
                             "severity page\ninstance = c"},
         {"footer", {{"text", "first notification"}}},
         {"timestamp", "2026-01-02T15:16:05.000Z"}}}}};
  EXPECT_EQ(payload(mixed()), expected) << payload(mixed()).dump(1);
}

TEST(Discord, NameAndPictureAreSentWhenSetAndTheNameIsCut) {
  DiscordSettings with = settings();
  with.username = std::string(81, 'n');
  with.avatar_url = "https://example.org/bell.png";
  const json out = json::parse(discord(with, mixed()).body);
  EXPECT_EQ(out["username"], std::string(79, 'n') + "…");
  EXPECT_EQ(out["avatar_url"], "https://example.org/bell.png");
  EXPECT_FALSE(payload(mixed()).contains("username"));
}

TEST(Discord, TheTitleEndsAt256CodePoints) {
  // "\[FIRING:1\] " has 13 code points.
  const auto title = [](std::size_t length) {
    std::vector<Label> labels = {{"a", std::string(200, 'x')},
                                 {"b", std::string(length - 13 - 201, 'y')}};
    return payload(notification({told(Labels(labels))}, Labels(labels)))["embeds"][0]["title"]
        .get<std::string>();
  };
  EXPECT_EQ(title(255).size(), 255U);
  EXPECT_EQ(title(256).size(), 256U);
  EXPECT_TRUE(title(256).ends_with("y"));
  EXPECT_EQ(count_runes(title(257)), 256U);
  EXPECT_TRUE(title(257).ends_with("y…"));
}

TEST(Discord, ATitleIsNeverCutWithinAnEscape) {
  for (std::size_t length = 90; length < 140; ++length) {
    const Labels labels{{"a", std::string(length, '*')}};
    const std::string title = payload(notification({told(labels)}, labels))["embeds"][0]["title"];
    EXPECT_LE(count_runes(title), 256U);
    EXPECT_TRUE(title.ends_with("\\*") || title.ends_with("\\*…")) << title;
  }
}

TEST(Discord, EverythingStaysWithinTheLimitsWhateverTheAlertsAre) {
  const std::string stars(1 << 20, '*');
  const Annotations huge{{"summary", stars}, {"description", stars}};
  std::vector<notify::Notification> all = {many(25), many(60), many(500), many(4000)};
  all.push_back(notification({told(api("a"), huge)}));
  notify::Notification both = many(300);
  for (int i = 0; i < 20; ++i) {
    both.alerts.push_back(told({{"alertname", stars}, {"i", std::to_string(i) + stars}}, huge,
                               notify::Status::Resolved));
  }
  all.push_back(both);
  std::vector<Label> labels;
  for (int i = 0; i < 64; ++i) labels.push_back({stars.substr(0, 300) + std::to_string(i), stars});
  all.push_back(notification({told(Labels(labels), huge)}, Labels(labels)));
  for (const notify::Notification& each : all) expect_within_limits(payload(each));
}

TEST(Discord, WithManyFiringAlertsTheResolvedOnesStillHaveTheirPlace) {
  notify::Notification both = many(300);
  both.alerts.push_back(told(api("z"), slow("z"), notify::Status::Resolved));
  const json embeds = payload(both)["embeds"];
  ASSERT_EQ(embeds.size(), 2U);
  const std::string over = embeds[1]["description"];
  EXPECT_TRUE(over.starts_with("✅ **z is slow**\n")) << over;
  const std::string firing = embeds[0]["description"];
  EXPECT_NE(firing.find("… and "), std::string::npos);
  EXPECT_NE(firing.find(" more\n\n[Runbook]"), std::string::npos) << "what they share is kept";
}

TEST(Discord, WholeAlertsAreLeftOutAndCounted) {
  const std::string text = payload(many(4000))["embeds"][0]["description"];
  std::size_t shown = 0;
  for (std::size_t at = text.find("🔥 **"); at != std::string::npos;
       at = text.find("🔥 **", at + 1)) {
    ++shown;
  }
  EXPECT_GT(shown, 20U);
  EXPECT_NE(text.find("\n\n… and " + std::to_string(4000 - shown) + " more\n\n"), std::string::npos)
      << text;
}

TEST(Discord, ALongDescriptionIsShownWholeWhereThereIsRoomAndCutWhereNot) {
  const std::string description(2500, 'd');
  const json one = payload(notification({told(api("a"), {{"description", description}})}));
  EXPECT_NE(one["embeds"][0]["description"].get<std::string>().find(description),
            std::string::npos);
  const json two = payload(notification({told(api("a"), {{"description", description}}),
                                         told(api("b"), {{"description", description}})}));
  EXPECT_NE(two["embeds"][0]["description"].get<std::string>().find(std::string(799, 'd') + "…\n"),
            std::string::npos);
}

TEST(DiscordEscape, TakesTheMeaningFromMarkdownAndLeavesTheRestAlone) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"plain text, 5 - 3 = 2 #1 a+b 99.9%", "plain text, 5 - 3 = 2 #1 a+b 99.9%"},
      {"snake_case *b* ~~s~~ ||x|| `c`",
       "snake\\_case \\*b\\* \\~\\~s\\~\\~ \\|\\|x\\|\\| \\`c\\`"},
      {"[click](https://evil.example)", "\\[click\\]\\(https://evil.example\\)"},
      {"<@1> <#2> <t:0:R> @everyone", "\\<\\@1\\> \\<#2\\> \\<t:0:R\\> \\@everyone"},
      {"# h\n## h\n-# s\n- l\n+ l\n* l\n> q\n12. n",
       "\\# h\n\\## h\n\\-# s\n\\- l\n\\+ l\n\\* l\n\\> q\n12\\. n"},
      {"  - indented\n\t# too", "  \\- indented\n\t\\# too"},
      {"\\", "\\\\"},
      {"see https://wiki.example.org/slow_api#a_b, now",
       "see <https://wiki.example.org/slow_api#a_b>, now"},
      {"https://a.example/**", "https://a.example/\\*\\*"},
      {"https://a@b.example/_x_", "https://a\\@b.example/\\_x\\_"},
      {"", ""},
      {"\n\n", "\n\n"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(discord_escape(text), expected);
  }
}

TEST(Discord, AnswersMeanWhatDiscordDocuments) {
  using net::Failure;
  using net::Response;
  const std::vector<Judged> cases = {
      {Response{204, {}, ""}, "sent: accepted with 204"},
      {Response{200, {}, "{}"}, "sent: accepted with 200"},
      {Response{204, {{"x-ratelimit-remaining", "4"}, {"x-ratelimit-reset-after", "1.5"}}, ""},
       "sent: accepted with 204"},
      {Response{204, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset-after", "1.5"}}, ""},
       "sent hold 1500 ms: accepted with 204"},
      {Response{204, {{"x-ratelimit-remaining", "0"}}, ""}, "sent: accepted with 204"},
      {Response{204, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset-after", "soon"}}, ""},
       "sent: accepted with 204"},
      {Response{429,
                {{"retry-after", "65"}},
                R"({"message":"You are being rate limited.","retry_after":64.57,"global":false})"},
       "retry all after 64570 ms: HTTP status 429: You are being rate limited."},
      {Response{
           429, {}, R"({"message":"You are being rate limited.","retry_after":0.3,"global":true})"},
       "retry all after 300 ms: HTTP status 429: You are being rate limited. (global limit)"},
      {Response{429, {{"retry-after", "9"}}, "error code: 1015"},
       "retry all after 9000 ms: HTTP status 429: error code: 1015"},
      {Response{429, {}, R"({"retry_after":"x"})"},
       R"(retry all after 30000 ms: HTTP status 429: {"retry_after":"x"})"},
      {Response{429, {}, R"({"message":"m","retry_after":-4})"},
       "retry all after 0 ms: HTTP status 429: m"},
      {Response{400, {}, R"({"message":"Invalid Form Body","code":50035,"errors":{}})"},
       "refused: HTTP status 400: Invalid Form Body (code 50035)"},
      {Response{401, {}, R"({"message":"Invalid Webhook Token","code":50027})"},
       "refused: HTTP status 401: Invalid Webhook Token (code 50027)"},
      {Response{403, {}, R"({"message":"Missing Permissions","code":50013})"},
       "refused: HTTP status 403: Missing Permissions (code 50013)"},
      {Response{404, {}, R"({"message":"Unknown Webhook","code":10015})"},
       "refused: HTTP status 404: Unknown Webhook (code 10015)"},
      {Response{400, {}, R"({"embeds":["0"]})"}, R"(refused: HTTP status 400: {"embeds":["0"]})"},
      {Response{502, {}, "<html>\n<b>bad</b>"}, "retry: HTTP status 502: <html> <b>bad</b>"},
      {Failure{Failure::Kind::CutOff, "cut off", 204},
       "sent: accepted with 204; its answer broke off"},
      {Failure{Failure::Kind::CutOff, "cut off"}, "retry: cut off"},
      {Failure{Failure::Kind::Timeout, "timed out"}, "retry: timed out"},
  };
  for (const Judged& each : cases) EXPECT_EQ(in_words(judge_discord(each.result)), each.expected);
}

TEST(Discord, AMessageOfTheServerIsCutAndCleaned) {
  const json body = {{"message", "\x1b" + std::string(500, 'm')}, {"code", 1}};
  const auto outcome = judge_discord(net::Response{400, {}, body.dump()});
  EXPECT_EQ(std::get<notify::Refused>(outcome).why,
            "HTTP status 400: \\x1b" + std::string(195, 'm') + "… (code 1)");
}

}  // namespace
}  // namespace tocsin::notifiers
