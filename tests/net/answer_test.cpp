// What a source's answer means, whatever it is.
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/remote_source.h"

namespace tocsin::net {
namespace {

using query::Sample;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

query::Samples vector_of(const query::Answer& answer) {
  if (const auto* failure = std::get_if<query::Failure>(&answer)) {
    ADD_FAILURE() << failure->message;
    return {};
  }
  return std::get<query::Samples>(answer);
}

query::Samples read(const std::string& body) { return vector_of(parse_answer("prom", body, 200)); }

/// The message without its beginning, which always names the source.
std::string why_not(const std::string& body, int status = 200) {
  const query::Answer answer = parse_answer("prom", body, status);
  if (std::holds_alternative<query::Samples>(answer)) return "it was accepted";
  const std::string message = std::get<query::Failure>(answer).message;
  constexpr std::string_view kName = "source \"prom\": ";
  EXPECT_THAT(message, StartsWith(std::string(kName)));
  return message.substr(std::min(kName.size(), message.size()));
}

std::string success(const std::string& type, const std::string& result) {
  return R"({"status":"success","data":{"resultType":")" + type + R"(","result":)" + result + "}}";
}

/// A vector of one series whose value is this text.
std::string one_value(const std::string& value) {
  return success("vector", R"([{"metric":{},"value":[0,")" + value + "\"]}]");
}

TEST(Answer, VectorWithLabelsTimesAndValues) {
  const auto vector = read(success(
      "vector",
      R"([{"metric":{"__name__":"up","instance":"a:9100","job":"node"},"value":[1435781451.781,"1"]},
          {"metric":{"__name__":"up","instance":"b:9100","job":"node"},"value":[1435781451,"0.25"]}])"));
  ASSERT_EQ(vector.size(), 2U);
  EXPECT_EQ(vector[0].labels,
            (Labels{{"__name__", "up"}, {"instance", "a:9100"}, {"job", "node"}}));
  EXPECT_EQ(vector[0].at, Timestamp{Duration{1435781451781}});
  EXPECT_EQ(vector[0].value, 1);
  EXPECT_EQ(vector[1].labels.get("instance"), "b:9100");
  EXPECT_EQ(vector[1].at, Timestamp{Duration{1435781451000}});
  EXPECT_EQ(vector[1].value, 0.25);
}

TEST(Answer, EmptyVector) { EXPECT_TRUE(read(success("vector", "[]")).empty()); }

TEST(Answer, ScalarIsOneSampleWithoutLabels) {
  const auto vector = read(success("scalar", R"([1700000000.5,"-3.5"])"));
  ASSERT_EQ(vector.size(), 1U);
  EXPECT_TRUE(vector[0].labels.empty());
  EXPECT_EQ(vector[0].at, Timestamp{Duration{1700000000500}});
  EXPECT_EQ(vector[0].value, -3.5);
}

TEST(Answer, WhatElseServersAddIsPassedOver) {
  // VictoriaMetrics, Thanos and Mimir add members; a proxy may sort them.
  const auto vector = read(
      R"({"data":{"analysis":{"deep":[[[{}]]]},"result":[{"value":[1,"2"],"extra":[1,{"a":null}],
      "metric":{"a":"b"}}],"resultType":"vector","stats":{"seriesFetched":"1"}},"infos":["x"],
      "isPartial":false,"status":"success","warnings":["y"]} )");
  ASSERT_EQ(vector.size(), 1U);
  EXPECT_EQ(vector[0].labels, (Labels{{"a", "b"}}));
  EXPECT_EQ(vector[0].value, 2);
}

TEST(Answer, Values) {
  const double inf = std::numeric_limits<double>::infinity();
  const std::pair<const char*, double> kCases[] = {
      {"0", 0},
      {"-0", -0.0},
      {"+1", 1},
      {"1e3", 1000},
      {"1E+3", 1000},
      {"+Inf", inf},
      {"-Inf", -inf},
      {"Inf", inf},
      {"1e-400", 0},
      {"-1e-400", -0.0},
      {"5e-324", 5e-324},
      {"1.7976931348623157e308", 1.7976931348623157e308},
      {"0.1", 0.1},
      {".5", 0.5},
      {"123456789012345678", 123456789012345678.0},
      {"1e2\\u0030", 1e20}};
  for (const auto& [text, expected] : kCases) {
    const auto vector = read(one_value(text));
    ASSERT_EQ(vector.size(), 1U) << text;
    EXPECT_EQ(vector[0].value, expected) << text;
    EXPECT_EQ(std::signbit(vector[0].value), std::signbit(expected)) << text;
  }
  EXPECT_TRUE(std::isnan(read(one_value("NaN")).at(0).value));
}

