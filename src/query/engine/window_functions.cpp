// Functions of a window of samples: rate and its kin, regressions, changes. Those called
// *_over_time are in over_time.cpp.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "query/engine/aggregation.h"
#include "query/engine/extended.h"
#include "query/engine/over_time.h"
#include "query/engine/sliding.h"
#include "query/engine/windows.h"

namespace tocsin::query {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Whether the sample's counting began after the one before it.
bool began_anew(const Window& window, std::size_t i) {
  if (window.starts.empty()) return false;
  const std::int64_t start = window.starts[i];
  const std::int64_t previous = window.times[i - 1];
  if (start == 0 || start >= window.times[i] || start < previous) return false;
  // Just at the previous sample: it is the end of a part, unless that has no valid start itself.
  return start > previous || (window.starts[i - 1] != 0 && window.starts[i - 1] < previous);
}

/// Whether the counter was 0 somewhere between the sample and the one before it.
bool is_reset(const Window& window, std::size_t i) {
  return window.values[i] < window.values[i - 1] || began_anew(window, i);
}

/// When the first sample's counting began, if that is known and in the window.
std::optional<std::int64_t> known_start(const Window& window) {
  if (window.starts.empty()) return std::nullopt;
  const std::int64_t start = window.starts.front();
  if (start == 0 || start <= window.start || start >= window.times.front()) return std::nullopt;
  return start;
}

/// What is before the first sample or after the last one, as far as samples can be thought there.
double extrapolation(double gap, double between_samples) {
  return gap >= between_samples * 1.1 ? between_samples / 2 : gap;
}

/// Source of the extrapolation: Prometheus, promql/functions.go extrapolatedRate.
/// `increase` is that from the first to the last sample.
double extrapolated(const Window& window, double increase, bool counter, bool per_second) {
  const std::size_t count = window.values.size();
  const std::optional<std::int64_t> start = counter ? known_start(window) : std::nullopt;
  if (count < 2 && !start) return kAbsent;
  double sampled = to_seconds(window.times.back() - window.times.front());
  const double between_samples = count < 2 ? 0 : sampled / static_cast<double>(count - 1);
  double before = extrapolation(to_seconds(window.times.front() - window.start), between_samples);
  if (start) {
    // It was 0 then: nothing has to be thought before that.
    before = 0;
    increase += window.values.front();
    sampled = to_seconds(window.times.back() - *start);
  } else if (counter && increase > 0 && window.values.front() >= 0) {
    // Counters are not thought below zero.
    before = std::min(before, sampled * (window.values.front() / increase));
  }
  const double after = extrapolation(to_seconds(window.end - window.times.back()), between_samples);
  double factor = (sampled + before + after) / sampled;
  if (per_second) factor /= to_seconds(window.end - window.start);
  return increase * factor;
}

/// Of the last two samples.
double instant_change(const Window& window, bool rate) {
  const std::size_t count = window.values.size();
  if (count < 2) return kAbsent;
  const double last = window.values[count - 1];
  const double previous = window.values[count - 2];
  const double elapsed = to_seconds(window.times[count - 1] - window.times[count - 2]);
  if (!rate) return last - previous;
  return (is_reset(window, count - 1) ? last : last - previous) / elapsed;
}

struct Line {
  double slope = 0;
  double intercept = 0;  ///< at the time asked for
};

/// Least squares.
Line regression(const Window& window, std::int64_t intercept_time) {
  const auto first = window.values.front();
  if (std::all_of(window.values.begin(), window.values.end(),
                  [first](double value) { return value == first; })) {
    return std::isinf(first) ? Line{kNaN, kNaN} : Line{0, first};
  }
  Sum x_sum, y_sum, xy_sum, xx_sum;
  for (std::size_t i = 0; i < window.values.size(); ++i) {
    const double x = to_seconds(window.times[i] - intercept_time);
    const double y = window.values[i];
    x_sum.add(x);
    y_sum.add(y);
    xy_sum.add(x * y);
    xx_sum.add(x * x);
  }
  const auto count = static_cast<double>(window.values.size());
  const double covariance = xy_sum.result() - x_sum.result() * y_sum.result() / count;
  const double variance = xx_sum.result() - x_sum.result() * x_sum.result() / count;
  const double slope = covariance / variance;
  return {slope, y_sum.result() / count - slope * x_sum.result() / count};
}

double deriv(const Window& window) {
  if (window.values.size() < 2) return kAbsent;
  return regression(window, window.times.front()).slope;
}

double predicted(const Window& window, std::int64_t now, double ahead) {
  if (window.values.size() < 2) return kAbsent;
  const Line line = regression(window, now);
  return line.slope * ahead + line.intercept;
}

/// Whether there is a number where there was a native histogram, or the other way round.
bool changes_kind(const Window& window, std::size_t i) {
  const bool was = is_histogram(window.values[i - 1]);
  const bool is = is_histogram(window.values[i]);
  if (was && is) refuse_histogram(*window.identity);
  return was != is;
}

double changes(const Window& window) {
  double count = 0;
  for (std::size_t i = 1; i < window.values.size(); ++i) {
    const double a = window.values[i - 1];
    const double b = window.values[i];
    const bool differ = a != b && !(std::isnan(a) && std::isnan(b));
    if (differ || changes_kind(window, i)) ++count;
  }
  return count;
}

double resets(const Window& window) {
  double count = 0;
  for (std::size_t i = 1; i < window.values.size(); ++i) {
    if (is_reset(window, i) || changes_kind(window, i)) ++count;
  }
  return count;
}

/// Holt's linear method.
double smoothed(const Window& window, double level_share, double trend_share) {
  const auto check = [](double share, const char* what) {
    if (share > 0 && share < 1) return;
    throw EvaluationError(
        fmt::format("invalid {} factor. Expected: 0 < {}f < 1, got: {:f}", what, what[0], share));
  };
  check(level_share, "smoothing");
  check(trend_share, "trend");
  const auto& values = window.values;
  if (values.size() < 2) return kAbsent;
  double previous = 0;
  double level = values[0];
  double trend = values[1] - values[0];
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (i > 1) trend = trend_share * (level - previous) + (1 - trend_share) * trend;
    previous = level;
    level = level_share * values[i] + (1 - level_share) * (level + trend);
  }
  return level;
}

