// What breaks the formats' rules is named with its place.
#include <gtest/gtest.h>

#include "series/lines.h"

namespace tocsin::series {
namespace {

struct Case {
  std::string_view exposition;
  std::string_view expected;  ///< the last line of what the reader gives
};

std::string last_line(std::string_view exposition, ExpositionFormat format) {
  std::string all = read_all(exposition, format);
  if (all.ends_with('\n')) all.pop_back();
  const std::size_t line_break = all.rfind('\n');
  return line_break == std::string::npos ? all : all.substr(line_break + 1);
}

TEST(TextFormat, Refusals) {
  const Case kCases[] = {
      {"a", "1:2: expected a value, not the end of the text"},
      {"a\n", "1:2: expected a value, not the end of the line"},
      {"ok 1\n a{b=\"c\"}\n", "2:10: expected a value, not the end of the line"},
      {"a one", "1:3: \"one\" is not a value: write a number, +Inf, -Inf or NaN"},
      {"a 1e999", "1:3: \"1e999\" is not a value: write a number, +Inf, -Inf or NaN"},
      {"a 0x1p3", "1:3: \"0x1p3\" is not a value: write a number, +Inf, -Inf or NaN"},
      {"a 1_000", "1:3: \"1_000\" is not a value: write a number, +Inf, -Inf or NaN"},
      {"a 1\r\n", "1:3: \"1\\r\" is not a value: write a number, +Inf, -Inf or NaN"},
      {"a 1 2.5", "1:5: \"2.5\" is not a timestamp: write whole milliseconds since 1970"},
      {"a 1 99999999999999999999",
       "1:5: \"99999999999999999999\" is not a timestamp: write whole milliseconds since 1970"},
      {"a 1 9223372036854775807",
       "1:5: \"9223372036854775807\" is not a timestamp: write whole milliseconds since 1970"},
      {"a 1 -9223372036854775808",
       "1:5: \"-9223372036854775808\" is not a timestamp: write whole milliseconds since 1970"},
      {"a 1 2 3", "1:7: expected the end of the line, not \"3\""},
      {"a 1 # {x=\"y\"} 2", "1:5: \"#\" is not a timestamp: write whole milliseconds since 1970"},
      {"9a 1", "1:1: expected a series or a comment, not \"9a 1\""},
      {"<html>", "1:1: expected a series or a comment, not \"<html>\""},
      {std::string_view("\0", 1), "1:1: expected a series or a comment, not \"\\x00\""},
      {"a{", "1:3: expected a label's name, not the end of the text"},
      {"a{b", "1:4: expected = and the label's value, not the end of the text"},
      {"a{b=c} 1", "1:5: expected the label's value in double quotes, not \"c} 1\""},
      {"a{b=\"c} 1", "1:5: this quote is not closed"},
      {"a{b=\"c\\", "1:5: this quote is not closed"},
      {"a{b=\"c\"d=\"e\"} 1", "1:8: expected a comma or a closing brace, not \"d=\\\"e\\\"} 1\""},
      {"a{b=\"c\",,} 1", "1:9: expected a label's name, not \",} 1\""},
      {"a{1b=\"c\"} 1", "1:3: expected a label's name, not \"1b=\\\"c\\\"} 1\""},
      {"a{\"\"=\"c\"} 1", "1:3: a label's name is empty"},
      {"a{b=\"c\",b=\"d\"} 1", "1:1: this series has the label \"b\" twice"},
      {"a{\"b\"} 1", "1:3: the metric has a name already"},
      {"a{__name__=\"b\"} 1", "1:3: the metric has a name already"},
      {"{\"a\",\"b\"} 1", "1:6: the metric has a name already"},
      {"{\"\"} 1", "1:2: the metric's name is empty"},
      {"{a=\"b\"} 1", "1:1: this series has no metric name"},
      {"{} 1", "1:1: this series has no metric name"},
      {"a{b=\"\xff\"} 1", "1:5: this text is not UTF-8"},
      {"{\"\xff\"} 1", "1:2: this text is not UTF-8"},
      {"# HELP a \xff", "1:10: this help text is not UTF-8"},
      {"# HELP 1 x", "1:8: expected a metric's name, not \"1 x\""},
      {"# TYPE a-b gauge", "1:9: expected a blank behind the name, not \"-b gauge\""},
      {"# TYPE a Gauge",
       "1:10: \"Gauge\" is no type; a metric is a counter, gauge, histogram, summary or untyped"},
      {"# TYPE a info",
       "1:10: \"info\" is no type; a metric is a counter, gauge, histogram, summary or untyped"},
      {"# TYPE a",
       "1:9: \"\" is no type; a metric is a counter, gauge, histogram, summary or untyped"},
      {"x{a=\"1\n2\n3\"} 1\n\ny z", "5:3: \"z\" is not a value: write a number, +Inf, -Inf or NaN"},
  };
  for (const Case& each : kCases) {
    EXPECT_EQ(last_line(each.exposition, ExpositionFormat::Text), each.expected) << each.exposition;
  }
}

TEST(OpenMetrics, Refusals) {
  const Case kCases[] = {
      {"", "1:1: the text does not end with \"# EOF\": it is cut off"},
      {"a 1\n", "2:1: the text does not end with \"# EOF\": it is cut off"},
      {"a 1", "1:4: expected a timestamp or the end of the line, not the end of the text"},
      {"# EOF\na 1\n", "2:1: something follows \"# EOF\""},
      {"# EOF\n\n", "2:1: something follows \"# EOF\""},
      {"\na 1\n# EOF\n", "1:1: expected a series or \"# EOF\", not the end of the line"},
      {" a 1\n# EOF\n", "1:1: expected a series or \"# EOF\", not \" a 1\""},
      {"# a comment\n# EOF\n",
       "1:1: OpenMetrics has no comments but # HELP, # TYPE, # UNIT and, at its end, # EOF"},
      {"a  1\n# EOF\n", "1:3: expected a value, not \" 1\""},
      {"a\t1\n# EOF\n", "1:2: expected a single blank and a value, not \"\\t1\""},
      {"a{}1\n# EOF\n", "1:4: expected a single blank and a value, not \"1\""},
      {"a{ b=\"c\"} 1\n# EOF\n", "1:3: expected a label's name, not \" b=\\\"c\\\"} 1\""},
      {"a{b=\"c\nd\"} 1\n# EOF\n", "1:5: this quote is not closed"},
      {"a 1 NaN\n# EOF\n", "1:5: this is not a timestamp: write seconds since 1970"},
      {"a 1 1e300\n# EOF\n", "1:5: this is not a timestamp: write seconds since 1970"},
      {"a 1 x\n# EOF\n", "1:5: \"x\" is not a timestamp: write a number, +Inf, -Inf or NaN"},
      {"a 1 \n# EOF\n", "1:5: expected a timestamp, not the end of the line"},
      {"a 1 # {b=\"c\"\n# EOF\n",
       "1:13: expected a comma or a closing brace, not the end of the line"},
      {"a 1 # {\"m\"} 1\n# EOF\n", "1:7: an exemplar has labels, but no metric name"},
      {"a 1 # {b=\"c\"}\n# EOF\n",
       "1:14: expected a single blank and a value, not the end of the line"},
      {"a 1 # {b=\"c\"} 1 2 3\n# EOF\n",
       "1:18: expected a timestamp or the end of the line, not \" 3\""},
      {"# UNIT a_seconds bytes\n# EOF\n",
       "1:18: the name of \"a_seconds\" does not end with _ and its unit, \"bytes\""},
      {"# UNIT seconds seconds\n# EOF\n",
       "1:16: the name of \"seconds\" does not end with _ and its unit, \"seconds\""},
      {"# TYPE a untyped\n# EOF\n",
       "1:10: \"untyped\" is no type; a metric is a counter, gauge, histogram, gaugehistogram, "
       "summary, info, stateset or unknown"},
  };
  for (const Case& each : kCases) {
    EXPECT_EQ(last_line(each.exposition, ExpositionFormat::OpenMetrics), each.expected)
        << each.exposition;
  }
}

TEST(Exposition, EveryTruncationOfOpenMetricsIsNoticed) {
  const std::string whole =
      "# TYPE a counter\n# HELP a x\na_total{b=\"c\"} 1 2 # {d=\"e\"} 3 4\n{\"f\"} 1\n# EOF";
  EXPECT_EQ(last_line(whole, ExpositionFormat::OpenMetrics), "__name__=\"f\" -> 1");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THROW(
        {
          ExpositionReader reader(std::string_view(whole).substr(0, size),
                                  ExpositionFormat::OpenMetrics);
          while (!std::holds_alternative<EndOfExposition>(reader.next())) {
          }
        },
        ExpositionError)
        << size;
  }
}

TEST(Exposition, MessagesStayShort) {
  const std::string long_word(1'000'000, 'x');
  const std::string line = "a{b=\"c\"," + long_word + "=\"1\"," + long_word + "=\"2\"} 1";
  for (const std::string& hostile : {"a " + long_word, "# TYPE a " + long_word, "a 1 " + long_word,
                                     "a 1 2 " + long_word, line}) {
    EXPECT_LT(last_line(hostile, ExpositionFormat::Text).size(), 300U);
  }
}

}  // namespace
}  // namespace tocsin::series
