// Instant and range selectors, subqueries, and the lengths of time in them.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "query/engine/evaluation.h"

namespace tocsin::query {
namespace {

constexpr std::int64_t kLongest = std::int64_t{1000} * 365 * 24 * 3600 * 1000;  // ms: 1000 years

Timestamp timestamp(std::int64_t milliseconds) { return Timestamp(Duration(milliseconds)); }

/// The name that all series of the selector have, if it says so.
bool has_one_name(const VectorSelector& selector) {
  return std::any_of(selector.matchers.begin(), selector.matchers.end(),
                     [](const Matcher& matcher) {
                       return matcher.name() == kMetricName && matcher.op() == MatchOp::Equal;
                     });
}

void refuse_histograms(const SeriesView& series) {
  if (!series.has_histograms) return;
  throw HistogramsNotComputed(fmt::format("{} has native histograms, which are not computed yet",
                                          series.labels->to_string()));
}

/// Columns without staleness markers.
RangeSeries without_stale(Context& context, const SeriesView& series) {
  RangeSeries out{{series.labels, false}, series.times, series.values};
  if (std::none_of(series.values.begin(), series.values.end(), is_absent)) return out;
  std::vector<std::int64_t> times;
  std::vector<double> values;
  for (std::size_t i = 0; i < series.times.size(); ++i) {
    if (is_absent(series.values[i])) continue;
    times.push_back(series.times[i]);
    values.push_back(series.values[i]);
  }
  out.times = context.keep(std::move(times));
  out.values = context.keep(std::move(values));
  return out;
}

/// Only the samples in (after, until].
SeriesView cut(const SeriesView& series, std::int64_t after, std::int64_t until) {
  const auto begin = std::upper_bound(series.times.begin(), series.times.end(), after);
  const auto end = std::upper_bound(begin, series.times.end(), until);
  const auto from = static_cast<std::size_t>(begin - series.times.begin());
  const auto count = static_cast<std::size_t>(end - begin);
  SeriesView out = series;
  out.times = series.times.subspan(from, count);
  out.values = series.values.subspan(from, count);
  return out;
}

double computed(DurationExpr::Kind kind, double left, double right) {
  using Kind = DurationExpr::Kind;
  switch (kind) {
    case Kind::Add:
      return left + right;
    case Kind::Sub:
      return left - right;
    case Kind::Mul:
      return left * right;
    case Kind::Div:
      return left / right;
    case Kind::Mod:
      return std::fmod(left, right);
    case Kind::Pow:
      return std::pow(left, right);
    case Kind::MinOf:
      return std::min(left, right);
    default:
      return std::max(left, right);
  }
}

}  // namespace

double Evaluation::seconds(const Expr& duration) const {
  if (const auto* literal = duration.as<NumberLiteral>()) return literal->value;
  const auto& expr = *duration.as<DurationExpr>();
  const Steps& whole = context_.whole;
  if (expr.kind == DurationExpr::Kind::Step) return to_seconds(whole.interval);
  if (expr.kind == DurationExpr::Kind::Range) {
    return to_seconds(whole.last() - whole.start);
  }
  const double right = seconds(*expr.right);
  if (expr.left == nullptr) return expr.kind == DurationExpr::Kind::Sub ? -right : right;
  const bool divides = expr.kind == DurationExpr::Kind::Div || expr.kind == DurationExpr::Kind::Mod;
  if (divides && right == 0) {
    throw EvaluationError(expr.kind == DurationExpr::Kind::Div ? "division by zero in duration"
                                                               : "modulo by zero in duration");
  }
  return computed(expr.kind, seconds(*expr.left), right);
}

std::int64_t Evaluation::length(const Length& length) const {
  if (length.expression == nullptr) return length.literal.count();
  const double milliseconds = std::round(seconds(*length.expression) * 1000);
  if (!(std::abs(milliseconds) <= static_cast<double>(kLongest))) {
    throw EvaluationError("duration out of range");
  }
  return static_cast<std::int64_t>(milliseconds);
}

std::int64_t Evaluation::positive_length(const Length& length) const {
  const std::int64_t milliseconds = this->length(length);
  if (length.expression != nullptr && milliseconds <= 0) {
    throw EvaluationError("duration must be greater than 0");
  }
  return milliseconds;
}

std::optional<std::int64_t> Evaluation::fixed_time(const Modifiers& modifiers) const {
  switch (modifiers.at_kind) {
    case AtKind::Timestamp:
      return modifiers.at.time_since_epoch().count();
    case AtKind::Start:
      return context_.whole.start;
    case AtKind::End:
      return context_.whole.last();
    case AtKind::None:
      break;
  }
  return std::nullopt;
}

Frame Evaluation::select(const VectorSelector& selector, bool times) {
  if (selector.anchored || selector.smoothed) {
    throw EvaluationError("anchored and smoothed are not computed yet");
  }
  const std::int64_t offset = length(selector.modifiers.offset);
  const std::optional<std::int64_t> at = fixed_time(selector.modifiers);
  const std::int64_t first = at.value_or(steps_.start) - offset;
  const std::int64_t last = at.value_or(steps_.last()) - offset;
  const std::int64_t lookback = context_.settings.lookback.count();
  const Selection& selection = context_.keep(
      context_.storage.select(selector.matchers, timestamp(first - lookback + 1), timestamp(last)));

  Frame frame(steps_.count);
  frame.same_name = has_one_name(selector);
  frame.reserve(selection.series.size());
  for (const SeriesView& whole : selection.series) {
    const SeriesView series = cut(whole, first - lookback, last);
    if (series.times.empty() && !whole.has_histograms) continue;
    refuse_histograms(whole);
    const std::span<double> row = frame.add({series.labels, false});
    context_.hold(row.size());
    std::size_t next = 0;  // the first sample after the step
    for (std::size_t i = 0; i < steps_.count; ++i) {
      const std::int64_t instant = at.value_or(steps_.at(i)) - offset;
      while (next < series.times.size() && series.times[next] <= instant) ++next;
      if (next == 0 || series.times[next - 1] <= instant - lookback) continue;
      const double value = series.values[next - 1];
      if (is_absent(value)) continue;
      row[i] = times ? to_seconds(series.times[next - 1]) : value;
    }
  }
  frame.drop_empty();
  return frame;
}

Ranges Evaluation::select_ranges(const MatrixSelector& matrix) {
  const auto& selector = *matrix.vector->as<VectorSelector>();
  if (selector.anchored || selector.smoothed) {
    throw EvaluationError("anchored and smoothed are not computed yet");
  }
  Ranges ranges;
  ranges.range = positive_length(matrix.range);
  ranges.offset = length(selector.modifiers.offset);
  ranges.at = fixed_time(selector.modifiers);
  ranges.same_name = has_one_name(selector);
  const std::int64_t after = ranges.end(steps_.start) - ranges.range;
  const std::int64_t until = ranges.end(steps_.last());
  const Selection& selection = context_.keep(
      context_.storage.select(selector.matchers, timestamp(after + 1), timestamp(until)));
  ranges.series.reserve(selection.series.size());
  for (const SeriesView& whole : selection.series) {
    const SeriesView series = cut(whole, after, until);
    if (series.times.empty() && !whole.has_histograms) continue;
    refuse_histograms(whole);
    context_.hold(series.times.size());
    RangeSeries columns = without_stale(context_, series);
    if (!columns.times.empty()) ranges.series.push_back(columns);
  }
  return ranges;
}

Ranges Evaluation::subquery(const Subquery& subquery) {
  Ranges ranges;
  ranges.range = positive_length(subquery.range);
  ranges.offset = length(subquery.modifiers.offset);
  ranges.at = fixed_time(subquery.modifiers);
  std::int64_t interval = positive_length(subquery.step);
  if (interval == 0) interval = context_.settings.default_step.count();

  // Its steps are multiples of the interval, whatever the query's are.
  const std::int64_t after = ranges.end(steps_.start) - ranges.range;
  const std::int64_t until = ranges.end(steps_.last());
  std::int64_t start = after / interval * interval;
  if (start <= after) start += interval;
  if (start > until) return ranges;
  const auto count = static_cast<std::size_t>((until - start) / interval + 1);
  if (count > context_.settings.max_points) {
    throw EvaluationError(
        fmt::format("a subquery has {} steps, more than {}", count, context_.settings.max_points));
  }

  Evaluation inner(context_, Steps{start, interval, count});
  const Frame frame = inner.vector(*subquery.expr);
  ranges.same_name = frame.same_name;
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    std::vector<std::int64_t> times;
    std::vector<double> values;
    const auto row = frame.row(i);
    for (std::size_t step = 0; step < row.size(); ++step) {
      if (is_absent(row[step])) continue;
      times.push_back(inner.steps().at(step));
      values.push_back(row[step]);
    }
    ranges.series.push_back(
        {frame.series[i], context_.keep(std::move(times)), context_.keep(std::move(values))});
  }
  return ranges;
}