TEST(Answer, ValuesThatAreNone) {
  for (const std::string text : {"", "+", "-", "+-1", "--1", "++Inf", " 1", "1 ", "one", "1,5",
                                 "0x10", "1e400", "-1e400", "nan(1)", "NaN()", "1e", "1\\u0000"}) {
    EXPECT_THAT(why_not(one_value(text)), HasSubstr("is not a value")) << text;
  }
}

TEST(Answer, LabelsAreUnescapedSortedAndNeverEmpty) {
  const auto vector = read(success(
      "vector",
      R"([{"metric":{"z":"\"quoted\" \\ \n \/","a":"\u00e4\ud83d\ude00ä","empty":"","a\"b":"x"},"value":[0,"1"]}])"));
  ASSERT_EQ(vector.size(), 1U);
  EXPECT_EQ(vector[0].labels, (Labels{{"a", "ä😀ä"}, {"a\"b", "x"}, {"z", "\"quoted\" \\ \n /"}}));
}

TEST(Answer, ErrorsOfTheServerComeThroughInItsWords) {
  EXPECT_EQ(why_not(R"({"status":"error","errorType":"bad_data","error":"1:4: parse error"})", 400),
            "bad_data: 1:4: parse error");
  EXPECT_EQ(why_not(R"({"status":"error","errorType":"execution","error":"many\nlines"})", 422),
            "execution: many lines");
  EXPECT_EQ(
      why_not(R"({"status":"error","data":null,"errorType":"timeout","error":"too slow"})", 503),
      "timeout: too slow");
  EXPECT_THAT(
      why_not(R"({"status":"error","errorType":"x","error":")" + std::string(5000, 'y') + "\"}"),
      testing::SizeIs(testing::Lt(600)));
}

TEST(Answer, WrongKindsOfResult) {
  EXPECT_EQ(why_not(success("matrix", R"([{"metric":{},"values":[[0,"1"]]}])")),
            "the expression gives a range vector, but a rule needs an instant vector or a scalar");
  EXPECT_EQ(why_not(success("string", R"([0,"text"])")),
            "the expression gives a string, but a rule needs an instant vector or a scalar");
  EXPECT_THAT(why_not(success("", "[]")), HasSubstr("the expression gives a"));
  EXPECT_THAT(
      why_not(success("vector", R"([{"metric":{},"histogram":[0,{"count":"1","sum":"1"}]}])")),
      AllOf(HasSubstr("native histograms"), HasSubstr("histogram_quantile()")));
}

TEST(Answer, WordsOfTheServerAreNeverCutWithinACharacter) {
  const std::string long_text = std::string(39, 'x') + "ää";
  EXPECT_EQ(why_not(success(long_text, "[]")),
            "the expression gives a " + std::string(39, 'x') +
                "…, but a rule needs an instant vector or a scalar");
}

