// Calling a function for every window of a range vector.
#include <algorithm>

#include <fmt/format.h>

#include "query/engine/evaluation.h"

namespace tocsin::query {
namespace {

void warn_of_mix(Context& context, const Window& window, const Expr& argument) {
  context.warn(argument,
               fmt::format("encountered a mix of histograms and floats for metric name \"{}\"",
                           window.identity->get(kMetricName)));
}

}  // namespace

double Evaluation::over_mixed(const Window& window, std::size_t step, const WindowRule& rule,
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
    warn_of_mix(context_, window, *rule.argument);
    return kAbsent;
  }
  if (rule.histograms == HistogramUse::Apart) {
    if (histograms < values.size()) {
      warn_of_mix(context_, window, *rule.argument);
      return kAbsent;
    }
    if (histograms > 1) refuse_histogram(*window.identity);
    return rule.one_is_result ? kHistogram : kAbsent;
  }
  if (histograms == values.size()) return kAbsent;
  context_.inform(*rule.argument,
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
  return compute(rest, step);
}

Frame Evaluation::over_windows(const Ranges& ranges, const WindowRule& rule,
                               const WindowFunction& compute) {
  Frame frame(steps_.count);
  frame.same_name = ranges.same_name;
  frame.reserve(ranges.series.size());
  for (const RangeSeries& series : ranges.series) {
    const std::span<double> row = frame.add(series.identity);
    context_.hold(row.size());
    frame.has_histograms |= series.has_histograms;
    const bool mixed = series.has_histograms && rule.histograms != HistogramUse::Taken;
    Window window;
    window.identity = &series.identity;
    window.never_falls = std::is_sorted(series.values.begin(), series.values.end());
    std::size_t first = 0;
    std::size_t end = 0;
    for (std::size_t i = 0; i < steps_.count; ++i) {
      window.end = ranges.end(steps_.at(i));
      window.start = window.end - ranges.range;
      while (end < series.times.size() && series.times[end] <= window.end + ranges.after()) ++end;
      while (first < end && series.times[first] <= window.start - ranges.before()) ++first;
      if (first == end) continue;
      window.times = series.times.subspan(first, end - first);
      window.values = series.values.subspan(first, end - first);
      if (ranges.extension != Extension::None && series.has_histograms &&
          std::any_of(window.values.begin(), window.values.end(), is_histogram)) {
        throw EvaluationError("smoothed and anchored modifiers do not work with native histograms");
      }
      row[i] = mixed ? over_mixed(window, i, rule, compute) : compute(window, i);
    }
  }
  return frame;
}

}  // namespace tocsin::query
