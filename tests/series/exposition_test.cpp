// What exporters may write, and what it means.
#include "series/exposition.h"

#include <gtest/gtest.h>

#include "series/lines.h"

namespace tocsin::series {
namespace {

std::string text(std::string_view exposition) {
  return read_all(exposition, ExpositionFormat::Text);
}
std::string open_metrics(std::string_view exposition) {
  return read_all(std::string(exposition) + "# EOF\n", ExpositionFormat::OpenMetrics);
}

struct Case {
  std::string_view exposition;
  std::string_view expected;
};

TEST(TextFormat, SamplesAndComments) {
  const Case kCases[] = {
      {"", ""},
      {"\n \n\t\n", ""},
      {"up 1", "__name__=\"up\" -> 1\n"},
      {"up 1\n", "__name__=\"up\" -> 1\n"},
      {"  up\t 1 \t 1700000000123 \n", "__name__=\"up\" -> 1 @1700000000123\n"},
      {"up 1 -5", "__name__=\"up\" -> 1 @-5\n"},
      {"a:b_C9 1\n", "__name__=\"a:b_C9\" -> 1\n"},
      {"a{}1", "__name__=\"a\" -> 1\n"},
      {"a {b=\"c\"} 1", "__name__=\"a\" b=\"c\" -> 1\n"},
      {"a { z = \"1\" , b=\"\" , } 2", "__name__=\"a\" z=\"1\" b=\"\" -> 2\n"},
      {R"(a{b="\\ \" \n \x"} 1)", R"(__name__="a" b="\\ \" \n \\x" -> 1)"
                                  "\n"},
      {"a{b=\"1\n2\"} 1\nc 2", "__name__=\"a\" b=\"1\\n2\" -> 1\n__name__=\"c\" -> 2\n"},
      {"a{b=\"}\"} 1", "__name__=\"a\" b=\"}\" -> 1\n"},
      {"a{b=\"ü😀\"} 1", "__name__=\"a\" b=\"ü😀\" -> 1\n"},
      {"# a comment\n#\n#HELP a b\n# HELPS\n# HELP\na 1", "__name__=\"a\" -> 1\n"},
      {"# HELP a some \\\\ text\\nof \\\"two\\\" lines",
       "help \"a\": \"some \\\\ text\\nof "
       "\\\\\\\"two\\\\\\\" lines\"\n"},
      {"# HELP a\n# HELP b \n", "help \"a\": \"\"\nhelp \"b\": \"\"\n"},
      {"#\tTYPE  a\tcounter\n# TYPE b untyped\n# TYPE c histogram",
       "type \"a\": 1\ntype \"b\": 0\ntype \"c\": 3\n"},
      {"# UNIT a seconds\n# EOF\nup 1", "__name__=\"up\" -> 1\n"},
  };
  for (const Case& each : kCases) EXPECT_EQ(text(each.exposition), each.expected);
}

TEST(TextFormat, NamesMayBeQuoted) {
  const Case kCases[] = {
      {R"({"my.metric"} 1)", "__name__=\"my.metric\" -> 1\n"},
      {R"({"my.metric","a.b"="c",d="e"} 1)", "__name__=\"my.metric\" a.b=\"c\" d=\"e\" -> 1\n"},
      {R"({d="e", "m"} 1)", "__name__=\"m\" d=\"e\" -> 1\n"},
      {R"({d="e",__name__="m"} 1 5)", "__name__=\"m\" d=\"e\" -> 1 @5\n"},
      {R"({"q\"\\\n"} 1)", R"(__name__="q\"\\\n" -> 1)"
                           "\n"},
      {"# TYPE \"my.metric\" gauge\n# HELP \"my \\\"m\\\"\" x",
       "type \"my.metric\": 2\nhelp \"my \\\"m\\\"\": \"x\"\n"},
  };
  for (const Case& each : kCases) EXPECT_EQ(text(each.exposition), each.expected);
}

TEST(TextFormat, Values) {
  const Case kCases[] = {
      {"0", "0"},           {"-0", "-0"},
      {"1.5e3", "1500"},    {"+1", "1"},
      {".5", "0.5"},        {"+Inf", "inf"},
      {"-Inf", "-inf"},     {"Infinity", "inf"},
      {"inf", "inf"},       {"NaN", "nan"},
      {"nan", "nan"},       {"1e-400", "0"},
      {"5e-324", "5e-324"}, {"1.7976931348623157e308", "1.7976931348623157e+308"}};
  for (const Case& each : kCases) {
    const std::string expected = "__name__=\"a\" -> " + std::string(each.expected) + "\n";
    EXPECT_EQ(text("a " + std::string(each.exposition)), expected);
    EXPECT_EQ(open_metrics("a " + std::string(each.exposition) + "\n"), expected);
  }
}

