// `tocsin query` from the command line to what it prints.
#include <gmock/gmock.h>

#include "program.h"

namespace tocsin::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string kScript = R"(load 1m
  requests_total{code="200"} 0+60x10
  requests_total{code="500"} 0+6x10
  temperature 20 21 22
  native {{schema:0 sum:1 count:1 buckets:[1]}}x10
)";
const std::string kExposition = R"(# TYPE up gauge
up{job="a"} 1 1700000000000
up{job="b"} 0 1700000030000
)";

struct Answer {
  int exit_code;
  std::string said;
};

Answer query(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "query");
  Program program(std::move(arguments));
  const int exit_code = program.end();
  return {exit_code, program.said};
}

class Query : public ::testing::Test {
 protected:
  /// Over the script's samples; the whole output.
  std::string ask(std::vector<std::string> arguments, int exit_code = 0) {
    arguments.insert(arguments.begin(), {"--samples", script_});
    const Answer answer = query(std::move(arguments));
    EXPECT_EQ(answer.exit_code, exit_code) << answer.said;
    return answer.said;
  }

  TemporaryFolder folder_;
  std::string script_ = folder_.write("samples.test", kScript);
};

TEST_F(Query, TheNewestSampleIsNow) {
  EXPECT_EQ(ask({"requests_total"}), "requests_total\n\ncode  VALUE\n200     600\n500      60\n");
  EXPECT_EQ(ask({"sum(rate(requests_total[5m]))"}), "VALUE\n  1.1\n");
  EXPECT_EQ(ask({"time()"}), "600\n");
  EXPECT_EQ(ask({"requests_total{code='200'}", "--at", "-5m", "--format", "csv"}),
            "time,value,__name__,code\r\n1970-01-01T00:05:00.000Z,300,requests_total,200\r\n");
}

TEST_F(Query, ExpositionsHaveTheTimesThatTheySay) {
  const std::string file = folder_.write("metrics", kExposition);
  const Answer answer = query({"up", "--samples", file, "--format", "json"});
  EXPECT_EQ(answer.said, R"({"status":"success","data":{"resultType":"vector","result":[)"
                         R"({"metric":{"__name__":"up","job":"a"},"value":[1700000030,"1"]},)"
                         R"({"metric":{"__name__":"up","job":"b"},"value":[1700000030,"0"]}]}})"
                         "\n");
  const Answer before = query({"up", "--samples", file, "--at", "1700000010"});
  EXPECT_EQ(before.said, "__name__  job  VALUE\nup        a        1\n");
}

TEST_F(Query, SamplesWithoutATimeAreOfTheTimeOfTheQuery) {
  const std::string file = folder_.write("metrics", "a 1\n# EOF\n");
  const Answer answer = query({"timestamp(a)", "--samples", file, "--at", "2026-01-02T03:04:05Z"});
  EXPECT_EQ(answer.said, "     VALUE\n1767323045\n");
  EXPECT_EQ(query({"a", "--samples", file}).said, "__name__  VALUE\na             1\n");
}

TEST_F(Query, Ranges) {
  EXPECT_EQ(
      ask({"requests_total{code='500'}", "--range", "2m", "--step", "1m", "--format", "json"}),
      R"({"status":"success","data":{"resultType":"matrix","result":[)"
      R"({"metric":{"__name__":"requests_total","code":"500"},)"
      R"("values":[[480,"48"],[540,"54"],[600,"60"]]}]}})"
      "\n");
  EXPECT_EQ(ask({"1", "--start", "0", "--end", "60", "--step", "30"}),
            "TIME                      VALUE\n1970-01-01T00:00:00.000Z      1\n"
            "1970-01-01T00:00:30.000Z      1\n1970-01-01T00:01:00.000Z      1\n");
}

TEST_F(Query, PlotsHaveNoColoursInAPipe) {
  const std::string plot = ask(
      {"requests_total", "--range", "10m", "--format", "plot", "--width", "50", "--height", "10"});
  EXPECT_EQ(plot.find('\x1b'), std::string::npos);
  EXPECT_THAT(plot,
              AllOf(StartsWith("requests_total\n1970-01-01T00:00:00Z to 1970-01-01T00:10:00Z"),
                    HasSubstr("\no {code=\"200\"}  min 0, max 600, last 600\n"),
                    HasSubstr("\nx {code=\"500\"}  min 0, max 60, last 60\n")));
}

