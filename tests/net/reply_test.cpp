// What people ask a source: whatever kind of value it gives, over ranges too, and what else it
// says.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/overloaded.h"
#include "net/fake_server.h"
#include "net/remote_source.h"

namespace tocsin::net {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::string show(const query::Number& number) {
  return fmt::format("scalar {}@{}", number.value, number.at.time_since_epoch().count());
}
std::string show(const query::Text& text) {
  return fmt::format("string {}@{}", text.value, text.at.time_since_epoch().count());
}
std::string show(const query::Samples& samples) {
  std::string out = "vector";
  for (const query::Sample& sample : samples) {
    out += fmt::format(" {} {}@{}", sample.labels.to_string(), sample.value,
                       sample.at.time_since_epoch().count());
  }
  return out;
}
std::string show(const query::Matrix& matrix) {
  std::string out = "matrix";
  for (const query::Series& series : matrix) {
    out += " " + series.labels.to_string();
    for (const query::Point& point : series.points) {
      out += fmt::format(" {}@{}", point.value, point.at.time_since_epoch().count());
    }
  }
  return out;
}

std::string show(const Reply& reply) {
  if (const auto* failure = std::get_if<query::Failure>(&reply)) return failure->message;
  const auto& evaluated = std::get<query::Evaluated>(reply);
  std::string out = std::visit([](const auto& value) { return show(value); }, evaluated.value);
  for (const std::string& warning : evaluated.warnings) out += " warning " + warning;
  for (const std::string& info : evaluated.infos) out += " info " + info;
  return out;
}

std::string read(const std::string& body) { return show(parse_reply("prom", body, 200)); }

std::string success(const std::string& type, const std::string& result,
                    const std::string& more = "") {
  return R"({"status":"success","data":{"resultType":")" + type + R"(","result":)" + result + "}" +
         more + "}";
}

struct Case {
  std::string body;
  std::string expected;
};

TEST(Reply, EveryKindOfValue) {
  const Case kCases[] = {
      {success("scalar", R"([1.5,"-2"])"), "scalar -2@1500"},
      {success("string", R"([1,"a \"b\" \n"])"), "string a \"b\" \n@1000"},
      {success("string", R"([1,""])"), "string @1000"},
      {success("vector", "[]"), "vector"},
      {success("vector", R"([{"metric":{"a":"b"},"value":[1,"2"]}])"), "vector {a=\"b\"} 2@1000"},
      {success("matrix", "[]"), "matrix"},
      {success("matrix", R"([{"metric":{},"values":[]}])"), "matrix {}"},
      {success("matrix", R"([{"metric":{"a":"b"},"values":[[1,"2"],[2.001,"NaN"],[3,"+Inf"]]},
                             {"values":[[1,"5"]],"metric":{"c":"d"}}])"),
       "matrix {a=\"b\"} 2@1000 nan@2001 inf@3000 {c=\"d\"} 5@1000"},
      {R"({"data":{"result":[{"values":[[1,"2"]],"metric":{}}],"resultType":"matrix"},
           "status":"success"})",
       "matrix {} 2@1000"},
  };
  for (const Case& each : kCases) EXPECT_EQ(read(each.body), each.expected) << each.body;
}

TEST(Reply, WarningsAndInfosComeThrough) {
  const Case kCases[] = {
      {R"(,"warnings":["one","two"],"infos":["three"])",
       "vector warning one warning two info three"},
      {R"(,"infos":["a\nb"])", "vector info a\nb"},
      {R"(,"warnings":[],"infos":null)", "vector"},
      {R"(,"warnings":"text","infos":[1,{"a":[]},"b"])", "vector info b"},
  };
  for (const Case& each : kCases) {
    EXPECT_EQ(read(success("vector", "[]", each.body)), each.expected) << each.body;
  }
}

TEST(Reply, WrongShapesAreRefused) {
  constexpr std::string_view kBegin = "source \"prom\": ";
  for (const std::string& body : {
           success("matrix", R"([{"metric":{},"value":[1,"2"]}])"),
           success("vector", R"([{"metric":{},"values":[[1,"2"]]}])"),
           success("matrix", R"([{"metric":{},"values":[[1,"2"]],"value":[1,"2"]}])"),
           success("matrix", R"([{"metric":{}}])"),
           success("matrix", R"([{"metric":{},"values":[[1]]}])"),
           success("matrix", R"([{"metric":{},"values":[[1,"2",3]]}])"),
           success("matrix", R"([{"metric":{},"values":[[1,2]]}])"),
           success("matrix", R"([{"metric":{},"values":[["1","2"]]}])"),
           success("matrix", R"([{"metric":{},"values":[1,"2"]}])"),
           success("matrix", R"([{"metric":{},"values":{}}])"),
           success("matrix", R"([{"metric":{},"values":[[1,"x"]]}])"),
           success("matrix", R"([{"metric":{},"values":[[1e300,"1"]]}])"),
           success("matrix", R"([{"metric":{},"values":[[2,"1"],[1,"1"]]}])"),
           success("matrix", R"([{"metric":{},"values":[[2,"1"],[2,"1"]]}])"),
           success("matrix", R"([{"metric":{},"values":[[1,"2"]],"histograms":[]}])"),
           success("matrix", R"([1,"2"])"),
           success("string", "[]"),
           success("string", "[1]"),
           success("string", R"([1,"a","b"])"),
           success("scalar", R"([1,"a"])"),
           success("string", R"([{"metric":{},"value":[1,"2"]}])"),
           success("streams", "[]"),
           success("", "[]"),
           success("matrix", "null"),
           std::string(R"({"status":"success"})"),
           std::string(R"({"status":"error","errorType":"timeout","error":"slow"})"),
       }) {
    const Reply reply = parse_reply("prom", body, 200);
    ASSERT_TRUE(std::holds_alternative<query::Failure>(reply)) << body;
    EXPECT_THAT(show(reply), StartsWith(std::string(kBegin)));
  }
  EXPECT_EQ(read(success("streams", "[]")),
            "source \"prom\": its answer is not what a Prometheus API gives: its result is of type "
            "\"streams\"");
}