TEST(OpenMetrics, SamplesAndMetadata) {
  const Case kCases[] = {
      {"", ""},
      {"# HELP a text \\\"x\\\"\\n\\\\\n", "help \"a\": \"text \\\"x\\\"\\n\\\\\"\n"},
      {"# HELP a \n# HELP b\n", "help \"a\": \"\"\nhelp \"b\": \"\"\n"},
      {"# TYPE a gaugehistogram\n# TYPE b info\n# TYPE c stateset\n# TYPE d unknown\n",
       "type \"a\": 4\ntype \"b\": 6\ntype \"c\": 7\ntype \"d\": 0\n"},
      {"# UNIT a_seconds seconds\n# UNIT b \n",
       "unit \"a_seconds\": \"seconds\"\nunit \"b\": \"\"\n"},
      {"a 1\n", "__name__=\"a\" -> 1\n"},
      {"a{b=\"c\",d=\"e\"} 1 1700000000.123\n",
       "__name__=\"a\" b=\"c\" d=\"e\" -> 1 @1700000000123\n"},
      {"a{b=\"c\",} 1 1.001\n", "__name__=\"a\" b=\"c\" -> 1 @1001\n"},
      {"a 1 -0.5\n", "__name__=\"a\" -> 1 @-500\n"},
      {"a 1 1e3\n", "__name__=\"a\" -> 1 @1000000\n"},
      {"{\"a.b\",c=\"d\"} 1\n", "__name__=\"a.b\" c=\"d\" -> 1\n"},
  };
  for (const Case& each : kCases) EXPECT_EQ(open_metrics(each.exposition), each.expected);
}

TEST(OpenMetrics, ExemplarsAreSkipped) {
  const Case kCases[] = {
      {"a_total 1 # {trace_id=\"x\"} 0.5\n", "__name__=\"a_total\" -> 1\n"},
      {"a_total 1 5 # {trace_id=\"\\\"x\\\"\",b=\"c\"} 0.5 6.5\nb 2\n",
       "__name__=\"a_total\" -> 1 @5000\n__name__=\"b\" -> 2\n"},
      {"a{le=\"1\"} 1 # {} 0.5\n", "__name__=\"a\" le=\"1\" -> 1\n"},
  };
  for (const Case& each : kCases) EXPECT_EQ(open_metrics(each.exposition), each.expected);
}

TEST(Exposition, TheSeriesIsGivenAsItIsWritten) {
  ExpositionReader reader("  a {b=\"\\\\\"} 1\nc 1\n{\"d\"} 2", ExpositionFormat::Text);
  for (const std::string_view expected : {"a {b=\"\\\\\"}", "c", "{\"d\"}"}) {
    EXPECT_EQ(std::get<SampleLine>(reader.next()).series, expected);
  }
}

TEST(Exposition, TheEndIsTheEndHoweverOftenOneAsks) {
  for (const ExpositionFormat format : {ExpositionFormat::Text, ExpositionFormat::OpenMetrics}) {
    ExpositionReader reader("a 1\n# EOF", format);
    EXPECT_TRUE(std::holds_alternative<SampleLine>(reader.next()));
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(std::holds_alternative<EndOfExposition>(reader.next()));
    }
  }
}

TEST(Exposition, OpenMetricsIsKnownByItsEnd) {
  for (const std::string_view exposition : {"# EOF", "# EOF\n", "a 1\n# EOF\n", "a 1\n# EOF"}) {
    EXPECT_EQ(detect_format(exposition), ExpositionFormat::OpenMetrics) << exposition;
  }
  for (const std::string_view exposition :
       {"", "a 1\n", "a 1 # EOF\n", "# EOF\na 1\n", "# EOF\n\n", "a{b=\"# EOF\"} 1\n"}) {
    EXPECT_EQ(detect_format(exposition), ExpositionFormat::Text) << exposition;
  }
}

TEST(Exposition, ManyEscapedLabelsOfOneSeriesKeepTheirTexts) {
  std::string line = "a{";
  std::string expected = "__name__=\"a\"";
  for (int i = 0; i < 1000; ++i) {
    line += fmt::format("l{}=\"\\\\{}\",", i, i);
    expected += fmt::format(" l{}=\"\\\\{}\"", i, i);
  }
  EXPECT_EQ(text(line + "} 1"), expected + " -> 1\n");
}

}  // namespace
}  // namespace tocsin::series
