// Answers as tables, JSON and CSV; whatever labels hold, a terminal is safe.
#include "cli/query_format.h"

#include <limits>

#include <gtest/gtest.h>

#include "cli/query_text.h"

namespace tocsin::cli {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Timestamp at(std::int64_t milliseconds) { return Timestamp(Duration(milliseconds)); }

query::Evaluated of(decltype(query::Evaluated::value) value) { return {std::move(value), {}, {}}; }

TEST(QueryText, NothingReachesTheTerminalThatIsNotPrintable) {
  const std::pair<std::string, std::string> kCases[] = {
      {"plain ü 日本 😀 \\d \"q\"", "plain ü 日本 😀 \\d \"q\""},
      {"\x1b[31mred\x07\r\n\t", "\\x1b[31mred\\x07\\x0d\\n\\t"},
      {std::string("\0\x7f", 2), "\\x00\\x7f"},
      {"\xc2\x9b"
       "31m",
       "\\u009b31m"},
      {"a\u202e\u200b\ufeff", "a\\u202e\\u200b\\ufeff"},
      {"\xff\xc3", "\\xff\\xc3"},
      {"\ufffd", "\ufffd"},
  };
  for (const auto& [text, expected] : kCases) EXPECT_EQ(for_terminal(text), expected);
}

TEST(QueryText, Columns) {
  const std::pair<std::string, std::size_t> kCases[] = {
      {"", 0}, {"abc", 3}, {"ü", 1}, {"日本", 4}, {"e\u0301", 1}, {"😀", 2}, {"■", 1}};
  for (const auto& [text, expected] : kCases) EXPECT_EQ(columns_of(text), expected) << text;
  EXPECT_EQ(left_aligned("日", 4), "日  ");
  EXPECT_EQ(right_aligned("ab", 4), "  ab");
  EXPECT_EQ(right_aligned("abcdef", 4), "abcdef");
  EXPECT_EQ(cut_to("abcdef", 6), "abcdef");
  EXPECT_EQ(cut_to("abcdefg", 6), "abcde…");
  EXPECT_EQ(cut_to("日本語", 5), "日本…");
  EXPECT_EQ(cut_to("日本語", 4), "日…");
}

TEST(QueryText, ValuesAsThePrometheusApiWritesThem) {
  const std::pair<double, std::string> kCases[] = {{0, "0"},
                                                   {-0.0, "-0"},
                                                   {1, "1"},
                                                   {0.1, "0.1"},
                                                   {1e-6, "0.000001"},
                                                   {1e-7, "1e-07"},
                                                   {-2.5e-9, "-2.5e-09"},
                                                   {123456789.125, "123456789.125"},
                                                   {1e20, "100000000000000000000"},
                                                   {1e21, "1e+21"},
                                                   {1.5e300, "1.5e+300"},
                                                   {kInf, "+Inf"},
                                                   {-kInf, "-Inf"},
                                                   {kNaN, "NaN"}};
  for (const auto& [value, expected] : kCases) EXPECT_EQ(value_text(value), expected);
}

TEST(QueryText, Series) {
  const std::pair<Labels, std::string> kCases[] = {
      {{}, "{}"},
      {{{"__name__", "up"}}, "up"},
      {{{"__name__", "up"}, {"a", "b\"\n"}}, "up{a=\"b\\\"\\n\"}"},
      {{{"a", "b"}}, "{a=\"b\"}"},
      {{{"__name__", "my.metric"}, {"a.b", "\x1b"}}, "{\"my.metric\", \"a.b\"=\"\\x1b\"}"},
  };
  for (const auto& [labels, expected] : kCases) EXPECT_EQ(series_text(labels), expected);
}

const query::Samples kVector = {
    {{{"__name__", "up"}, {"job", "api"}, {"instance", "a:80"}}, at(1500), 1},
    {{{"__name__", "up"}, {"job", "api"}, {"instance", "bb:8080"}, {"zone", "x"}}, at(1500), -12.5},
};
const query::Matrix kMatrix = {
    {{{"code", "200"}}, {{at(0), 1}, {at(15'000), kInf}}},
    {{{"code", "500"}}, {{at(15'000), kNaN}}},
};

TEST(QueryTable, AColumnForEachLabelThatDiffers) {
  EXPECT_EQ(table_text(of(kVector)), R"(up{job="api"}

instance  zone  VALUE
a:80                1
bb:8080   x     -12.5
)");
  EXPECT_EQ(table_text(of(kMatrix)), R"(code  TIME                      VALUE
200   1970-01-01T00:00:00.000Z      1
200   1970-01-01T00:00:15.000Z   +Inf
500   1970-01-01T00:00:15.000Z    NaN
)");
}

TEST(QueryTable, OneSeriesHasAllItsLabelsAsColumns) {
  EXPECT_EQ(table_text(of(query::Samples{kVector[0]})), R"(__name__  instance  job  VALUE
up        a:80      api      1
)");
  EXPECT_EQ(table_text(of(query::Samples{{{}, at(0), 5}})), "VALUE\n    5\n");
}

TEST(QueryTable, OtherValues) {
  EXPECT_EQ(table_text(of(query::Number{at(0), 2.5})), "2.5\n");
  EXPECT_EQ(table_text(of(query::Text{at(0), "a\x1b"})), "a\\x1b\n");
  EXPECT_EQ(table_text(of(query::Samples{})), "no series\n");
  EXPECT_EQ(table_text(of(query::Matrix{})), "no series\n");
}

TEST(QueryTable, HostileLabelsStayInTheirColumns) {
  const query::Samples hostile = {{{{"a\n", "\x1b[2J"}}, at(0), 1}, {{{"a\n", "日本"}}, at(0), 2}};
  EXPECT_EQ(table_text(of(hostile)), "a\\n      VALUE\n\\x1b[2J      1\n日本         2\n");
}

TEST(QueryJson, IsTheEnvelopeOfTheApi) {
  const std::pair<query::Evaluated, std::string> kCases[] = {
      {of(query::Number{at(1500), 2}),
       R"({"status":"success","data":{"resultType":"scalar","result":[1.5,"2"]}})"},
      {of(query::Text{at(1000), "a\"b"}),
       R"({"status":"success","data":{"resultType":"string","result":[1,"a\"b"]}})"},
      {of(query::Samples{}), R"({"status":"success","data":{"resultType":"vector","result":[]}})"},
      {of(kMatrix), R"({"status":"success","data":{"resultType":"matrix","result":[)"
                    R"({"metric":{"code":"200"},"values":[[0,"1"],[15,"+Inf"]]},)"
                    R"({"metric":{"code":"500"},"values":[[15,"NaN"]]}]}})"},
      {{query::Samples{kVector[0]}, {"careful"}, {"by the way"}},
       R"({"status":"success","data":{"resultType":"vector","result":[)"
       R"({"metric":{"__name__":"up","instance":"a:80","job":"api"},"value":[1.5,"1"]}]},)"
       R"("warnings":["careful"],"infos":["by the way"]})"},
      {of(query::Text{at(1'700'000'000'123), "\x1b\x7f\xc2\x9b\u202e\U000E0001ü"}),
       R"({"status":"success","data":{"resultType":"string","result":[1700000000.123,)"
       "\"\\u001b\\u007f\\u009b\\u202e\U000E0001ü\"]}}"},
  };
  for (const auto& [result, expected] : kCases) EXPECT_EQ(json_text(result), expected + "\n");
}

TEST(QueryCsv, IsWhatRfc4180Says) {
  EXPECT_EQ(csv_text(of(kVector)),
            "time,value,__name__,instance,job,zone\r\n"
            "1970-01-01T00:00:01.500Z,1,up,a:80,api,\r\n"
            "1970-01-01T00:00:01.500Z,-12.5,up,bb:8080,api,x\r\n");
  EXPECT_EQ(csv_text(of(kMatrix)),
            "time,value,code\r\n1970-01-01T00:00:00.000Z,1,200\r\n"
            "1970-01-01T00:00:15.000Z,+Inf,200\r\n1970-01-01T00:00:15.000Z,NaN,500\r\n");
  EXPECT_EQ(csv_text(of(query::Number{at(0), 3})), "time,value\r\n1970-01-01T00:00:00.000Z,3\r\n");
  EXPECT_EQ(csv_text(of(query::Samples{})), "time,value\r\n");
}

TEST(QueryCsv, QuotesWhatNeedsIt) {
  const std::pair<std::string, std::string> kCases[] = {
      {"a b", "a b"},       {"a,b", "\"a,b\""},   {"say \"x\"", "\"say \"\"x\"\"\""},
      {"a\nb", "\"a\nb\""}, {"a\rb", "\"a\rb\""}, {"\x1b[0m", "\x1b[0m"},
  };
  const std::string head = "time,value,l\r\n1970-01-01T00:00:00.000Z,1,";
  for (const auto& [value, expected] : kCases) {
    EXPECT_EQ(csv_text(of(query::Samples{{{{"l", value}}, at(0), 1}})), head + expected + "\r\n");
  }
  EXPECT_EQ(csv_text(of(query::Samples{{{{"l", "\x1b[0m\n"}}, at(0), 1}}), true),
            head + "\\x1b[0m\\n\r\n");
}

}  // namespace
}  // namespace tocsin::cli
