#include "web/series_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "query/samples/notation.h"
#include "web/site.h"

namespace tocsin::testing {
namespace {

using ::testing::HasSubstr;

const Timestamp kStart{std::chrono::seconds{1'700'000'000}};

class SeriesApi : public ::testing::Test {
 protected:
  SeriesApi() {
    for (int i = 0; i <= 60; ++i) {
      const Timestamp at = kStart + std::chrono::seconds{15 * i};
      series::Store::Batch batch = store.batch(at);
      batch.add(query::parse_series("c{job=\"a\"}"), at, i);
      batch.add(query::parse_series("c{job=\"b\"}"), at, i * 0.5);
    }
  }
  web::Response get(const std::string& api, const Query& query,
                    std::vector<std::string> arguments = {}) {
    web::Request request;
    request.query = query;
    request.arguments = std::move(arguments);
    return served.answer(api, request, kStart + std::chrono::minutes{15});
  }

  series::Store store;
  web::SeriesApi served{store};
};

TEST_F(SeriesApi, AnswersAsPrometheusDoes) {
  struct Case {
    std::string api;
    Query query;
    std::string data;
  };
  for (const Case& each : std::vector<Case>{
           {"query",
            {{"query", "c"}, {"time", "1700000030"}},
            R"({"resultType":"vector","result":[
                {"metric":{"__name__":"c","job":"a"},"value":[1700000030,"2"]},
                {"metric":{"__name__":"c","job":"b"},"value":[1700000030,"1"]}]})"},
           {"query",
            {{"query", "sum(c)"}},
            R"({"resultType":"vector","result":[{"metric":{},"value":[1700000900,"90"]}]})"},
           {"query",
            {{"query", "1e30"}, {"time", "2023-11-14T22:13:20.5Z"}},
            R"({"resultType":"scalar","result":[1700000000.5,"1e+30"]})"},
           {"query",
            {{"query", "\"x\""}, {"time", "7"}},
            R"({"resultType":"string","result":[7,"x"]})"},
           {"query",
            {{"query", "c{job=\"b\"}[30s]"}, {"time", "1700000030"}},
            R"({"resultType":"matrix","result":[{"metric":{"__name__":"c","job":"b"},
                "values":[[1700000015,"0.5"],[1700000030,"1"]]}]})"},
           {"query",
            {{"query", "c"}, {"time", "1700000900"}, {"lookback_delta", "0.001"}, {"limit", "1"}},
            R"({"resultType":"vector","result":[
                {"metric":{"__name__":"c","job":"a"},"value":[1700000900,"60"]}]})"},
           {"query_range",
            {{"query", "sum(c) > 4"},
             {"start", "1700000030"},
             {"end", "1700000061"},
             {"step", "15"}},
            R"({"resultType":"matrix","result":[{"metric":{},
                "values":[[1700000045,"4.5"],[1700000060,"6"]]}]})"},
           {"series", {{"match[]", "{job=~\"a|x\"}"}}, R"([{"__name__":"c","job":"a"}])"},
           {"labels", {}, R"(["__name__","job"])"},
           {"labels", {{"start", "1"}, {"end", "2"}}, "[]"},
           {"query_exemplars", {{"query", "c"}}, "[]"},
           {"metadata", {}, "{}"},
       }) {
    const web::Response response = get(each.api, each.query);
    ASSERT_EQ(response.status, 200) << response.body;
    const auto body = nlohmann::json::parse(response.body);
    EXPECT_EQ(body["status"], "success");
    EXPECT_EQ(body["data"], nlohmann::json::parse(each.data)) << response.body;
  }
  EXPECT_THAT(get("label/{}/values", {}, {"job"}).body, HasSubstr(R"("data":["a","b"])"));
  EXPECT_THAT(get("label/{}/values", {{"match[]", "c{job!=\"a\"}"}}, {"job"}).body,
              HasSubstr(R"("data":["b"])"));
  EXPECT_THAT(get("status/tsdb", {}).body, HasSubstr(R"("numSeries":2)"));
  EXPECT_THAT(get("series", {{"match[]", "c"}, {"limit", "1"}}).body,
              HasSubstr("results truncated due to limit"));
}

TEST_F(SeriesApi, RefusesAsPrometheusDoes) {
  struct Case {
    std::string api;
    Query query;
    int status;
    std::string type, message;
  };
  for (const Case& each : std::vector<Case>{
           {"query", {}, 400, "bad_data", "invalid parameter \"query\""},
           {"query", {{"query", "sum("}}, 400, "bad_data", "parse error"},
           {"query",
            {{"query", "1"}, {"time", "noon"}},
            400,
            "bad_data",
            "cannot parse \"noon\" to a valid timestamp"},
           {"query", {{"query", "1"}, {"timeout", "x"}}, 400, "bad_data", "to a valid duration"},
           {"query", {{"query", "1"}, {"limit", "-1"}}, 400, "bad_data", "limit"},
           {"query", {{"query", "c + on(x) c"}}, 422, "execution", "many-to-many"},
           {"query", {{"query", "c"}, {"timeout", "-1"}}, 503, "timeout", "timed out"},
           {"query_range",
            {{"query", "c"}, {"start", "2"}, {"end", "1"}, {"step", "1"}},
            400,
            "bad_data",
            "end timestamp must not be before start time"},
           {"query_range",
            {{"query", "c"}, {"start", "1"}, {"end", "2"}, {"step", "0"}},
            400,
            "bad_data",
            "zero or negative query resolution"},
           {"query_range",
            {{"query", "c"}, {"start", "1"}, {"end", "20000"}, {"step", "1"}},
            400,
            "bad_data",
            "exceeded maximum resolution of 11,000 points"},
           {"query_range", {{"query", "c"}}, 400, "bad_data", "start is missing"},
           {"query_range",
            {{"query", "c[5m]"}, {"start", "1"}, {"end", "2"}, {"step", "1"}},
            422,
            "execution",
            "must be scalar or instant vector"},
           {"series", {}, 400, "bad_data", "no match[] parameter provided"},
           {"series", {{"match[]", "{}"}}, 400, "bad_data", "match[]"},
           {"labels", {{"match[]", "c["}}, 400, "bad_data", "match[]"},
       }) {
    const web::Response response = get(each.api, each.query);
    EXPECT_EQ(response.status, each.status) << each.api << response.body;
    const auto body = nlohmann::json::parse(response.body);
    EXPECT_EQ(body["status"], "error");
    EXPECT_EQ(body["errorType"], each.type) << response.body;
    EXPECT_THAT(body["error"].get<std::string>(), HasSubstr(each.message));
  }
}

TEST_F(SeriesApi, RefusesWhatWouldTakeTooMuch) {
  const web::SeriesApi small(store, {.max_samples = 100});
  web::Request request;
  request.query = {{"query", "sum(sum_over_time(c[15m]))"}};
  const web::Response response = small.answer("query", request, kStart + std::chrono::minutes{15});
  EXPECT_EQ(response.status, 422) << response.body;
  EXPECT_THAT(response.body, HasSubstr("too many samples"));
}

}  // namespace
}  // namespace tocsin::testing