/// A counter's name usually says so. Of series that have a result.
void inform_of_other_names(Evaluation& evaluation, const Expr& argument, const Frame& frame) {
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    const std::string_view name = frame.series[i].get(kMetricName);
    const bool known = name.empty() || name.ends_with("_total") || name.ends_with("_sum") ||
                       name.ends_with("_count") || name.ends_with("_bucket");
    const auto row = frame.row(i);
    if (known || std::all_of(row.begin(), row.end(), is_absent)) continue;
    evaluation.context().inform(argument,
                                fmt::format("metric might not be a counter, name does not end in "
                                            "_total/_sum/_count/_bucket: \"{}\"",
                                            name));
  }
}

/// rate, increase, delta
class Increase {
 public:
  Increase(FunctionId id, Extension extension)
      : counter_(id != FunctionId::Delta),
        per_second_(id == FunctionId::Rate),
        extension_(extension) {}

  void begin(const RangeSeries& series) {
    if (!counter_ || extension_ != Extension::None) return;
    Window whole;
    whole.times = series.times;
    whole.values = series.values;
    whole.starts = series.starts;
    values_ = series.values;
    resets_.find(values_.size(), [&whole](std::size_t i) { return is_reset(whole, i); });
  }

  double operator()(const Window& window, std::size_t) {
    if (extension_ != Extension::None) {
      return extended_increase(window, extension_, counter_, per_second_);
    }
    double increase = window.values.back() - window.values.front();
    if (counter_) {
      // A counter that falls has begun at 0 again.
      const std::size_t end = window.first + window.values.size();
      for (const std::size_t reset : resets_.within(window.first, end)) {
        increase += values_[reset - 1];
      }
    }
    return extrapolated(window, increase, counter_, per_second_);
  }

 private:
  bool counter_, per_second_;
  Extension extension_;
  std::span<const double> values_;
  Marks resets_;
};

Frame increase_call(Evaluation& evaluation, const Call& call) {
  const Expr& argument = *call.arguments[0];
  const Ranges ranges = evaluation.ranges(argument);
  const FunctionId id = call.function->id;
  const WindowRule rule{HistogramUse::Apart, &argument, false};
  Frame frame = over_windows(evaluation, ranges, rule, Increase(id, ranges.extension));
  if (id != FunctionId::Delta) inform_of_other_names(evaluation, argument, frame);
  return frame;
}

