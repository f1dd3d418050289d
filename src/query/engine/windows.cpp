#include "query/engine/windows.h"

#include <algorithm>

#include <fmt/format.h>

namespace tocsin::query {
namespace {

void warn_of_mix(Context& context, const Window& window, const Expr& argument) {
  context.warn(argument,
               fmt::format("encountered a mix of histograms and floats for metric name \"{}\"",
                           window.identity->get(kMetricName)));
}

}  // namespace

double over_mixed(Context& context, const Window& window, std::size_t step, const WindowRule& rule,
                  const WindowFunction& compute) {
  const auto& values = window.values;
  const auto histograms =
      static_cast<std::size_t>(std::count_if(values.begin(), values.end(), is_histogram));
  if (histograms == 0) return compute(window, step);
  if (rule.histograms == HistogramUse::LastTwo) {
    if (values.size() < 2) return kAbsent;
    const bool first = is_histogram(values[values.size() - 2]);
    const bool second = is_histogram(values.back());
    if (!first && !second) return compute(window, step);
    if (first && second) refuse_histogram(*window.identity);
    warn_of_mix(context, window, *rule.argument);
    return kAbsent;
  }
  if (rule.histograms == HistogramUse::Apart) {
    if (histograms < values.size()) {
      warn_of_mix(context, window, *rule.argument);
      return kAbsent;
    }
    if (histograms > 1) refuse_histogram(*window.identity);
    return rule.one_is_result ? kHistogram : kAbsent;
  }
  if (histograms == values.size()) return kAbsent;
  context.inform(*rule.argument,
                 fmt::format("ignored histograms in a range containing both floats and histograms "
                             "for metric name \"{}\"",
                             window.identity->get(kMetricName)));
  std::vector<std::int64_t> times;
  std::vector<double> numbers;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (is_histogram(values[i])) continue;
    times.push_back(window.times[i]);
    numbers.push_back(values[i]);
  }
  Window rest = window;
  rest.times = times;
  rest.values = numbers;
  rest.starts = {};
  rest.thinned = true;
  return compute(rest, step);
}

void refuse_histograms(const Window& window) {
  if (std::none_of(window.values.begin(), window.values.end(), is_histogram)) return;
  refuse_histogram(*window.identity);
}

}  // namespace tocsin::query
