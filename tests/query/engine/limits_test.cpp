// What an evaluation may hold and how long it may go on; odd times; what is refused.
#include <atomic>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/engine/engine.h"
#include "query/samples/memory_storage.h"
#include "query/syntax/parse.h"

namespace tocsin::query {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Timestamp at(Duration since_epoch) { return Timestamp(since_epoch); }

/// 100 series with a sample a minute, for an hour.
const MemoryStorage& storage() {
  static const MemoryStorage built = [] {
    MemoryStorage samples;
    for (int series = 0; series < 100; ++series) {
      for (int minute = 0; minute < 60; ++minute) {
        samples.add({{"__name__", "m_total"}, {"i", std::to_string(series)}},
                    at(std::chrono::minutes(minute)), minute);
      }
    }
    samples.add_histogram({{"__name__", "h"}, {"i", "0"}}, at(0ms));
    samples.add_histogram({{"__name__", "h"}, {"i", "0"}}, at(1min));
    samples.add_histogram({{"__name__", "h"}, {"i", "1"}}, at(0ms));
    return samples;
  }();
  return built;
}

ExprPtr parsed(const std::string& text) {
  Parsed result = parse_expression(text, {.experimental = true});
  EXPECT_TRUE(result.errors.empty()) << text;
  return std::move(result.expr);
}

/// What is thrown, or "".
std::string instant_error(const std::string& text, const EngineSettings& settings = {}) {
  try {
    evaluate_instant(*parsed(text), text, at(30min), storage(), settings);
  } catch (const EvaluationError& error) {
    return error.what();
  }
  return "";
}

std::string range_error(const std::string& text, Timestamp from, Timestamp to, Duration step,
                        const EngineSettings& settings = {}) {
  try {
    evaluate_range(*parsed(text), text, from, to, step, storage(), settings);
  } catch (const EvaluationError& error) {
    return error.what();
  }
  return "";
}

TEST(EngineLimits, HoldSamples) {
  EngineSettings settings;
  settings.max_samples = 1000;
  EXPECT_EQ(instant_error("m_total", settings), "");
  EXPECT_EQ(instant_error("m_total[5m]", settings), "");
  const std::string too_many =
      "query processing would load too many samples into memory in query execution";
  EXPECT_EQ(instant_error("m_total[30m]", settings), too_many);
  EXPECT_EQ(instant_error("rate(m_total[30m])", settings), too_many);
  EXPECT_EQ(instant_error("max_over_time(m_total[30m:1m])", settings), too_many);
  EXPECT_EQ(range_error("m_total", at(0ms), at(1h), 1min, settings), too_many);
  EXPECT_EQ(range_error("sum(m_total)", at(0ms), at(1h), 1min, settings), too_many);
  EXPECT_EQ(range_error("m_total{i='1'}", at(0ms), at(1h), 1min, settings), "");
}

TEST(EngineLimits, PairsOfAMatchCount) {
  EngineSettings settings;
  settings.max_samples = 250;
  EXPECT_EQ(instant_error("m_total or m_total", settings), "");
  EXPECT_EQ(instant_error("m_total * on() group_left m_total{i='1'}", settings), "");
  settings.max_samples = 150;
  EXPECT_THAT(instant_error("m_total + m_total", settings), HasSubstr("too many samples"));
}

TEST(EngineLimits, HugeRangesWithTinySteps) {
  const Timestamp end = at(std::chrono::hours(24 * 365 * 100));
  for (const char* text : {"m_total", "1", "time()", "sum(m_total)", "vector(1)"}) {
    EXPECT_THAT(range_error(text, at(0ms), end, 1ms), HasSubstr("use a larger step")) << text;
  }
  EXPECT_THAT(instant_error("max_over_time(m_total[100y:1ms])"), HasSubstr("a subquery has"));
  EXPECT_THAT(instant_error("max_over_time(vector(1)[100y:1ms])"), HasSubstr("a subquery has"));
  // One within another is no more than both.
  EXPECT_EQ(instant_error("max_over_time(max_over_time(vector(1)[2h:1s])[2h:1s])"), "");
}

TEST(EngineLimits, PointsOfAResult) {
  EngineSettings settings;
  settings.max_points = 6000;
  EXPECT_EQ(range_error("m_total", at(0ms), at(59min), 1min, settings), "");
  EXPECT_EQ(range_error("sum(m_total)", at(0ms), at(59min), 1s, settings), "");
  EXPECT_EQ(range_error("m_total", at(0ms), at(1h), 1min, settings),
            "the result has 100 series of 61 steps, more than 6000 points; use a larger step or "
            "select fewer series");
}

TEST(EngineLimits, TimesFarAway) {
  const Timestamp far = at(Duration(9'000'000'000'000'000));
  for (const char* text :
       {"m_total", "rate(m_total[5m])", "m_total offset 100y", "m_total offset -100y",
        "m_total @ 9000000000000", "m_total @ -9000000000000", "rate(m_total[290y] offset 290y)",
        "year()", "max_over_time(vector(time())[5m:1m])", "timestamp(m_total)"}) {
    EXPECT_NO_THROW(evaluate_instant(*parsed(text), text, far, storage())) << text;
    EXPECT_NO_THROW(
        evaluate_instant(*parsed(text), text, -1 * far.time_since_epoch() + at(0ms), storage()))
        << text;
  }
}

TEST(EngineLimits, EndWhenCancelled) {
  const std::atomic<bool> cancelled = true;
  EngineSettings settings;
  settings.cancelled = &cancelled;
  EXPECT_EQ(instant_error("m_total", settings), "query was canceled in expression evaluation");
  EXPECT_EQ(instant_error("sum(rate(m_total[5m]))", settings),
            "query was canceled in expression evaluation");
}

/// Asks for cancellation while it is read from.
class CancellingStorage : public Storage {
 public:
  Selection select(const Matchers& matchers, Timestamp from, Timestamp to) const override {
    cancelled = true;
    return storage().select(matchers, from, to);
  }
  mutable std::atomic<bool> cancelled = false;
};

TEST(EngineLimits, EndWhenCancelledUnderWay) {
  const CancellingStorage cancelling;
  EngineSettings settings;
  settings.cancelled = &cancelling.cancelled;
  for (const char* text : {"m_total + m_total", "topk(3, m_total)", "rate(m_total[5m])"}) {
    cancelling.cancelled = false;
    EXPECT_THROW(evaluate_instant(*parsed(text), text, at(30min), cancelling, settings),
                 EvaluationError)
        << text;
  }
}

TEST(EngineLimits, OddNumbersAsParameters) {
  for (const std::string function : {"topk(X, m_total)",
                                     "bottomk(X, m_total)",
                                     "limitk(X, m_total)",
                                     "limit_ratio(X, m_total)",
                                     "quantile(X, m_total)",
                                     "quantile_over_time(X, m_total[5m])",
                                     "clamp(m_total, X, X)",
                                     "clamp_min(m_total, X)",
                                     "clamp_max(m_total, X)",
                                     "round(m_total, X)",
                                     "predict_linear(m_total[5m], X)",
                                     "double_exponential_smoothing(m_total[5m], X, X)",
                                     "histogram_quantile(X, m_total)",
                                     "histogram_fraction(X, X, m_total)",
                                     "vector(X)",
                                     "m_total ^ X",
                                     "m_total % X",
                                     "year(vector(X))",
                                     "day_of_week(vector(X))",
                                     "days_in_month(vector(X))",
                                     "X > bool X",
                                     "m_total + fill(X) nothing"}) {
    for (const std::string value : {"NaN", "Inf", "-Inf", "1e308", "-1e308", "1e-308", "0", "-0"}) {
      std::string text = function;
      for (std::size_t x = text.find('X'); x != std::string::npos; x = text.find('X')) {
        text.replace(x, 1, value);
      }
      // An answer or an error that says so; no more is asked here.
      EXPECT_NO_FATAL_FAILURE(instant_error(text)) << text;
      range_error(text, at(0ms), at(10min), 1min);
    }
  }
}

TEST(EngineRefusals, OfRangeQueries) {
  EXPECT_EQ(range_error("m_total[5m]", at(0ms), at(1h), 1min),
            "invalid expression type \"range vector\" for range query, must be scalar or instant "
            "vector");
  EXPECT_EQ(range_error("'text'", at(0ms), at(1h), 1min),
            "invalid expression type \"string\" for range query, must be scalar or instant vector");
}

/// What would have to look into a native histogram.
TEST(EngineRefusals, OfNativeHistograms) {
  for (const std::string text : {"h",
                                 "h[5m]",
                                 "h * 2",
                                 "-h",
                                 "sum(h)",
                                 "avg(h)",
                                 "sum by (i) (h)",
                                 "count_values('v', h)",
                                 "h + h",
                                 "h - h",
                                 "h == h",
                                 "h != bool h",
                                 "h and h",
                                 "h or vector(1)",
                                 "h </ 2",
                                 "rate(h[5m])",
                                 "increase(h[5m])",
                                 "delta(h[5m])",
                                 "irate(h[5m])",
                                 "idelta(h[5m])",
                                 "sum_over_time(h[5m])",
                                 "avg_over_time(h[5m])",
                                 "last_over_time(h[5m])",
                                 "first_over_time(h[5m])",
                                 "changes(h[5m])",
                                 "resets(h[5m])",
                                 "histogram_count(h)",
                                 "histogram_sum(h)",
                                 "histogram_avg(h)",
                                 "histogram_stddev(h)",
                                 "histogram_stdvar(h)",
                                 "histogram_quantile(0.5, h)",
                                 "histogram_quantiles(h, 'q', 0.5)",
                                 "histogram_fraction(0, 1, h)",
                                 "limitk(1, h)",
                                 "limit_ratio(1, h)",
                                 "label_replace(h, 'a', 'b', '', '')",
                                 "sort_by_label(h, 'i')",
                                 "last_over_time(h[5m:1m])",
                                 "max(sum_over_time(h[5m]))",
                                 "rate(h[5m] anchored)",
                                 "delta(h[5m] smoothed)",
                                 "h smoothed",
                                 "h[5m] anchored",
                                 "changes(h[5m] anchored)",
                                 "count(h + h)"}) {
    EXPECT_THROW(evaluate_instant(*parsed(text), text, at(1min), storage()), HistogramsNotComputed)
        << text;
  }
}

/// What asks only whether there are any; the values are in scripts/native_histograms.test.
TEST(EngineRefusals, NotOfWhatNeedsNoHistogram) {
  for (const std::string text :
       {"count(h)", "group(h)", "absent(h)", "timestamp(h)", "abs(h)", "scalar(h)", "max(h)",
        "count_over_time(h[5m])", "present_over_time(h[5m])", "max_over_time(h[5m])", "h + 1",
        "h > 1", "m_total and on() h", "m_total unless h", "sort(h)", "rate(h{i='1'}[5m])"}) {
    EXPECT_NO_THROW(evaluate_instant(*parsed(text), text, at(1min), storage())) << text;
  }
}

}  // namespace
}  // namespace tocsin::query