TEST_F(Query, AnnotationsAreOnStandardErrorOrInTheJson) {
  EXPECT_THAT(ask({"rate(temperature[1h])"}),
              AllOf(HasSubstr("info: PromQL info:"), HasSubstr("VALUE")))
      << "of a metric that looks like no counter";
}

TEST_F(Query, OnlyPrints) {
  EXPECT_EQ(query({"--print", "sum  by(a)( up{b=\"c\"} )"}).said, "sum by (a) (up{b=\"c\"})\n");
  EXPECT_EQ(query({"--print", "up["}).exit_code, 1);
}

TEST_F(Query, WhatIsWrongIsExitCode1WithAClearMessage) {
  const std::string config =
      folder_.write("tocsin.yaml",
                    "sources: [{name: prom, url: \"http://127.0.0.1:1\"}]\n"
                    "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n");
  const std::string none =
      folder_.write("none.yaml", "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n");
  const std::string broken = folder_.write("broken", "up 1\nup{job=} 1\n");
  const std::pair<std::vector<std::string>, std::string> kCases[] = {
      {{"sum(up", "--samples", script_},
       "tocsin: 1:7: parse error: unclosed left parenthesis\n    sum(up\n          ^\n"},
      {{"up +\n  -", "--samples", script_}, "\n      -\n       ^\n"},
      {{"\x1b[2J", "--samples", script_}, "\n     [2J\n    ^"},
      {{"requests_total * requests_total[5m]", "--samples", script_}, "parse error"},
      {{"up", "--samples", broken},
       "broken:2:8: expected the label's value in double quotes, not \"} 1\""},
      {{"up", "--samples", folder_.file("missing")}, "missing: cannot be opened"},
      {{"up", "--samples", folder_.file(".")}, ": is a folder"},
      {{"up", "--samples", script_, "--at", "soon"}, "--at \"soon\" is not a time"},
      {{"up", "--samples", script_, "--start", "now", "--end", "-1m"}, "after its end"},
      {{"up", "--samples", script_, "--range", "1h", "--step", "0"},
       "--step has to be longer than nothing"},
      {{"up", "--samples", script_, "--range", "1d", "--step", "1s"}, "more than 11000"},
      {{"up", "--samples", script_, "--format", "plot"}, "a plot needs a range"},
      {{"up[5m]", "--samples", script_, "--range", "1h"}, "must be scalar or instant vector"},
      {{"native", "--samples", script_}, "native histogram"},
      {{"requests_total * on() requests_total", "--samples", script_}, "many-to-many"},
      {{"up", "--source", "http://127.0.0.1:1"}, "cannot connect to http://127.0.0.1:1"},
      {{"up", "--source", "nonsense"}, "--source \"nonsense\" is not a URL"},
      {{"up", "--config.file", config}, "source \"prom\": cannot connect to http://127.0.0.1:1"},
      {{"up", "--config.file", config, "--source", "pram"}, "has no source \"pram\"; it has: prom"},
      {{"up", "--config.file", none}, "none.yaml has no sources to ask"},
      {{"up", "--config.file", folder_.file("missing.yaml")}, "missing.yaml"},
      {{"up", "--source", "http://127.0.0.1:1", "--timeout", "soon"}, "--timeout \"soon\""},
  };
  for (const auto& [arguments, expected] : kCases) {
    const Answer answer = query(arguments);
    EXPECT_EQ(answer.exit_code, 1) << answer.said;
    EXPECT_THAT(answer.said, AllOf(StartsWith("tocsin: "), HasSubstr(expected)));
  }
}

TEST_F(Query, WrongUsageIsExitCode2) {
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {},
           {"up", "down"},
           {"up", "--samples", script_, "--source", "http://127.0.0.1:1"},
           {"up", "--samples", script_, "--format", "xml"},
           {"up", "--samples", script_, "--width", "5"},
           {"up", "--sample", script_}}) {
    EXPECT_EQ(query(arguments).exit_code, 2);
  }
}

}  // namespace
}  // namespace tocsin::testing
