// The life of a silence over HTTP, as Alertmanager's clients live it.
#include <gmock/gmock.h>

#include "site.h"

namespace tocsin::testing {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A silence for host=VALUE, as a client posts it.
json silence_for(Site& site, const std::string& host, Duration length = hours{1},
                 Duration starts_in = Duration{0}) {
  return {
      {"matchers", {{{"name", "host"}, {"value", host}, {"isRegex", false}, {"isEqual", true}}}},
      {"startsAt", format_rfc3339(site.world.now + starts_in)},
      {"endsAt", format_rfc3339(site.world.now + starts_in + length)},
      {"createdBy", "ops"},
      {"comment", "being repaired"}};
}

std::string create(Site& site, const json& silence) {
  const web::Response response = site.send("POST", "/api/v2/silences", silence.dump());
  if (response.status != 200) throw Error(response.body);
  return json::parse(response.body)["silenceID"];
}

std::string state_of(Site& site, const std::string& id) {
  return site.json("/api/v2/silence/" + id)["status"]["state"];
}

std::vector<std::string> hosts(const json& silences) {
  std::vector<std::string> values;
  for (const json& each : silences) values.push_back(each["matchers"][0]["value"]);
  return values;
}

TEST(SilencesApi, WhatIsPostedIsWhatIsGot) {
  Site site;
  json posted = silence_for(site, "a");
  posted["annotations"] = {{"ticket", "42"}};
  posted["matchers"].push_back(
      {{"name", "sévérité"}, {"value", "x|\"y\n"}, {"isRegex", true}, {"isEqual", false}});
  const std::string id = create(site, posted);
  const json got = site.json("/api/v2/silence/" + id);
  EXPECT_EQ(got["id"], id);
  for (const char* member :
       {"comment", "createdBy", "startsAt", "endsAt", "annotations", "matchers"}) {
    EXPECT_EQ(got[member], posted[member]) << member;
  }
  EXPECT_EQ(got["status"], json({{"state", "active"}}));
  EXPECT_EQ(got["updatedAt"], format_rfc3339(site.world.now));
}

TEST(SilencesApi, ASilenceThatIsPostedWithItsIdIsChangedInPlace) {
  Site site;
  json silence = silence_for(site, "a");
  silence["id"] = create(site, silence);
  silence["comment"] = "still being repaired";
  silence["endsAt"] = format_rfc3339(site.world.now + hours{2});
  EXPECT_EQ(create(site, silence), silence["id"]);
  const json got = site.json("/api/v2/silences");
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0]["comment"], "still being repaired");
  EXPECT_EQ(got[0]["endsAt"], silence["endsAt"]);
}

TEST(SilencesApi, OtherMatchersMakeANewSilenceAndExpireTheOldOne) {
  Site site;
  json silence = silence_for(site, "a");
  const std::string old = create(site, silence);
  silence["id"] = old;
  silence["matchers"][0]["value"] = "b";
  const std::string fresh = create(site, silence);
  EXPECT_NE(fresh, old);
  EXPECT_EQ(state_of(site, old), "expired");
  EXPECT_EQ(state_of(site, fresh), "active");
}

TEST(SilencesApi, ExpiringEndsItAtOnceAndTwiceIsNoError) {
  Site site;
  const std::string active = create(site, silence_for(site, "a"));
  const std::string pending = create(site, silence_for(site, "b", hours{1}, hours{1}));
  for (const std::string& id : {active, pending, active}) {
    const web::Response response = site.send("DELETE", "/api/v2/silence/" + id);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(state_of(site, id), "expired");
  }
}

TEST(SilencesApi, TheListIsInTheOrderThatPeopleNeed) {
  Site site;
  create(site, silence_for(site, "ends later", hours{2}));
  create(site, silence_for(site, "ends soon", hours{1}));
  create(site, silence_for(site, "starts later", hours{1}, hours{9}));
  create(site, silence_for(site, "starts soon", hours{1}, hours{8}));
  const std::string first = create(site, silence_for(site, "over first"));
  const std::string last = create(site, silence_for(site, "over last"));
  site.send("DELETE", "/api/v2/silence/" + first);
  site.world.now += seconds{1};
  site.send("DELETE", "/api/v2/silence/" + last);
  EXPECT_THAT(hosts(site.json("/api/v2/silences")),
              ElementsAre("ends soon", "ends later", "starts soon", "starts later", "over last",
                          "over first"));
}

