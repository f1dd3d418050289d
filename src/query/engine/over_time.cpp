#include "query/engine/over_time.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "query/engine/aggregation.h"
#include "query/engine/sliding.h"
#include "query/engine/windows.h"
#include "query/syntax/print.h"

namespace tocsin::query {
namespace {

template <typename Accumulator>
double accumulated(const Window& window) {
  Accumulator accumulator;
  for (const double value : window.values) accumulator.add(value);
  return accumulator.result();
}

/// Where the smallest or largest value is; the last one of equals if `last`.
template <bool largest, bool last = false>
std::size_t extreme(const Window& window) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < window.values.size(); ++i) {
    const double value = window.values[i];
    const double than = window.values[best];
    const bool better = largest ? value > than : value < than;
    if (better || (last && value == than) || std::isnan(than)) best = i;
  }
  return best;
}

/// The median of the distances from the median.
double median_deviation(const Window& window) {
  std::vector<double> values(window.values.begin(), window.values.end());
  if (std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); })) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double median = quantile(0.5, values);
  for (double& value : values) value = std::abs(value - median);
  return quantile(0.5, values);
}

using OverTime = double (*)(const Window&);

/// Null for another function.
OverTime computation(FunctionId id) {
  switch (id) {
    case FunctionId::AvgOverTime:
      return accumulated<Mean>;
    case FunctionId::CountOverTime:
      return [](const Window& window) { return static_cast<double>(window.values.size()); };
    case FunctionId::FirstOverTime:
      return [](const Window& window) { return window.values.front(); };
    case FunctionId::LastOverTime:
      return [](const Window& window) { return window.values.back(); };
    case FunctionId::MadOverTime:
      return median_deviation;
    case FunctionId::MaxOverTime:
      return [](const Window& window) { return window.values[extreme<true>(window)]; };
    case FunctionId::MinOverTime:
      return [](const Window& window) { return window.values[extreme<false>(window)]; };
    case FunctionId::PresentOverTime:
      return [](const Window&) { return 1.0; };
    case FunctionId::StddevOverTime:
      return [](const Window& window) { return std::sqrt(accumulated<Variance>(window)); };
    case FunctionId::StdvarOverTime:
      return accumulated<Variance>;
    case FunctionId::SumOverTime:
      return accumulated<Sum>;
    case FunctionId::TsOfFirstOverTime:
      return [](const Window& window) { return to_seconds(window.times.front()); };
    case FunctionId::TsOfLastOverTime:
      return [](const Window& window) { return to_seconds(window.times.back()); };
    case FunctionId::TsOfMaxOverTime:
      return [](const Window& window) {
        return to_seconds(window.times[extreme<true, true>(window)]);
      };
    case FunctionId::TsOfMinOverTime:
      return [](const Window& window) {
        return to_seconds(window.times[extreme<false, true>(window)]);
      };
    default:
      return nullptr;
  }
}

/// A function that `result(part, window)` tells from what the window's values come to. It may give
/// kAbsent for "not from that", then, and for thinned windows, `alone` computes it.
template <typename Part, typename Result>
class SlidingFunction {
 public:
  SlidingFunction(OverTime alone, Result result) : alone_(alone), result_(result) {}

  void begin(const RangeSeries& series) { sliding_.begin(series.values); }
  double operator()(const Window& window, std::size_t) {
    if (window.thinned) return alone_(window);
    const std::size_t end = window.first + window.values.size();
    const double value = result_(sliding_.within(window.first, end), window);
    return is_absent(value) ? alone_(window) : value;
  }

 private:
  OverTime alone_;
  Result result_;
  Sliding<Part> sliding_;
};

template <typename Part, typename Result>
Frame slide(Evaluation& evaluation, const Ranges& ranges, const WindowRule& rule, FunctionId id,
            Result result) {
  return over_windows(evaluation, ranges, rule,
                      SlidingFunction<Part, Result>(computation(id), result));
}

double sum_of(const PartialSum& part, const Window&) {
  return std::isfinite(part.sum) ? part.sum + part.error : kAbsent;
}

double mean_of(const PartialSum& part, const Window& window) {
  const auto count = static_cast<double>(window.values.size());
  return std::isfinite(part.sum) ? part.sum / count + part.error / count : kAbsent;
}

}  // namespace

bool is_over_time(FunctionId id) { return computation(id) != nullptr; }

Frame over_time(Evaluation& evaluation, const Ranges& ranges, const WindowRule& rule,
                FunctionId id) {
  switch (id) {
    case FunctionId::AvgOverTime:
      return slide<PartialSum>(evaluation, ranges, rule, id, mean_of);
    case FunctionId::SumOverTime:
      return slide<PartialSum>(evaluation, ranges, rule, id, sum_of);
    case FunctionId::MaxOverTime:
      return slide<PartialExtreme<true>>(
          evaluation, ranges, rule, id,
          [](const PartialExtreme<true>& part, const Window&) { return part.value; });
    case FunctionId::MinOverTime:
      return slide<PartialExtreme<false>>(
          evaluation, ranges, rule, id,
          [](const PartialExtreme<false>& part, const Window&) { return part.value; });
    default:
      return over_windows(
          evaluation, ranges, rule,
          [one = computation(id)](const Window& window, std::size_t) { return one(window); });
  }
}

Frame quantile_over_time(Evaluation& evaluation, const Call& call) {
  const Scalars quantiles = evaluation.scalar(*call.arguments[0]);
  const Ranges ranges = evaluation.ranges(*call.arguments[1]);
  std::vector<double> values;
  const WindowRule rule{HistogramUse::Skipped, call.arguments[0].get(), false};
  return over_windows(evaluation, ranges, rule, [&](const Window& window, std::size_t step) {
    warn_of_quantile(evaluation, *call.arguments[0], quantiles[step]);
    values.assign(window.values.begin(), window.values.end());
    return quantile(quantiles[step], values);
  });
}

}  // namespace tocsin::query
