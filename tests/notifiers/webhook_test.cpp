#include "notifiers/webhook.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "notifiers/json_text.h"
#include "outcomes.h"
#include "samples.h"

namespace tocsin::notifiers {
namespace {

using namespace testing;

WebhookSettings settings(std::size_t max_alerts = 0) {
  WebhookSettings out;
  out.url.text = "http://hook.example/path?token=verysecret";
  out.max_alerts = max_alerts;
  return out;
}

std::string payload(const notify::Notification& notification, std::size_t max_alerts = 0) {
  return webhook(settings(max_alerts), notification).body;
}

TEST(Webhook, IsAlertmanagersVersion4ByteByByte) {
  const std::string expected =
      R"({"receiver":"ops\\.team","status":"firing","alerts":[)"
      R"({"status":"firing","labels":{"alertname":"SlowApi","instance":"a","severity":"page"},)"
      R"("annotations":{"description":"Half of the requests take over 2s.",)"
      R"("runbook_url":"https://runbooks.example.org/slow#api","summary":"a is slow"},)"
      R"("startsAt":"2026-01-02T15:04:05Z","endsAt":"0001-01-01T00:00:00Z",)"
      R"("generatorURL":"https://tocsin.example.org/graph?g0.expr=up\u0026g0.tab=1",)"
      R"("fingerprint":"FP_A"},)"
      R"({"status":"resolved","labels":{"alertname":"SlowApi","instance":"c","severity":"page"},)"
      R"("annotations":{"summary":"\u003cb\u003e"},)"
      R"("startsAt":"2026-01-02T15:04:05Z","endsAt":"2026-01-02T15:09:05Z",)"
      R"("generatorURL":"https://tocsin.example.org/graph?g0.expr=up\u0026g0.tab=1",)"
      R"("fingerprint":"FP_C"}],)"
      R"("notification_reason":"first notification","groupLabels":{"alertname":"SlowApi"},)"
      R"("commonLabels":{"alertname":"SlowApi","severity":"page"},"commonAnnotations":{},)"
      R"("routeLabels":{},"externalURL":"https://tocsin.example.org","version":"4",)"
      R"("groupKey":"{}:{alertname=\"SlowApi\"}","truncatedAlerts":0})"
      "\n";
  const notify::Told a = told(api("a"), slow("a"));
  const notify::Told c = told(api("c"), {{"summary", "<b>"}}, notify::Status::Resolved);
  std::string wanted = expected;
  wanted.replace(wanted.find("FP_A"), 4, format_fingerprint(a.alert->fingerprint));
  wanted.replace(wanted.find("FP_C"), 4, format_fingerprint(c.alert->fingerprint));
  EXPECT_EQ(payload(notification({a, c})), wanted);
}

TEST(Webhook, MaxAlertsKeepsTheFirstOnesBeforeAnythingIsComputed) {
  const auto sent =
      notification({told({{"a", "1"}, {"b", "1"}}, {}, notify::Status::Resolved),
                    told({{"a", "1"}, {"b", "1"}, {"c", "1"}}), told({{"a", "1"}, {"b", "2"}})});
  const auto first = nlohmann::json::parse(payload(sent, 1));
  EXPECT_EQ(first["truncatedAlerts"], 2);
  EXPECT_EQ(first["alerts"].size(), 1U);
  EXPECT_EQ(first["status"], "resolved");
  EXPECT_EQ(first["commonLabels"], (nlohmann::json{{"a", "1"}, {"b", "1"}}));
  for (const std::size_t limit : {0U, 3U, 4U}) {
    const auto all = nlohmann::json::parse(payload(sent, limit));
    EXPECT_EQ(all["truncatedAlerts"], 0);
    EXPECT_EQ(all["alerts"].size(), 3U);
    EXPECT_EQ(all["status"], "firing");
    EXPECT_EQ(all["commonLabels"], (nlohmann::json{{"a", "1"}}));
  }
}

TEST(Webhook, CarriesFourThousandAlertsAndAHugeAnnotationWhole) {
  const auto all = nlohmann::json::parse(payload(many(4000)));
  EXPECT_EQ(all["alerts"].size(), 4000U);
  const std::string huge(1 << 20, 'x');
  const auto one = nlohmann::json::parse(payload(notification({told(api("a"), {{"x", huge}})})));
  EXPECT_EQ(one["alerts"][0]["annotations"]["x"], huge);
}

TEST(Webhook, AnAlertThatEndsLaterStillFires) {
  notify::Told posted = told(api("a"), {}, notify::Status::Resolved);
  posted.status = notify::Status::Firing;
  EXPECT_NE(payload(notification({posted})).find(R"("endsAt":"0001-01-01T00:00:00Z")"),
            std::string::npos);
}

TEST(GoJson, WritesStringsAsGosEncoder) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"plain", R"("plain")"},
      {"\"\\/", R"("\"\\/")"},
      {"\b\f\n\r\t", R"("\b\f\n\r\t")"},
      {std::string("\0\x01\x1f\x7f", 4), "\"\\u0000\\u0001\\u001f\x7f\""},
      {"<a href=\"x\">&</a>", R"("\u003ca href=\"x\"\u003e\u0026\u003c/a\u003e")"},
      {"\xE2\x80\xA8\xE2\x80\xA9", R"("\u2028\u2029")"},
      {"é日🔥", "\"é日🔥\""},
      {"a\xFFz \xE2\x82", R"("a\ufffdz \ufffd\ufffd")"},
      {"\xEF\xBF\xBD", "\"\xEF\xBF\xBD\""},
      {"", R"("")"},
  };
  for (const auto& [text, expected] : cases) {
    std::string out;
    append_go_json(out, text);
    EXPECT_EQ(out, expected);
  }
}