TEST(Answer, WrongShapes) {
  for (const std::string& body :
       {success("vector", R"([0,"1"])"),
        success("scalar", R"([{"metric":{},"value":[0,"1"]}])"),
        success("scalar", "[]"),
        success("scalar", "[0]"),
        success("scalar", R"([0,"1",2])"),
        success("vector", "{}"),
        success("vector", "null"),
        success("vector", R"("text")"),
        success("vector", "[[]]"),
        success("vector", "[null]"),
        success("vector", "[{}]"),
        success("vector", R"([{"metric":{}}])"),
        success("vector", R"([{"metric":[],"value":[0,"1"]}])"),
        success("vector", R"([{"metric":{"a":1},"value":[0,"1"]}])"),
        success("vector", R"([{"metric":{"a":null},"value":[0,"1"]}])"),
        success("vector", R"([{"metric":{},"value":[0,1]}])"),
        success("vector", R"([{"metric":{},"value":["0","1"]}])"),
        success("vector", R"([{"metric":{},"value":[0]}])"),
        success("vector", R"([{"metric":{},"value":[]}])"),
        success("vector", R"([{"metric":{},"value":[0,"1","2"]}])"),
        success("vector", R"([{"metric":{},"value":{}}])"),
        success("vector", R"([{"metric":{},"value":[1e300,"1"]}])"),
        success("vector", R"([{"metric":{},"value":[-1e300,"1"]}])"),
        std::string(R"({"status":"success"})"),
        std::string(R"({"status":"success","data":null})"),
        std::string(R"({"status":"success","data":{}})"),
        std::string(R"({"status":"success","data":[]})"),
        std::string(R"({"status":"success","data":{"resultType":"vector"}})"),
        std::string(R"({"status":"success","data":{"result":[]}})"),
        std::string(
            R"({"status":"success","data":{"resultType":"vector","result":[],"result":[]}})"),
        std::string(R"({"status":1,"data":{"resultType":"vector","result":[]}})"),
        std::string(R"({"status":"maybe","data":{"resultType":"vector","result":[]}})"),
        std::string(R"({"data":{"resultType":"vector","result":[]}})"),
        std::string("{}"),
        success("vector", "[]") + "x",
        success("vector", "[]") + "{}",
        success("vector", "[]") + "}",
        success("vector", "[]") + "]"}) {
    EXPECT_NE(why_not(body), "it was accepted") << body;
  }
}

TEST(Answer, EveryTruncationIsNoticed) {
  const std::string whole = success(
      "vector",
      R"([{"metric":{"a":"b","c":"d"},"value":[1,"2"]},{"metric":{"a":"e"},"value":[1,"3"]}])");
  ASSERT_EQ(read(whole).size(), 2U);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(why_not(whole.substr(0, size)), "it was accepted") << whole.substr(0, size);
  }
  EXPECT_EQ(why_not(whole.substr(0, 100)), "its answer is damaged or cut off JSON");
}

TEST(Answer, WhatIsNotJson) {
  EXPECT_EQ(why_not(""), "its answer is empty");
  EXPECT_EQ(why_not(" \r\n"), "its answer is empty");
  EXPECT_EQ(why_not("\n<!DOCTYPE html><title>Sign in</title>"),
            "its answer is a web page (is its URL that of a Prometheus API?)");
  EXPECT_EQ(why_not("404 page not found"), "its answer is not JSON");
  EXPECT_EQ(why_not("[]"), "its answer is not JSON");
  EXPECT_EQ(why_not("null"), "its answer is not JSON");
  EXPECT_EQ(why_not(std::string(100'000, '[')), "its answer is not JSON");
  EXPECT_EQ(why_not(R"({"data":)" + std::string(100'000, '[')),
            "its answer is damaged or cut off JSON");
  EXPECT_EQ(why_not(success("vector", "[{\"metric\":{\"a\":\"\xff\"},\"value\":[0,\"1\"]}]")),
            "its answer is not UTF-8");
  EXPECT_EQ(why_not(success("vector", R"([{"metric":{"a":"\ud800"},"value":[0,"1"]}])")),
            "its answer is damaged or cut off JSON");
  EXPECT_EQ(why_not(success("vector", "[{\"metric\":{\"a\":\"\n\"},\"value\":[0,\"1\"]}]")),
            "its answer is damaged or cut off JSON");
}

TEST(Answer, StatusesSayWhatToLookAt) {
  EXPECT_EQ(why_not("", 500), "it answered HTTP 500");
  EXPECT_EQ(why_not("Unauthorized", 401), "it answered HTTP 401 (are its credentials right?)");
  EXPECT_EQ(why_not("404 page not found", 404),
            "it answered HTTP 404 (is its URL that of a Prometheus API?)");
  EXPECT_EQ(why_not("<html>", 502), "it answered HTTP 502 (it or what it needs is down)");
  EXPECT_EQ(why_not("", 302), "it answered HTTP 302 (a redirect that was not followed)");
  EXPECT_EQ(why_not(success("vector", "[]"), 500), "it answered HTTP 500");
  EXPECT_EQ(
      why_not("{}", 500),
      "its answer is not what a Prometheus API gives: its status is neither success nor error");
}

}  // namespace
}  // namespace tocsin::net
