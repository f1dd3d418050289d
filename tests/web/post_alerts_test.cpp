// POST /api/v2/alerts: what is taken, what is refused and how, and that hostile bodies harm
// nothing.
#include <gmock/gmock.h>

#include "site.h"

namespace tocsin::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const std::string kPath = "/api/v2/alerts";

web::Response post(Site& site, std::string body) {
  return site.send("POST", kPath, std::move(body));
}

struct Case {
  const char* story;
  std::string body;
  int status;
  const char* expected;  ///< in the answer
  std::size_t taken = 0;
};

TEST(PostAlerts, IsAnsweredAsByAlertmanager) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  const std::vector<Case> cases = {
      {"nothing", "", 422, R"({"code":602,"message":"alerts in body is required"})"},
      {"blanks", " \n", 422, "alerts in body is required"},
      {"null", "null", 200, ""},
      {"an empty list", "[]", 200, ""},
      {"not JSON", "x", 400, R"("message":"parsing alerts body from \"\" failed, because )"},
      {"half of it", R"([{"labels":{"a":"1"})", 400, "parsing alerts body"},
      {"a broken word", R"([{"labels":nul}])", 400, "parsing alerts body"},
      {"an object", "{}", 400, "it is a object"},
      {"numbers", "[7]", 400, "an alert is a number"},
      {"null within", "[null]", 400, "null is no alert"},
      {"no labels", "[{}]", 422, R"({"code":602,"message":"0.labels in body is required"})"},
      {"labels that are null", R"([{"labels":null}])", 422, "0.labels in body is required"},
      {"labels that are none", R"([{"labels":7}])", 400, "labels is a number"},
      {"a label that is a number", R"([{"labels":{"a":1}}])", 400, "a label is a number"},
      {"a label that is null", R"([{"labels":{"a":null}}])", 400,
       R"("at least one label pair required")"},
      {"empty labels", R"([{"labels":{"a":""}}])", 400, "at least one label pair required"},
      {"an empty name", R"([{"labels":{"":"x"}}])", 400, R"(invalid label set: invalid name \"\")"},
      {"malformed UTF-8", "[{\"labels\":{\"a\":\"\xC3\x28\"}}]", 400, "parsing alerts body"},
      {"half of a surrogate", R"([{"labels":{"a":"\ud800"}}])", 400, "parsing alerts body"},
      {"a relative URL", R"([{"labels":{"a":"1"},"generatorURL":"foo"}])", 422,
       R"({"code":601,"message":"0.generatorURL in body must be of type uri: \"foo\""})"},
      {"a URL with a blank", R"([{"labels":{"a":"1"},"generatorURL":"http://a b"}])", 422, "uri"},
      {"a URL of a path", R"([{"labels":{"a":"1"},"generatorURL":"/graph"}])", 200, "", 1},
      {"no URL", R"([{"labels":{"a":"1"},"generatorURL":""}])", 200, "", 1},
      {"a time that is none", R"([{"labels":{"a":"1"},"startsAt":"tomorrow"}])", 400, "startsAt"},
      {"a time that is a number", R"([{"labels":{"a":"1"},"endsAt":7}])", 400,
       "endsAt is a number"},
      {"times that are empty", R"([{"labels":{"a":"1"},"startsAt":"","endsAt":null}])", 200, "", 1},
      {"times of the year 1",
       R"([{"labels":{"a":"1"},"startsAt":"0001-01-01T00:00:00.000Z","endsAt":"0001-01-01T00:00:00Z"}])",
       200, "", 1},
      {"backwards",
       R"([{"labels":{"a":"1"},"startsAt":"2030-01-01T00:00:00Z","endsAt":"2029-01-01T00:00:00Z"}])",
       400, "start time must be before end time"},
      {"unknown members", R"([{"labels":{"a":"1"},"x":[1,{"y":null}],"annotations":null}])", 200,
       "", 1},
      {"a depth that nobody looks into", R"([{"labels":{"a":"1"},"x":)" + deep + "}]", 200, "", 1},
      {"deep brackets", std::string(200'000, '['), 400, "parsing alerts body"},
      {"names that occur twice", R"([{"labels":{"a":"1"},"labels":{"a":"2","a":"3"}}])", 200, "",
       1},
      {"something behind it", R"([{"labels":{"a":"1"}}] x)", 400, "parsing alerts body"},
      {"some good ones", R"([{"labels":{"":"1"}},{"labels":{"a":"1"}},{"labels":{"b":""}}])", 400,
       R"("invalid label set: invalid name \"\"\nat least one label pair required")", 1},
      {"good ones in a broken body", R"([{"labels":{"a":"1"}},{"labels":7}])", 400, "number"},
      {"any UTF-8", R"([{"labels":{"ü/ \\ \"":"\u0000🔥\n"},"annotations":{"x.y-z":"<b>"}}])", 200,
       "", 1},
  };
  for (const Case& each : cases) {
    Site site;
    const web::Response response = post(site, each.body);
    EXPECT_EQ(response.status, each.status) << each.story << ": " << response.body;
    EXPECT_THAT(response.body, HasSubstr(each.expected)) << each.story;
    if (response.status != 200) {
      EXPECT_TRUE(json::accept(response.body)) << each.story << ": " << response.body;
    }
    EXPECT_EQ(site.json(kPath).size(), each.taken) << each.story;
  }
}