TEST(SilencesApi, TheListCanBeFiltered) {
  Site site;
  json regex = silence_for(site, "web.*");
  regex["matchers"][0]["isRegex"] = true;
  create(site, regex);
  json two = silence_for(site, "a");
  two["matchers"].push_back({{"name", "job"}, {"value", "api"}, {"isRegex", false}});
  create(site, two);
  create(site, silence_for(site, "b", hours{1}, hours{1}));
  struct Case {
    Query query;
    std::vector<std::string> expected;
  };
  for (const Case& each : std::vector<Case>{
           {{{"filter", "host=a"}}, {"a"}},
           {{{"filter", "host=\"a\""}, {"filter", "job=api"}}, {"a"}},
           {{{"filter", "host=~web.*"}}, {"web.*"}},
           {{{"filter", "host=web1"}}, {}},  // compared as written, not evaluated
           {{{"filter", "host=~a"}}, {}},
           {{{"active", "false"}}, {"b"}},
           {{{"pending", "false"}, {"active", "false"}}, {}},
           {{{"pending", "0"}, {"filter", "job=api"}}, {"a"}},
           {{{"unknown", "x"}, {"active", ""}, {"pending", "no"}, {"filter", "host=a"}}, {"a"}},
       }) {
    EXPECT_EQ(hosts(site.json("/api/v2/silences", each.query)), each.expected)
        << json(each.query).dump();
  }
}

TEST(SilencesApi, AnEmptyListIsAnEmptyList) {
  Site site;
  EXPECT_EQ(site.json("/api/v2/silences"), json::array());
}

TEST(SilencesApi, IdsThatAreUnknownOrNoIds) {
  Site site;
  const std::string unknown = "/api/v2/silence/01234567-89ab-cdef-0123-456789abcdef";
  EXPECT_EQ(site.get(unknown).status, 404);
  EXPECT_EQ(site.send("DELETE", unknown).status, 404);
  for (const std::string id : {"x", "01234567-89ab-cdef-0123-456789abcdeg", "..", "'; drop table",
                               "\xFF\xFE", "01234567089ab0cdef00123-456789abcdef"}) {
    for (const char* method : {"GET", "DELETE"}) {
      const web::Response response = site.send(method, "/api/v2/silence/" + id);
      EXPECT_EQ(response.status, 422) << id;
      EXPECT_EQ(json::parse(response.body)["code"], 601) << id;
    }
  }
  EXPECT_EQ(site.get("/api/v2/silence/").status, 404);
}

TEST(SilencesApi, ASilenceOfLongAgoIsForgotten) {
  Site site;
  const std::string id = create(site, silence_for(site, "a"));
  site.world.now += hours{24 * 6};
  site.world.turn();
  EXPECT_EQ(site.get("/api/v2/silence/" + id).status, 404);
  EXPECT_THAT(site.json("/api/v2/silences"), IsEmpty());
}

TEST(SilencesApi, WhoChangedItIsInTheTimeline) {
  Site site;
  const std::string id = create(site, silence_for(site, "a"));
  site.send("DELETE", "/api/v2/silence/" + id);
  const json timeline = site.json("/api/tocsin/v1/timeline", {{"subject", id}});
  ASSERT_EQ(timeline.size(), 2u);
  EXPECT_EQ(timeline[1]["kind"], "silence_created");
  EXPECT_THAT(std::string(timeline[1]["detail"]),
              ::testing::AllOf(::testing::HasSubstr("by ops (from 127.0.0.1)"),
                               ::testing::HasSubstr("being repaired")));
  EXPECT_EQ(timeline[0]["kind"], "silence_expired");
}

}  // namespace
}  // namespace tocsin::testing
