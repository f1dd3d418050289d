// Calling a function for every window of a range vector. Within query/engine only.
#pragma once

#include <algorithm>

#include "query/engine/evaluation.h"

namespace tocsin::query {

/// After so many samples it looks whether it should go on; a few milliseconds.
inline constexpr std::size_t kOften = std::size_t{1} << 20;

/// For a window that has native histograms among its samples.
double over_mixed(Context& context, const Window& window, std::size_t step, const WindowRule& rule,
                  const WindowFunction& compute);

/// Throws HistogramsNotComputed if there are any.
void refuse_histograms(const Window& window);

/// What `function(window, step)` gives for every window that has samples is the value at that step.
/// A function that has `begin(series)` is told of each series before its windows, which move on.
template <typename Function>
Frame over_windows(Evaluation& evaluation, const Ranges& ranges, const WindowRule& rule,
                   Function&& function) {
  const Steps& steps = evaluation.steps();
  Frame frame(steps.count);
  frame.same_name = ranges.same_name;
  frame.reserve(ranges.series.size());
  // Whether it thinks of values between samples; changes and resets from an anchor on do not.
  const bool between =
      ranges.extension == Extension::Smoothed ||
      (ranges.extension == Extension::Anchored && rule.histograms != HistogramUse::Taken);
  for (const RangeSeries& series : ranges.series) {
    if (series.times.empty()) continue;
    const std::span<double> row = frame.add(series.identity);
    evaluation.context().hold(row.size());
    frame.has_histograms |= series.has_histograms;
    const bool mixed = series.has_histograms && rule.histograms != HistogramUse::Taken;
    if constexpr (requires { function.begin(series); }) function.begin(series);
    Window window;
    window.identity = &series.identity;
    std::size_t end = 0;
    std::size_t looked_at = 0;
    for (std::size_t i = 0; i < steps.count; ++i) {
      window.end = ranges.end(steps.at(i));
      window.start = window.end - ranges.range;
      const std::int64_t until = window.end + ranges.after();
      const std::int64_t after = window.start - ranges.before();
      if (series.times.back() <= until) end = series.times.size();
      while (end < series.times.size() && series.times[end] <= until) ++end;
      while (window.first < end && series.times[window.first] <= after) ++window.first;
      if (window.first == end) continue;
      window.times = series.times.subspan(window.first, end - window.first);
      window.values = series.values.subspan(window.first, end - window.first);
      if (!series.starts.empty()) {
        window.starts = series.starts.subspan(window.first, end - window.first);
      }
      looked_at += window.times.size();
      if (looked_at > kOften) {
        evaluation.context().check_cancelled();
        looked_at = 0;
      }
      if (between && series.has_histograms) refuse_histograms(window);
      row[i] = mixed ? over_mixed(evaluation.context(), window, i, rule, std::ref(function))
                     : function(window, i);
    }
  }
  return frame;
}

}  // namespace tocsin::query
