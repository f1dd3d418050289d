// /api/tocsin/v1/outbox/{id}: looking at messages, trying them again, throwing them away.
#include <gmock/gmock.h>

#include "explain/explainer.h"

namespace tocsin::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const std::string kOutbox = "/api/tocsin/v1/outbox";

/// A site whose only message was refused for good.
struct WithADeadLetter : Explainer {
  WithADeadLetter() {
    world.answer = [](const Delivered&) { return net::Response{403, {}, "invalid_token"}; };
    post({{"alertname", "Down"}, {"host", "a"}});
    world.run_for(seconds{20});
    id = json(kOutbox)[0]["id"];
  }
  std::string story() {
    std::string lines;
    collect(json("/api/tocsin/v1/timeline"), lines);
    return lines;
  }
  std::string id;
};

TEST(OutboxApi, ShowsAllOfOneMessage) {
  WithADeadLetter site;
  const json row = site.json(kOutbox + "/" + site.id);
  EXPECT_EQ(row["state"], "dead");
  EXPECT_EQ(row["about"][0]["labels"]["host"], "a");
  EXPECT_EQ(row["about"][0]["status"], "firing");
  EXPECT_EQ(site.get(kOutbox + "/999").status, 404);
  EXPECT_EQ(site.get(kOutbox + "/x").status, 400);
}

TEST(OutboxApi, ADeadMessageIsSentWhenSomebodyAsksForIt) {
  WithADeadLetter site;
  site.world.answer = [](const Delivered&) { return net::Response{200, {}, "ok"}; };
  EXPECT_EQ(site.send("POST", kOutbox + "/" + site.id + "/retry", "{}").status, 200);
  site.world.run_for(seconds{2});
  EXPECT_EQ(in_short(site.world.delivered()).size(), 1u);
  EXPECT_EQ(site.json(kOutbox), json::array());
  EXPECT_THAT(site.story(), HasSubstr("is tried again now: asked for by 127.0.0.1"));
}

TEST(OutboxApi, SaysWhatIsTrueByThen) {
  WithADeadLetter site;
  site.resolve({{"alertname", "Down"}, {"host", "a"}});
  site.world.answer = [](const Delivered&) { return net::Response{200, {}, "ok"}; };
  EXPECT_EQ(site.send("POST", kOutbox + "/" + site.id + "/retry", "{}").status, 200);
  site.world.run_for(seconds{2});
  ASSERT_EQ(site.world.delivered().size(), 1u);
  EXPECT_EQ(in_short(site.world.delivered()[0]), "resolved a=resolved: all alerts resolved");
}

TEST(OutboxApi, RetriesWhatWaitsAtOnce) {
  Explainer site;
  site.world.answer = [](const Delivered&) { return net::Response{503, {}, ""}; };
  site.post({{"alertname", "Down"}});
  site.world.run_for(seconds{30});
  const std::string id = site.json(kOutbox)[0]["id"];
  site.world.answer = [](const Delivered&) { return net::Response{200, {}, "ok"}; };
  EXPECT_EQ(site.send("POST", kOutbox + "/" + id + "/retry", "{}").status, 200);
  site.world.turn();
  EXPECT_EQ(site.world.delivered().size(), 1u);
}

TEST(OutboxApi, AMessageThatIsThrownAwayIsGoneAndIsDecidedAgainWhileItIsTrue) {
  WithADeadLetter site;
  EXPECT_EQ(site.send("DELETE", kOutbox + "/" + site.id).status, 200);
  EXPECT_EQ(site.json(kOutbox), json::array());
  EXPECT_THAT(site.story(), HasSubstr("was thrown away by 127.0.0.1"));
  EXPECT_EQ(site.send("DELETE", kOutbox + "/" + site.id).status, 404);
  site.world.run_for(minutes{1});
  EXPECT_EQ(site.json(kOutbox).size(), 1u);
}

TEST(OutboxApi, ChangesAreOnDiskBeforeTheAnswer) {
  WithADeadLetter site;
  site.world.journal().fail_next_commits(1);
  EXPECT_EQ(site.send("DELETE", kOutbox + "/" + site.id).status, 500);
  EXPECT_EQ(site.json(kOutbox).size(), 1u);
}

TEST(OutboxApi, RefusesPagesOfOthersAndOtherBodies) {
  WithADeadLetter site;
  const std::string retry = kOutbox + "/" + site.id + "/retry";
  EXPECT_EQ(site.send("POST", retry, "x", {{"content-type", "text/plain"}}).status, 415);
  const Headers foreign = {{"content-type", "application/json"},
                           {"origin", "http://evil.test"},
                           {"host", "tocsin.test"}};
  EXPECT_EQ(site.send("POST", retry, "{}", foreign).status, 403);
  EXPECT_EQ(site.send("DELETE", kOutbox + "/" + site.id, "", foreign).status, 403);
  EXPECT_EQ(site.send("POST", kOutbox + "/999/retry", "{}").status, 404);
}

}  // namespace
}  // namespace tocsin::testing