TEST(Reply, EveryTruncationOfARangeIsNoticed) {
  const std::string whole = success(
      "matrix", R"([{"metric":{"a":"b"},"values":[[1,"2"],[2,"3"]]}])", R"(,"infos":["x"])");
  ASSERT_EQ(read(whole), "matrix {a=\"b\"} 2@1000 3@2000 info x");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_TRUE(
        std::holds_alternative<query::Failure>(parse_reply("prom", whole.substr(0, size), 200)))
        << whole.substr(0, size);
  }
}

/// Asks over the wire.
std::string ask(const std::string& url, const QueryTimes& times) {
  SourceSettings settings;
  settings.name = "prom";
  settings.url = url;
  settings.timeout = Duration{5000};
  settings.http.authorization = {"Bearer", Secret{"token", ""}};
  Client client;
  std::optional<Reply> reply;
  RemoteSource source(settings, client);
  source.ask("rate(up[5m])", times, [&](Reply got) { reply = std::move(got); });
  for (int rounds = 0; !reply && rounds < 1000; ++rounds) client.poll(Duration{1000});
  return show(reply.value_or(query::Failure{"done was never called"}));
}

const QueryRange kHour{Timestamp{Duration{1'700'000'000'123}},
                       Timestamp{Duration{1'700'003'600'000}}, Duration{14'500}};

TEST(RemoteRange, IsPostedAsAForm) {
  std::string seen;
  FakeServer server(answering([&](const std::string& request) {
    seen = request;
    return http_answer(200, success("matrix", R"([{"metric":{},"values":[[1,"2"]]}])"));
  }));
  EXPECT_EQ(ask(server.url("/base/?tenant=1"), kHour), "matrix {} 2@1000");
  EXPECT_THAT(seen, AllOf(StartsWith("POST /base/api/v1/query_range?tenant=1 HTTP/1.1\r\n"),
                          HasSubstr("\r\nAuthorization: Bearer token\r\n"),
                          EndsWith("\r\n\r\nquery=rate%28up%5B5m%5D%29&start=1700000000.123&end="
                                   "1700003600.000&step=14.500&timeout=5000ms")));
  ask(server.url("/"), Timestamp{Duration{1500}});
  EXPECT_THAT(seen, AllOf(StartsWith("POST /api/v1/query HTTP/1.1\r\n"),
                          EndsWith("query=rate%28up%5B5m%5D%29&time=1.500&timeout=5000ms")));
}

TEST(RemoteRange, WhateverIsAnsweredItIsAFailureInOneShortSentence) {
  const std::string range = success("matrix", R"([{"metric":{},"values":[[1,"2"]]}])");
  std::string garbage;
  for (int i = 0; i < 2048; ++i) garbage += static_cast<char>(i);
  const std::pair<std::string, const char*> kCases[] = {
      {http_answer(200, garbage), "is not JSON"},
      {http_answer(200, ""), "is empty"},
      {http_answer(200, "<html><body>Welcome to the proxy</body></html>"), "is a web page"},
      {http_answer(200, range.substr(0, range.size() / 2)), "damaged or cut off"},
      {"HTTP/1.1 200 X\r\nContent-Length: 1000\r\n\r\n" + range, "before its answer was complete"},
      {http_answer(200, std::string(10'000'000, '[')), "is not JSON"},
      {http_answer(200, success("matrix", std::string(10'000'000, '['))), "damaged or cut off"},
      {http_answer(200, R"({"status":"success","data":")" + std::string(10'000'000, 'x') + "\"}"),
       "damaged or cut off"},
      {http_answer(503, "overloaded"), "HTTP 503"},
      {http_answer(400, R"({"status":"error","errorType":"bad_data","error":"end before start"})"),
       "bad_data: end before start"},
  };
  for (const auto& [answer, expected] : kCases) {
    FakeServer server([&](Connection& connection) {
      connection.read_request();
      connection.send(answer);
    });
    const std::string said = ask(server.url(), kHour);
    EXPECT_THAT(said, AllOf(StartsWith("source \"prom\": "), HasSubstr(expected)));
    EXPECT_LT(said.size(), 300U);
  }
}

TEST(RemoteRange, ALongAnswerArrivesWhole) {
  std::string result = "[";
  for (int i = 0; i < 200; ++i) {
    result += fmt::format(R"({}{{"metric":{{"i":"{}"}},"values":[)", i == 0 ? "" : ",", i);
    for (int k = 0; k < 1000; ++k) {
      result += fmt::format(R"({}[{},"{}.5"])", k == 0 ? "" : ",", 1'700'000'000 + k * 15, k);
    }
    result += "]}";
  }
  result += "]";
  FakeServer server(
      answering([&](const std::string&) { return http_answer(200, success("matrix", result)); }));
  const std::string said = ask(server.url(), kHour);
  EXPECT_THAT(said, AllOf(StartsWith("matrix {i=\"0\"} 0.5@1700000000000 1.5@1700000015000 "),
                          EndsWith(" 999.5@1700014985000")));
  EXPECT_EQ(std::count(said.begin(), said.end(), '@'), 200'000);
}

}  // namespace
}  // namespace tocsin::net