TEST(PostAlerts, WhatWasPostedComesBackAsItWas) {
  Site site;
  const json alert = {{"labels", {{"alertname", "A"}, {"näme with blanks", "v\"\\\n"}}},
                      {"annotations", {{"summary", std::string(1'000'000, 'x')}, {"empty", ""}}},
                      {"startsAt", "2026-01-02T03:04:05.678912Z"},
                      {"endsAt", "2099-01-02 03:04:05"},
                      {"generatorURL", "http://prometheus/graph?g0.expr=a%3Db"}};
  ASSERT_EQ(post(site, json::array({alert}).dump()).status, 200);
  const json shown = site.json(kPath).at(0);
  EXPECT_EQ(shown["labels"], alert["labels"]);
  EXPECT_EQ(shown["annotations"], alert["annotations"]);
  EXPECT_EQ(shown["startsAt"], "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(shown["endsAt"], "2099-01-02T03:04:05.000Z");
  EXPECT_EQ(shown["generatorURL"], alert["generatorURL"]);
}

TEST(PostAlerts, ManyLabelsAndManyAlertsAreTakenWholeOrNotAtAll) {
  Site site;
  json labels;
  for (int i = 0; i < 10'000; ++i) labels["label" + std::to_string(i)] = "x";
  ASSERT_EQ(post(site, json::array({{{"labels", labels}}}).dump()).status, 200);
  EXPECT_EQ(site.json(kPath).at(0)["labels"], labels);
  std::string body = "[";
  for (std::size_t i = 0; i <= web::kMostPostedAlerts; ++i) {
    body += R"({"labels":{"a":")" + std::to_string(i) + "\"}},";
  }
  body.back() = ']';
  EXPECT_EQ(post(site, body).status, 413);
  EXPECT_EQ(site.json(kPath).size(), 1u);
}

TEST(PostAlerts, OnlyJsonFromOurOwnPagesIsTaken) {
  Site site;
  const std::string body = R"([{"labels":{"a":"1"}}])";
  for (const auto& [headers, status] : std::vector<std::pair<Headers, int>>{
           {{}, 415},
           {{{"content-type", "text/plain"}}, 415},
           {{{"content-type", "application/json"}, {"accept", "text/html"}}, 406},
           {{{"content-type", "application/json"}, {"accept", "text/html, */*;q=0.1"}}, 200},
           {{{"content-type", "application/json"}, {"host", "a"}, {"origin", "http://evil"}}, 403},
           {{{"content-type", "application/json; charset=utf-8"}}, 200},
       }) {
    EXPECT_EQ(site.send("POST", kPath, body, headers).status, status) << json(headers).dump();
  }
}

TEST(PostAlerts, TheOldApiSaysThatItIsGone) {
  Site site;
  for (const char* path : {"status", "receivers", "silences", "silence/x"}) {
    EXPECT_EQ(site.get(std::string("/api/v1/") + path).status, 410) << path;
  }
  EXPECT_EQ(site.send("POST", "/api/v1/alerts", "[]").status, 410);
  EXPECT_EQ(site.get("/api/v1/alerts").status, 200) << "this one is Prometheus'";
}

}  // namespace
}  // namespace tocsin::testing
