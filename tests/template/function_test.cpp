#include <gtest/gtest.h>

#include "template/cases.h"
#include "template/render.h"

namespace tocsin::tmpl {
namespace {

TEST(TemplateFunctions, Table) {
  for (const Case& each : function_cases())
    EXPECT_EQ(render(each.text), each.expected) << each.text;
}

TEST(TemplateFunctions, NewerThanPromtool242) {
  const std::vector<Case> cases = {
      {"{{ now }} {{ now | humanizeTimestamp }}",
       "1.7000000005e+09 2023-11-14 22:13:20.5 +0000 UTC"},
      {"{{ toDuration 90.5 }} {{ (toDuration 90.5).Seconds }} {{ toDuration 0 }}",
       "1m30.5s 90.5 0s"},
      {"{{ toDuration 0.0015 }} {{ toDuration -3600 }} {{ toDuration 1e-9 }}", "1.5ms -1h0m0s 1ns"},
      {"{{ toDuration 5 | humanizeDuration }}", "5s"},
      {"{{ humanize 5 }} {{ humanizeDuration 90061 }}", "5 1d 1h 1m 1s"},
      {"{{ urlQueryEscape \"a b&c=d\" }}", "a+b%26c%3Dd"},
      {"{{ ((toTime 10).Sub (toTime 4)).Seconds }} {{ (toTime 1).Before (toTime 2) }}", "6 true"},
      {"{{ ((toTime 0).Add (toDuration 60)).Minute }}", "1"},
      {"{{ gt (toDuration 5) 1000 }}", "true"},
  };
  for (const Case& each : cases) EXPECT_EQ(render(each.text), each.expected) << each.text;
}

TEST(TemplateFunctions, ValuesPrintAsInGo) {
  const std::vector<std::pair<double, std::string>> cases = {{0, "0"},
                                                             {1, "1"},
                                                             {-0.5, "-0.5"},
                                                             {100000, "100000"},
                                                             {999999, "999999"},
                                                             {1e6, "1e+06"},
                                                             {1234567.8, "1.2345678e+06"},
                                                             {123456789, "1.23456789e+08"},
                                                             {0.0001, "0.0001"},
                                                             {0.00001, "1e-05"},
                                                             {1e300, "1e+300"}};
  for (const auto& [value, expected] : cases) {
    EXPECT_EQ(render_value("{{ $value }}", value), expected);
    EXPECT_EQ(render_value("{{ printf \"%v\" $value }}", value), expected);
  }
  EXPECT_EQ(render_value("{{ $value }}", std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(render_value("{{ $value }}", std::numeric_limits<double>::quiet_NaN()), "NaN");
  EXPECT_EQ(render_value("{{ $value | humanize }}", -std::numeric_limits<double>::infinity()),
            "-Inf");
}

}  // namespace
}  // namespace tocsin::tmpl
