#include "query/engine/extended.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace tocsin::query {
namespace {

/// Between the sample and the one after it.
double interpolated(const Window& window, std::size_t i, std::int64_t at, bool counter) {
  double from = window.values[i];
  const double to = window.values[i + 1];
  if (counter && to < from) from = 0;  // it has begun again
  return from + (to - from) * static_cast<double>(at - window.times[i]) /
                    static_cast<double>(window.times[i + 1] - window.times[i]);
}

/// What a window is at its ends, and the samples strictly between them.
struct Edges {
  double left = 0, right = 0;
  std::size_t first = 0, end = 0;
};

std::optional<Edges> edges_of(const Window& window, bool smoothed, bool counter) {
  const auto& times = window.times;
  const auto before = [&](std::size_t last, std::int64_t at, bool inclusive) {
    const auto end = times.begin() + static_cast<std::ptrdiff_t>(last);
    const auto found = inclusive ? std::upper_bound(times.begin(), end, at)
                                 : std::lower_bound(times.begin(), end, at);
    return static_cast<std::size_t>(found - times.begin());
  };
  std::size_t last = times.size() - 1;
  const std::size_t in_range = before(last, window.start, true);
  const std::size_t first = in_range > 0 ? in_range - 1 : 0;
  if (smoothed) last = before(last, window.end, false);
  if (times[last] <= window.start) return std::nullopt;

  Edges edges;
  edges.left = smoothed && times[first] < window.start
                   ? interpolated(window, first, window.start, counter)
                   : window.values[first];
  edges.right = smoothed && last > 0 && times[last] > window.end
                    ? interpolated(window, last - 1, window.end, counter)
                    : window.values[last];
  edges.first = times[first] <= window.start ? first + 1 : first;
  edges.end = times[last] >= window.end ? last : last + 1;
  return edges;
}

}  // namespace

void check_extension(const Call& call) {
  for (const ExprPtr& argument : call.arguments) {
    const auto* matrix = without_parentheses(*argument).as<MatrixSelector>();
    if (matrix == nullptr) continue;
    const auto& selector = *matrix->vector->as<VectorSelector>();
    const FunctionId id = call.function->id;
    const bool is_increase =
        id == FunctionId::Delta || id == FunctionId::Increase || id == FunctionId::Rate;
    const bool compares = id == FunctionId::Changes || id == FunctionId::Resets;
    if (selector.anchored && !is_increase && !compares) {
      throw EvaluationError(fmt::format(
          "anchored modifier can only be used with: changes, delta, increase, rate, resets - not "
          "with {}",
          call.function->name));
    }
    if (selector.smoothed && !is_increase) {
      throw EvaluationError(fmt::format(
          "smoothed modifier can only be used with: delta, increase, rate - not with {}",
          call.function->name));
    }
  }
}

Window extended_window(const Ranges& ranges, const RangeSeries& series, std::int64_t end) {
  Window window;
  window.end = end;
  window.start = end - ranges.range;
  window.identity = &series.identity;
  const auto begin = series.times.begin();
  const auto first = std::upper_bound(begin, series.times.end(), window.start - ranges.before());
  const auto last = std::upper_bound(first, series.times.end(), end + ranges.after());
  const auto from = static_cast<std::size_t>(first - begin);
  const auto count = static_cast<std::size_t>(last - first);
  window.times = series.times.subspan(from, count);
  window.values = series.values.subspan(from, count);
  return window;
}

std::vector<Point> extended_points(const Window& window, Extension extension) {
  const auto at = [](std::int64_t time) { return Timestamp(Duration(time)); };
  std::vector<Point> points;
  if (window.times.empty()) return points;
  const auto edges = edges_of(window, extension == Extension::Smoothed, false);
  if (!edges) return points;
  points.push_back({at(window.start), edges->left});
  for (std::size_t i = edges->first; i < edges->end; ++i) {
    points.push_back({at(window.times[i]), window.values[i]});
  }
  points.push_back({at(window.end), edges->right});
  return points;
}

double extended_increase(const Window& window, Extension extension, bool counter, bool per_second) {
  const auto edges = edges_of(window, extension == Extension::Smoothed, counter);
  if (!edges) return kAbsent;
  double increase = edges->right - edges->left;
  if (counter) {
    double previous = edges->left;
    for (std::size_t i = edges->first; i < edges->end; ++i) {
      if (window.values[i] < previous) increase += previous;
      previous = window.values[i];
    }
    if (edges->right < previous) increase += previous;
  }
  return per_second ? increase / to_seconds(window.end - window.start) : increase;
}

Window anchored(Window window) {
  const auto edges = edges_of(window, false, false);
  // The sample before those between the ends is the anchor, if there is one.
  std::size_t first = edges ? edges->first : window.times.size();
  if (edges && first > 0 && window.times[first - 1] <= window.start) --first;
  window.times = window.times.subspan(first);
  window.values = window.values.subspan(first);
  return window;
}

double value_between(const Window& window, std::int64_t at) {
  const auto after = std::upper_bound(window.times.begin(), window.times.end(), at);
  if (after == window.times.begin()) return kAbsent;
  const auto last = static_cast<std::size_t>(after - window.times.begin()) - 1;
  if (window.times[last] == at || after == window.times.end()) return window.values[last];
  return interpolated(window, last, at, false);
}

}  // namespace tocsin::query