Ranges Evaluation::ranges(const Expr& given) {
  const Expr& expr = without_parentheses(given);
  if (const auto* matrix = expr.as<MatrixSelector>()) return select_ranges(*matrix);
  return subquery(*expr.as<Subquery>());
}

Frame Evaluation::over_windows(
    const Ranges& ranges, const std::function<double(const Window&, std::size_t step)>& compute) {
  Frame frame(steps_.count);
  frame.same_name = ranges.same_name;
  frame.reserve(ranges.series.size());
  for (const RangeSeries& series : ranges.series) {
    const std::span<double> row = frame.add(series.identity);
    context_.hold(row.size());
    const bool never_falls = std::is_sorted(series.values.begin(), series.values.end());
    std::size_t first = 0;
    std::size_t end = 0;
    for (std::size_t i = 0; i < steps_.count; ++i) {
      Window window;
      window.never_falls = never_falls;
      window.end = ranges.end(steps_.at(i));
      window.start = window.end - ranges.range;
      while (end < series.times.size() && series.times[end] <= window.end) ++end;
      while (first < end && series.times[first] <= window.start) ++first;
      if (first == end) continue;
      window.times = series.times.subspan(first, end - first);
      window.values = series.values.subspan(first, end - first);
      row[i] = compute(window, i);
    }
  }
  return frame;
}

}  // namespace tocsin::query
