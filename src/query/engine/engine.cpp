#include "query/engine/engine.h"

#include <algorithm>

#include <fmt/format.h>

#include "query/engine/extended.h"

namespace tocsin::query {
namespace {

std::int64_t milliseconds(Timestamp at) { return at.time_since_epoch().count(); }
Timestamp timestamp(std::int64_t milliseconds) { return Timestamp(Duration(milliseconds)); }

Evaluated with_notes(decltype(Evaluated::value) value, Context& context) {
  return {std::move(value), std::move(context.warnings), std::move(context.infos)};
}

/// Throws HistogramsNotComputed for native histograms that are not to be given.
void refuse_histograms(const Identity& series, std::span<const double> values, bool gives) {
  const auto refused = gives ? is_unknown_histogram : is_histogram;
  if (std::any_of(values.begin(), values.end(), refused)) refuse_histogram(series);
}

void refuse_histograms(const Frame& frame, bool gives) {
  if (!frame.has_histograms) return;
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    refuse_histograms(frame.series[i], frame.row(i), gives);
  }
}

Samples to_vector(Frame frame, Timestamp at, bool gives_histograms) {
  remove_dropped_names(frame);
  refuse_histograms(frame, gives_histograms);
  Samples out;
  out.reserve(frame.series.size());
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    const double value = frame.row(i)[0];
    if (!is_absent(value)) out.push_back({frame.series[i].copy(), at, value});
  }
  return out;
}

void sort_by_labels(Matrix& matrix) {
  const auto precedes = [](const Series& a, const Series& b) { return a.labels < b.labels; };
  // Sources give series in order, and many functions leave them so.
  if (std::is_sorted(matrix.begin(), matrix.end(), precedes)) return;
  std::sort(matrix.begin(), matrix.end(), precedes);
}

Matrix to_matrix(Frame frame, const Steps& steps, const EngineSettings& settings) {
  const std::size_t max_points = settings.max_points;
  const std::size_t points_at_most = frame.series.size() * steps.count;
  if (points_at_most > max_points) {
    throw EvaluationError(fmt::format(
        "the result has {} series of {} steps, more than {} points; use a larger step or select "
        "fewer series",
        frame.series.size(), steps.count, max_points));
  }
  remove_dropped_names(frame);
  refuse_histograms(frame, settings.gives_histograms);
  Matrix out;
  out.reserve(frame.series.size());
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    std::vector<Point> points;
    const auto row = frame.row(i);
    const auto absent = static_cast<std::size_t>(std::count_if(row.begin(), row.end(), is_absent));
    points.reserve(row.size() - absent);
    for (std::size_t step = 0; step < row.size(); ++step) {
      if (!is_absent(row[step])) points.push_back({timestamp(steps.at(step)), row[step]});
    }
    if (!points.empty()) out.push_back({frame.series[i].copy(), std::move(points)});
  }
  sort_by_labels(out);
  return out;
}

Matrix to_matrix(const Scalars& scalars, const Steps& steps) {
  Matrix out(1);
  for (std::size_t step = 0; step < scalars.size(); ++step) {
    out[0].points.push_back({timestamp(steps.at(step)), scalars[step]});
  }
  return out;
}

/// The samples of a range vector as they are.
Matrix to_matrix(const Ranges& ranges, std::int64_t at, bool gives_histograms) {
  const bool as_they_are = ranges.extension == Extension::None;
  const std::int64_t end = ranges.end(at);
  Matrix out;
  for (const RangeSeries& series : ranges.series) {
    const Window window = extended_window(ranges, series, end);
    refuse_histograms(series.identity, window.values, gives_histograms && as_they_are);
    std::vector<Point> points;
    for (std::size_t i = 0; i < window.times.size(); ++i) {
      points.push_back({timestamp(window.times[i]), window.values[i]});
    }
    if (!as_they_are) points = extended_points(window, ranges.extension);
    if (!points.empty()) out.push_back({series.identity.copy(), std::move(points)});
  }
  sort_by_labels(out);
  return out;
}

}  // namespace

Evaluated evaluate_instant(const Expr& expr, std::string_view text, Timestamp at,
                           const Storage& storage, const EngineSettings& settings) {
  const Steps steps{milliseconds(at), 0, 1};
  Context context(storage, settings, text, steps, false);
  Evaluation evaluation(context, steps);
  switch (type_of(expr)) {
    case ValueType::Scalar:
      return with_notes(Number{at, evaluation.scalar(expr)[0]}, context);
    case ValueType::String:
      return with_notes(Text{at, evaluation.text(expr)}, context);
    case ValueType::Matrix:
      return with_notes(to_matrix(evaluation.ranges(expr), steps.start, settings.gives_histograms),
                        context);
    default:
      return with_notes(to_vector(evaluation.vector(expr), at, settings.gives_histograms), context);
  }
}

Evaluated evaluate_range(const Expr& expr, std::string_view text, Timestamp from, Timestamp to,
                         Duration step, const Storage& storage, const EngineSettings& settings) {
  const ValueType type = type_of(expr);
  if (type != ValueType::Scalar && type != ValueType::Vector) {
    throw EvaluationError(fmt::format(
        "invalid expression type \"{}\" for range query, must be scalar or instant vector",
        documented(type)));
  }
  const auto count = static_cast<std::uint64_t>((to - from) / step) + 1;
  if (count > settings.max_points) {
    throw EvaluationError(fmt::format("the query has {} steps, more than {}; use a larger step",
                                      count, settings.max_points));
  }
  const Steps steps{milliseconds(from), step.count(), static_cast<std::size_t>(count)};
  Context context(storage, settings, text, steps, true);
  Evaluation evaluation(context, steps);
  if (type == ValueType::Scalar) {
    return with_notes(to_matrix(evaluation.scalar(expr), steps), context);
  }
  return with_notes(to_matrix(evaluation.vector(expr), steps, settings), context);
}

}  // namespace tocsin::query
