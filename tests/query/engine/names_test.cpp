// Names that are dropped at once, which is how rules are evaluated. (The scripts drop them at the
// end of the query, as Prometheus' own do.)
#include <gtest/gtest.h>

#include "query/script/script.h"

namespace tocsin::query {
namespace {

constexpr const char* kScript = R"SCRIPT(
load 1m
  x_total{i="1"} 0 60 120
  y_total{i="1"} 0 60 120
  z_bucket{le="1"} 10 10 10
  z_bucket{le="2"} 8 8 8
  z_bucket{le="+Inf"} 20 20 20

eval instant at 2m x_total + 1
  {i="1"} 121

eval instant at 2m sum by (__name__) (rate(x_total[2m]))
  {} 1

eval instant at 2m label_replace(abs(x_total), "kept", "$1", "__name__", "(.*)")
  {i="1"} 120

eval instant at 2m label_replace(x_total, "kept", "$1", "__name__", "(.*)")
  x_total{i="1", kept="x_total"} 120

eval instant at 2m x_total > bool y_total
  {i="1"} 0

eval instant at 2m x_total > 1
  x_total{i="1"} 120

eval instant at 2m -{__name__=~"._total"}
  expect fail msg: vector cannot contain metrics with the same labelset

eval instant at 2m sum(rate({__name__=~"._total"}[2m]))
  expect fail msg: vector cannot contain metrics with the same labelset

eval instant at 2m sum(rate({__name__=~"._total"}[2m:1m]))
  expect fail msg: vector cannot contain metrics with the same labelset

eval instant at 2m {__name__=~"._total"} * 2
  expect fail msg: vector cannot contain metrics with the same labelset

eval instant at 2m max_over_time({__name__=~"._total"}[2m])
  expect fail msg: vector cannot contain metrics with the same labelset

eval instant at 2m last_over_time({__name__=~"._total"}[2m])
  x_total{i="1"} 120
  y_total{i="1"} 120

eval instant at 2m x_total * on(i) group_left y_total
  {i="1"} 14400

eval instant at 2m histogram_quantile(0.5, z_bucket)
  expect info msg: PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile) (1:25)
  {} 1

clear

# Series that take turns make one without their names.
load 1m
  old_total 1 2 stale _
  new_total _ _ 3 4

eval range from 0 to 3m step 1m {__name__=~"(old|new)_total"} * 1
  {} 1 2 3 4

eval instant at 3m timestamp({__name__=~"(old|new)_total"})
  {} 180
)SCRIPT";

TEST(Names, DroppedAtOnce) {
  ScriptOptions options;
  options.engine.delayed_name_removal = false;
  const ScriptReport report = run_script(kScript, "names", options);
  EXPECT_EQ(report.failures(), "");
  EXPECT_EQ(report.count(CaseOutcome::Passed), 16u);
}

}  // namespace
}  // namespace tocsin::query