WindowRule rule_of(const Call& call) {
  const Expr* argument = call.arguments[0].get();
  switch (call.function->id) {
    case FunctionId::Changes:
    case FunctionId::CountOverTime:
    case FunctionId::FirstOverTime:
    case FunctionId::LastOverTime:
    case FunctionId::PresentOverTime:
    case FunctionId::Resets:
    case FunctionId::TsOfFirstOverTime:
    case FunctionId::TsOfLastOverTime:
      return {HistogramUse::Taken, argument, false};
    case FunctionId::AvgOverTime:
    case FunctionId::SumOverTime:
      return {HistogramUse::Apart, argument, true};
    case FunctionId::Idelta:
    case FunctionId::Irate:
      return {HistogramUse::LastTwo, argument, false};
    default:
      return {HistogramUse::Skipped, argument, false};
  }
}

Frame predict_call(Evaluation& evaluation, const Call& call) {
  const Scalars ahead = evaluation.scalar(*call.arguments[1]);
  const Steps& steps = evaluation.steps();
  return over_windows(evaluation, evaluation.ranges(*call.arguments[0]), rule_of(call),
                      [&](const Window& window, std::size_t step) {
                        return predicted(window, steps.at(step), ahead[step]);
                      });
}

Frame smoothing_call(Evaluation& evaluation, const Call& call) {
  const Scalars level = evaluation.scalar(*call.arguments[1]);
  const Scalars trend = evaluation.scalar(*call.arguments[2]);
  return over_windows(evaluation, evaluation.ranges(*call.arguments[0]), rule_of(call),
                      [&](const Window& window, std::size_t step) {
                        return smoothed(window, level[step], trend[step]);
                      });
}

using Compute = double (*)(const Window&);

Compute computation(FunctionId id) {
  switch (id) {
    case FunctionId::Changes:
      return changes;
    case FunctionId::Deriv:
      return deriv;
    case FunctionId::Idelta:
      return [](const Window& window) { return instant_change(window, false); };
    case FunctionId::Irate:
      return [](const Window& window) { return instant_change(window, true); };
    case FunctionId::Resets:
      return resets;
    default:
      return nullptr;
  }
}

Frame compute_each(Evaluation& evaluation, const Call& call) {
  const Ranges ranges = evaluation.ranges(*call.arguments[0]);
  const FunctionId id = call.function->id;
  if (is_over_time(id)) return over_time(evaluation, ranges, rule_of(call), id);
  const bool is_anchored = ranges.extension == Extension::Anchored;
  return over_windows(evaluation, ranges, rule_of(call),
                      [is_anchored, one = computation(id)](const Window& window, std::size_t) {
                        if (!is_anchored) return one(window);
                        const Window within = anchored(window);
                        return within.values.empty() ? kAbsent : one(within);
                      });
}

Frame compute(Evaluation& evaluation, const Call& call) {
  switch (call.function->id) {
    case FunctionId::Delta:
    case FunctionId::Increase:
    case FunctionId::Rate:
      return increase_call(evaluation, call);
    case FunctionId::PredictLinear:
      return predict_call(evaluation, call);
    case FunctionId::DoubleExponentialSmoothing:
      return smoothing_call(evaluation, call);
    case FunctionId::QuantileOverTime:
      return quantile_over_time(evaluation, call);
    default:
      return compute_each(evaluation, call);
  }
}

bool keeps_name(FunctionId id) {
  return id == FunctionId::LastOverTime || id == FunctionId::FirstOverTime;
}

}  // namespace

bool computes_windows(FunctionId id) {
  return computation(id) != nullptr || is_over_time(id) || id == FunctionId::Delta ||
         id == FunctionId::Increase || id == FunctionId::Rate || id == FunctionId::PredictLinear ||
         id == FunctionId::DoubleExponentialSmoothing || id == FunctionId::QuantileOverTime;
}

Frame window_call(Evaluation& evaluation, const Call& call) {
  check_extension(call);
  Frame frame = compute(evaluation, call);
  if (!keeps_name(call.function->id)) evaluation.drop_names(frame);
  return frame;
}

}  // namespace tocsin::query
