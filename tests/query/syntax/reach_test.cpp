#include "query/syntax/reach.h"

#include <gtest/gtest.h>

#include "query/syntax/parse.h"

namespace tocsin::query {
namespace {

TEST(Reach, IsHowFarAnExpressionLooksBack) {
  struct Row {
    const char* expression;
    const char* reach;
  };
  const std::vector<Row> table = {
      {"1", "0"},
      {"up", "5m"},
      {"up offset 1h", "1h5m"},
      {"up offset -1h", "0"},
      {"up @ start() offset 10m", "15m"},
      {"up @ 1700000000", "0"},
      {"rate(up[30m])", "30m"},
      {"rate(up[30m] offset 2h)", "2h30m"},
      {"rate(up[1h] offset -30m)", "30m"},
      {"sum(a) / sum(rate(b[3h])) > 2", "3h"},
      {"max_over_time(rate(up[5m])[1h:1m])", "1h6m"},
      {"max_over_time(rate(up[5m])[1h:])", "1h6m"},
      {"max_over_time(up[1h:10m] offset 1d)", "1d1h15m"},
      {"max_over_time(max_over_time(up[1h:5m])[2h:10m])", "3h20m"},
      {"rate(up[5m * 12])", "1h"},
      {"rate(up[min_of(1h, 2h)])", "1h"},
      {"up offset (1h - 30m)", "35m"},
      {"rate(up[10m] smoothed)", "15m"},
      {"absent_over_time(up[7d])", "7d"},
  };
  for (const Row& row : table) {
    const Parsed parsed = parse_expression(row.expression, {.experimental = true});
    ASSERT_NE(parsed.expr, nullptr) << row.expression << to_string(parsed.errors[0], "");
    EXPECT_EQ(reach_of(*parsed.expr), parse_duration(row.reach)) << row.expression;
  }
}

}  // namespace
}  // namespace tocsin::query
