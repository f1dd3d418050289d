#include "notifiers/slack.h"

#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "model/error.h"
#include "model/text.h"
#include "notifiers/message_rendering.h"
#include "outcomes.h"
#include "samples.h"
#include "support/temporary_folder.h"

namespace tocsin::notifiers {
namespace {

using namespace testing;
using nlohmann::json;

SlackSettings settings() {
  SlackSettings out;
  out.api_url.text = "https://hooks.slack.example/services/T0/B0/verysecret";
  return out;
}

json payload(const notify::Notification& notification) {
  return json::parse(slack(settings(), notification).body);
}

TEST(Slack, IsAPostOfJson) {
  const net::Request request = slack(settings(), mixed());
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://hooks.slack.example/services/T0/B0/verysecret");
  EXPECT_EQ(request.headers[0].first, "Content-Type");
  EXPECT_EQ(request.headers[0].second, "application/json");
  EXPECT_EQ(request.timeout, std::chrono::seconds{10});
}

TEST(Slack, HasOneAttachmentForWhatFiresAndOneForWhatIsOver) {
  const std::string facts = "since 2026-01-02 15:04:05 UTC (12m), value 0.875, severity page\n";
  const std::string words = "Half of the requests take over 2s.\n";
  const json expected = {
      {"link_names", false},
      {"attachments",
       {{{"color", "danger"},
         {"title", "[FIRING:2] SlowApi (page)"},
         {"title_link", "https://tocsin.example.org"},
         {"fallback", "[FIRING:2] SlowApi (page)"},
         {"text",
          "<https://runbooks.example.org/slow#api|Runbook> · "
          "<https://tocsin.example.org/graph?g0.expr=up&amp;g0.tab=1|Source>\n"
          "alertname = SlowApi, severity = page"},
         {"mrkdwn_in", json::array()},
         {"fields",
          {{{"title", "🔥 a is slow"}, {"value", words + facts + "instance = a"}, {"short", false}},
           {{"title", "🔥 b is slow"},
            {"value", words + facts + "instance = b"},
            {"short", false}}}}},
        {{"color", "good"},
         {"mrkdwn_in", json::array()},
         {"footer", "first notification"},
         {"ts", 1767366965},
         {"fields",
          {{{"title", "✅ c is slow"},
            {"value", words + "from 2026-01-02 15:04:05 UTC to 2026-01-02 15:09:05 UTC (5m), "
                              "severity page\ninstance = c"},
            {"short", false}}}}}}}};
  EXPECT_EQ(payload(mixed()), expected) << payload(mixed()).dump(1);
}

TEST(Slack, ChannelNameAndIconAreSentWhenSet) {
  SlackSettings with = settings();
  with.channel = "#ops";
  with.username = "Tocsin \xFF";
  with.icon_emoji = ":bell:";
  with.icon_url = "https://example.org/bell.png";
  const json out = json::parse(slack(with, mixed()).body);
  EXPECT_EQ(out["channel"], "#ops");
  EXPECT_EQ(out["username"], "Tocsin \xEF\xBF\xBD");
  EXPECT_EQ(out["icon_emoji"], ":bell:");
  EXPECT_EQ(out["icon_url"], "https://example.org/bell.png");
  const json without = payload(mixed());
  for (const char* key : {"channel", "username", "icon_emoji", "icon_url"}) {
    EXPECT_FALSE(without.contains(key)) << key;
  }
}

TEST(Slack, TheTitleEndsAt1024CodePoints) {
  const auto title = [](std::size_t groups) {
    std::vector<Label> labels;
    for (std::size_t i = 0; i < groups; ++i) {
      labels.push_back({"l" + std::to_string(i), std::string(250, '&')});
    }
    return payload(notification({told(Labels(labels))}, Labels(labels)))["attachments"][0]["title"]
        .get<std::string>();
  };
  EXPECT_EQ(
      title(1), "[FIRING:1] " + [] {
        std::string amps;
        for (int i = 0; i < 250; ++i) amps += "&amp;";
        return amps;
      }());
  EXPECT_TRUE(title(10).ends_with("&amp;…")) << "no entity is torn";
}

TEST(Slack, OfManyAlertsItShowsFiftyAndSaysHowManyMore) {
  const json fifty = payload(many(50))["attachments"][0]["fields"];
  EXPECT_EQ(fifty.size(), 50U);
  EXPECT_EQ(fifty[49]["title"], "🔥 10.0.0.49 is slow");
  for (const std::size_t count : {51, 500, 501, 4000}) {
    const json fields = payload(many(count))["attachments"][0]["fields"];
    ASSERT_EQ(fields.size(), 51U);
    EXPECT_EQ(fields[50]["title"], "… and " + std::to_string(count - 50) + " more");
  }
}

TEST(Slack, AHugeAnnotationIsCutAtACodePoint) {
  std::string huge;
  while (huge.size() < 1 << 20) huge += "日本";
  const json out = payload(
      notification({told(api("a"), {{"summary", huge}, {"description", huge}, {"x", huge}})}));
  const std::string title = out["attachments"][0]["fields"][0]["title"];
  const std::string value = out["attachments"][0]["fields"][0]["value"];
  EXPECT_EQ(count_runes(title), 302U) << "the sign, a blank, and 300";
  EXPECT_TRUE(title.ends_with("日…"));
  EXPECT_TRUE(is_utf8(value));
  EXPECT_EQ(count_runes(value.substr(0, value.find('\n'))), 3000U);
}

TEST(Slack, MentionsAndLinksOfAlertsStayText) {
  const std::string text = "<!channel> <https://evil.example|bank> @here ops@example.org & *b*";
  const json out = payload(notification({told(api("a"), {{"summary", text}})}));
  EXPECT_EQ(out["attachments"][0]["fields"][0]["title"],
            "🔥 &lt;!channel&gt; &lt;https://evil.example|bank&gt; @\xE2\x80\x8Bhere "
            "ops@example.org &amp; *b*");
  EXPECT_TRUE(out["attachments"][0]["mrkdwn_in"].empty()) << "*b* stays as it is";
}

TEST(Slack, TheUrlIsReadAnewForEveryMessage) {
  const TemporaryFolder folder;
  const std::string file = folder.file("url");
  SlackSettings from_file;
  from_file.api_url.file = file;
  std::ofstream(file) << "https://hooks.slack.example/old\n";
  EXPECT_EQ(slack(from_file, mixed()).url, "https://hooks.slack.example/old");
  std::ofstream(file) << "https://hooks.slack.example/new\n";
  EXPECT_EQ(slack(from_file, mixed()).url, "https://hooks.slack.example/new");
  std::remove(file.c_str());
  EXPECT_THROW(slack(from_file, mixed()), Error);
}

TEST(Slack, AnswersMeanWhatSlackDocuments) {
  using net::Failure;
  using net::Response;
  const std::vector<Judged> cases = {
      {Response{200, {}, "ok"}, "sent: accepted"},
      {Response{200, {}, "ok\n"}, "sent: accepted"},
      {Response{200, {}, R"({"ok":true,"ts":"1"})"}, "sent: accepted"},
      {Response{200, {}, R"({"ok":false,"error":"channel_not_found"})"},
       "refused: Slack answered channel_not_found"},
      {Response{200, {}, R"({"ok":false,"error":"ratelimited"})"},
       "retry all after 30000 ms: Slack answered ratelimited"},
      {Response{200, {}, R"({"ok":false})"}, R"(refused: Slack answered {"ok":false})"},
      {Response{200, {}, "<html>log in</html>"},
       "refused: Slack answered \"<html>log in</html>\" instead of \"ok\""},
      {Response{200, {}, ""}, "refused: Slack answered \"\" instead of \"ok\""},
      {Response{302, {}, ""},
       "refused: HTTP status 302 (a redirect that was not followed: configure the address it leads "
       "to)"},
      {Response{400, {}, "invalid_payload"}, "refused: HTTP status 400: invalid_payload"},
      {Response{403, {}, "action_prohibited"}, "refused: HTTP status 403: action_prohibited"},
      {Response{404, {}, "no_service"}, "refused: HTTP status 404: no_service"},
      {Response{410, {}, "channel_is_archived"}, "refused: HTTP status 410: channel_is_archived"},
      {Response{408, {}, ""}, "retry: HTTP status 408"},
      {Response{429, {{"retry-after", "7"}}, "rate_limited"},
       "retry all after 7000 ms: HTTP status 429: rate_limited"},
      {Response{429, {{"retry-after", "0"}}, ""}, "retry all after 0 ms: HTTP status 429"},
      {Response{429, {}, ""}, "retry all after 30000 ms: HTTP status 429"},
      {Response{429, {{"retry-after", "Fri, 02 Jan 2026 15:04:05 GMT"}}, ""},
       "retry all after 30000 ms: HTTP status 429"},
      {Response{429, {{"retry-after", "-5"}}, ""}, "retry all after 30000 ms: HTTP status 429"},
      {Response{429, {{"retry-after", "nan"}}, ""}, "retry all after 30000 ms: HTTP status 429"},
      {Response{429, {{"retry-after", "1e99"}}, ""},
       "retry all after 86400000 ms: HTTP status 429"},
      {Response{500, {}, "rollup_error"}, "retry: HTTP status 500: rollup_error"},
      {Response{503, {}, ""}, "retry: HTTP status 503"},
      {Failure{Failure::Kind::Timeout, "https://hooks.slack.example:443: timed out"},
       "retry: https://hooks.slack.example:443: timed out"},
      {Failure{Failure::Kind::Resolve, "no such host"}, "retry: no such host"},
      {Failure{Failure::Kind::Connect, "refused"}, "retry: refused"},
      {Failure{Failure::Kind::Tls, "certificate has expired"}, "retry: certificate has expired"},
      {Failure{Failure::Kind::CutOff, "cut off", 200}, "retry: cut off"},
      {Failure{Failure::Kind::TooLarge, "too large"}, "refused: too large"},
      {Failure{Failure::Kind::BadRequest, "not a URL"}, "refused: not a URL"},
  };
  for (const Judged& each : cases) EXPECT_EQ(in_words(judge_slack({}, each.result)), each.expected);
}

TEST(Slack, WhatAServerSaysIsCutAndCleaned) {
  const std::string body = "\x1b[31m" + std::string(1 << 20, 'x');
  const auto outcome = judge_slack({}, net::Response{400, {}, body});
  const std::string why = std::get<notify::Refused>(outcome).why;
  EXPECT_EQ(why, "HTTP status 400: \\x1b[31m" + std::string(191, 'x') + "…");
}

SlackSettings bot() {
  SlackSettings out;
  out.api_url.text = "https://slack.example/api/chat.postMessage";
  out.channel = "#ops";
  out.update_message = true;
  return out;
}

TEST(Slack, ABotChangesItsMessage) {
  const MakeRendering make = make_rendering(MessageTemplates::standard(), kStart);
  for (const bool own_layout : {true, false}) {
    SlackSettings settings = bot();
    if (!own_layout) {
      settings.message = SlackMessage{};
      settings.message->title = "x";
    }
    const net::Request first = slack(settings, mixed(), make);
    EXPECT_EQ(first.url, "https://slack.example/api/chat.postMessage");
    EXPECT_EQ(json::parse(first.body)["channel"], "#ops");
    EXPECT_FALSE(json::parse(first.body).contains("ts"));
    const net::Request next = slack(settings, mixed(), make, "C024BE91L/15034.0247");
    EXPECT_EQ(next.url, "https://slack.example/api/chat.update");
    EXPECT_EQ(json::parse(next.body)["channel"], "C024BE91L");
    EXPECT_EQ(json::parse(next.body)["ts"], "15034.0247");
    settings.update_message = false;
    EXPECT_EQ(slack(settings, mixed(), make, "C024BE91L/15034.0247").body, first.body);
  }
}

TEST(Slack, WhereTheMessageIsComesFromTheAnswer) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"ok":true,"channel":"C024BE91L","ts":"15034.0247"})", "C024BE91L/15034.0247"},
      {R"({"ok":true,"channel":"C024BE91L"})", ""},
      {R"({"ok":true,"channel":"C024BE91L","ts":15034})", ""},
      {R"({"ok":true,"channel":"C0/2","ts":"1"})", ""},
      {R"({"ok":true,"channel":"","ts":"1"})", ""},
      {R"({"ok":true,"channel":"C","ts":")" + std::string(65, '1') + "\"}", ""},
      {"ok", ""},
  };
  for (const auto& [answer, message] : cases) {
    const auto outcome = judge_slack(bot(), net::Response{200, {}, answer});
    EXPECT_EQ(std::get<notify::Sent>(outcome).message, message) << answer;
  }
  const auto unasked = judge_slack({}, net::Response{200, {}, cases.front().first});
  EXPECT_EQ(std::get<notify::Sent>(unasked).message, "");
}

TEST(Slack, AMessageThatCannotBeChangedGivesWayToANewOne) {
  for (const std::string word :
       {"message_not_found", "cant_update_message", "edit_window_closed"}) {
    const net::Response answer{200, {}, R"({"ok":false,"error":")" + word + "\"}"};
    const auto outcome = judge_slack(bot(), answer);
    ASSERT_TRUE(std::holds_alternative<notify::Retry>(outcome)) << word;
    EXPECT_TRUE(std::get<notify::Retry>(outcome).anew);
    EXPECT_EQ(in_words(judge_slack({}, answer)), "refused: Slack answered " + word);
  }
  EXPECT_EQ(in_words(judge_slack(bot(), net::Response{200, {}, R"({"ok":false,"error":"x"})"})),
            "refused: Slack answered x");
}

}  // namespace
}  // namespace tocsin::notifiers