TEST(GoJson, WritesObjectsMemberByMember) {
  std::string out = "is: ";
  GoObject object(out);
  object.text("<", ">");
  object.labels("in order of names", {{"b", "2"}, {"a", "<"}});
  object.labels("none", {});
  object.member("1") += '1';
  object.end();
  EXPECT_EQ(
      out, R"(is: {"\u003c":"\u003e","in order of names":{"a":"\u003c","b":"2"},"none":{},"1":1})");
}

TEST(Rfc3339Nano, HasAsManyDigitsAsThereAre) {
  const std::vector<std::pair<int, std::string>> cases = {{0, "2026-01-02T15:04:05Z"},
                                                          {500, "2026-01-02T15:04:05.5Z"},
                                                          {120, "2026-01-02T15:04:05.12Z"},
                                                          {7, "2026-01-02T15:04:05.007Z"},
                                                          {55'000, "2026-01-02T15:05:00Z"}};
  for (const auto& [milliseconds, expected] : cases) {
    EXPECT_EQ(rfc3339_nano(kStart + Duration{milliseconds}), expected);
  }
}

TEST(Webhook, AnswersAreJudgedByTheirStatus) {
  using net::Failure;
  using net::Response;
  const std::vector<Judged> cases = {
      {Response{200, {}, ""}, "sent: accepted with 200"},
      {Response{202, {}, "anything"}, "sent: accepted with 202"},
      {Response{301, {}, ""},
       "refused: HTTP status 301 (a redirect that was not followed: configure the address it leads "
       "to)"},
      {Response{400, {}, "bad\nthing"}, "refused: HTTP status 400: bad thing"},
      {Response{401, {}, ""}, "refused: HTTP status 401"},
      {Response{404, {}, ""}, "refused: HTTP status 404"},
      {Response{408, {}, ""}, "retry: HTTP status 408"},
      {Response{413, {}, "too large"}, "refused: HTTP status 413: too large"},
      {Response{429, {{"retry-after", "1.5"}}, ""}, "retry all after 1500 ms: HTTP status 429"},
      {Response{500, {}, "oops"}, "retry: HTTP status 500: oops"},
      {Response{503, {{"retry-after", "20"}}, ""}, "retry after 20000 ms: HTTP status 503"},
      {Response{503, {{"retry-after", "later"}}, ""}, "retry: HTTP status 503"},
      {Response{599, {}, ""}, "retry: HTTP status 599"},
      {Failure{Failure::Kind::Timeout, "timed out"}, "retry: timed out"},
      {Failure{Failure::Kind::TooLarge, "too large", 200},
       "sent: accepted with 200; its answer broke off"},
      {Failure{Failure::Kind::TooLarge, "too large", 503}, "retry: too large"},
      {Failure{Failure::Kind::TooLarge, "too large", 404}, "refused: too large"},
      {Failure{Failure::Kind::CutOff, "cut off", 500}, "retry: cut off"},
      {Failure{Failure::Kind::BadRequest, "the URL contains control characters"},
       "refused: the URL contains control characters"},
  };
  for (const Judged& each : cases) EXPECT_EQ(in_words(judge_webhook(each.result)), each.expected);
}

}  // namespace
}  // namespace tocsin::notifiers
