// Prometheus' API for data, whose questions go on to a source.
#include <gmock/gmock.h>

#include "site.h"

namespace tocsin::testing {
namespace {

using nlohmann::json;

const std::string kTwoSources = R"(
sources: [{name: one, url: "http://one.test"}, {name: two, url: "http://two.test"}]
route: {receiver: nobody}
receivers: [{name: nobody}]
)";

class SourceApi : public ::testing::Test {
 protected:
  Site site{{kTwoSources, ""}, [this](engine::Outside& outside) {
              outside.ask_source = [this](const engine::SourceQuestion& question,
                                          const std::function<void(net::Result)>& done) {
                asked.push_back(question);
                done(answer);
              };
            }};
  std::vector<engine::SourceQuestion> asked;
  net::Result answer = net::Response{200, {}, R"({"status":"success","data":[]})"};
};

TEST_F(SourceApi, QuestionsGoOnAsTheyAre) {
  using Method = engine::SourceQuestion::Method;
  struct Case {
    std::string path;
    Query query;
    std::string source, api, form;
    Method method;
  };
  for (const Case& each : std::vector<Case>{
           {"/api/v1/query",
            {{"query", "up == 1 & 2"}, {"time", "7"}},
            "",
            "query",
            "query=up+%3D%3D+1+%26+2&time=7",
            Method::Post},
           {"/api/v1/query_range",
            {{"query", "up"}, {"source", "two"}},
            "two",
            "query_range",
            "query=up",
            Method::Post},
           {"/api/v1/labels",
            {{"match[]", "a"}, {"match[]", "b"}},
            "",
            "labels",
            "match%5B%5D=a&match%5B%5D=b",
            Method::Post},
           {"/api/v1/label/job/values", {}, "", "label/job/values", "", Method::Get},
           {"/api/v1/label/a?b/values", {}, "", "label/a%3Fb/values", "", Method::Get},
           {"/api/v1/metadata", {{"limit", "1"}}, "", "metadata", "limit=1", Method::Get},
       }) {
    asked.clear();
    const web::Response response = site.get(each.path, each.query);
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(response.body, R"({"status":"success","data":[]})");
    ASSERT_EQ(asked.size(), 1u) << each.path;
    EXPECT_EQ(asked[0].source, each.source);
    EXPECT_EQ(asked[0].api, each.api);
    EXPECT_EQ(asked[0].form, each.form);
    EXPECT_EQ(asked[0].method, each.method);
  }
}

TEST_F(SourceApi, WhatGoesWrongIsSaidInPrometheusWords) {
  struct Case {
    net::Result answer;
    int status;
    std::string error_type;
  };
  for (const Case& each : std::vector<Case>{
           {net::Response{400, {}, R"({"status":"error","errorType":"bad_data","error":"x"})"}, 400,
            "bad_data"},
           {net::Response{200, {}, "<html>log in</html>"}, 502, "unavailable"},
           {net::Response{200, {}, ""}, 502, "unavailable"},
           {net::Failure{net::Failure::Kind::Timeout, "late"}, 503, "timeout"},
           {net::Failure{net::Failure::Kind::Connect, "refused"}, 503, "unavailable"},
       }) {
    answer = each.answer;
    const web::Response response = site.get("/api/v1/query", {{"query", "up"}});
    EXPECT_EQ(response.status, each.status) << response.body;
    EXPECT_EQ(json::parse(response.body)["errorType"], each.error_type);
    EXPECT_EQ(response.content_type, "application/json");
  }
  EXPECT_EQ(site.get("/api/v1/query", {{"source", "three"}}).status, 400);
}

TEST(SourceApiWithout, AnInstallationWithoutSourcesSaysSo) {
  Site site({"route: {receiver: a}\nreceivers: [{name: a}]\n", ""});
  const web::Response response = site.get("/api/v1/query", {{"query", "up"}});
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.body, ::testing::HasSubstr("no source is configured"));
}

}  // namespace
}  // namespace tocsin::testing
