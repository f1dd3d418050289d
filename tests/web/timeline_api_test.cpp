// /api/tocsin/v1/timeline and /outbox: what happened, and what is still to be said.
#include <gmock/gmock.h>

#include "site.h"

namespace tocsin::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

TEST(TimelineApi, TellsTheStoryOfOneAlertNewestFirst) {
  Site site;
  site.world.source.set("slow", {{{"host", "a"}}, {{"host", "b"}}});
  site.world.run_for(minutes{2});
  const json alert = site.json("/api/v2/alerts", {{"filter", "host=a"}})[0];
  const json story =
      site.json("/api/tocsin/v1/timeline", {{"fingerprint", std::string(alert["fingerprint"])}});
  std::vector<std::string> kinds;
  for (const json& event : story) kinds.push_back(event["kind"]);
  EXPECT_THAT(kinds, ::testing::ElementsAre("notification_sent", "notification_decided", "grouped",
                                            "alert_firing", "alert_pending"));
}

TEST(TimelineApi, SaysWhichUserChangedASilence) {
  Site site;
  web::Request request;
  request.method = "POST";
  request.path = "/api/v2/silences";
  request.user = "alice";
  request.headers = {{"content-type", "application/json"}};
  request.body = json{
      {"matchers", {{{"name", "host"}, {"value", "a"}, {"isRegex", false}}}},
      {"startsAt", format_rfc3339(site.world.now)},
      {"endsAt", format_rfc3339(site.world.now + hours{1})},
      {"createdBy", "somebody"},
      {"comment",
       "x"}}.dump();
  ASSERT_EQ(site.ask(request).status, 200);
  const json event = site.json("/api/tocsin/v1/timeline", {{"limit", "1"}})[0];
  EXPECT_EQ(event["kind"], "silence_created");
  EXPECT_THAT(std::string(event["detail"]), HasSubstr("(from alice at 127.0.0.1)"))
      << "whatever the silence says of who made it";
}

TEST(TimelineApi, CanBeCutToATimeAndANumber) {
  Site site;
  site.world.source.set("slow", {{{"host", "a"}}});
  site.world.run_for(minutes{2});
  EXPECT_EQ(site.json("/api/tocsin/v1/timeline", {{"limit", "2"}}).size(), 2u);
  EXPECT_EQ(site.json("/api/tocsin/v1/timeline", {{"to", "2001-01-01T00:00:00Z"}}), json::array());
  EXPECT_EQ(site.json("/api/tocsin/v1/timeline", {{"from", "2099-01-01T00:00:00Z"}}),
            json::array());
}

TEST(TimelineApi, RefusesWhatItCannotRead) {
  Site site;
  for (const auto& [name, value] : Query{{"fingerprint", "x"},
                                         {"fingerprint", "0123456789abcdef0"},
                                         {"from", "yesterday"},
                                         {"to", "-1"},
                                         {"limit", "10001"},
                                         {"limit", "-1"},
                                         {"limit", "7x"},
                                         {"limit", "99999999999999999999"}}) {
    EXPECT_EQ(site.get("/api/tocsin/v1/timeline", {{name, value}}).status, 400)
        << name << "=" << value;
  }
}

TEST(OutboxApi, ShowsWhatWaitsAndWhatWasGivenUp) {
  Site site;
  EXPECT_EQ(site.json("/api/tocsin/v1/outbox"), json::array());
  site.world.answer = [](const Delivered&) { return net::Response{503, {}, ""}; };
  site.world.source.set("slow", {{{"host", "a"}}});
  site.world.run_for(seconds{90});
  json rows = site.json("/api/tocsin/v1/outbox");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0]["state"], "pending");
  EXPECT_EQ(rows[0]["receiver"], "team");
  EXPECT_EQ(rows[0]["channel"], "webhook/0");
  EXPECT_EQ(rows[0]["alerts"], 1);
  EXPECT_GT(rows[0]["attempts"], 1);
  EXPECT_THAT(std::string(rows[0]["lastError"]), HasSubstr("503"));

  site.world.answer = [](const Delivered&) { return net::Response{404, {}, "gone"}; };
  site.world.run_for(minutes{5});
  rows = site.json("/api/tocsin/v1/outbox");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0]["state"], "dead");
  EXPECT_FALSE(rows[0].contains("retryAt"));
}

}  // namespace
}  // namespace tocsin::testing
