#include "query/engine/over_time.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "query/engine/aggregation.h"
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

}  // namespace

double (*over_time(FunctionId id))(const Window&) {
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

Frame quantile_over_time(Evaluation& evaluation, const Call& call) {
  const Scalars quantiles = evaluation.scalar(*call.arguments[0]);
  const Ranges ranges = evaluation.ranges(*call.arguments[1]);
  std::vector<double> values;
  const WindowRule rule{HistogramUse::Skipped, call.arguments[0].get(), false};
  return evaluation.over_windows(ranges, rule, [&](const Window& window, std::size_t step) {
    warn_of_quantile(evaluation, *call.arguments[0], quantiles[step]);
    values.assign(window.values.begin(), window.values.end());
    return quantile(quantiles[step], values);
  });
}

}  // namespace tocsin::query
