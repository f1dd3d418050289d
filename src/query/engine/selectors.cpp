// Instant and range selectors, and subqueries.
#include <algorithm>

#include <fmt/format.h>

#include "query/engine/evaluation.h"
#include "query/engine/extended.h"
#include "query/engine/shared_work.h"
#include "query/engine/windows.h"

namespace tocsin::query {
namespace {

Timestamp timestamp(std::int64_t milliseconds) { return Timestamp(Duration(milliseconds)); }

/// Whether all series have the same name, and nothing else that goes with it.
bool have_one_name(const VectorSelector& selector, const Selection& selection) {
  return std::any_of(selector.matchers.begin(), selector.matchers.end(),
                     [](const Matcher& matcher) {
                       return matcher.name() == kMetricName && matcher.op() == MatchOp::Equal;
                     }) &&
         std::none_of(selection.series.begin(), selection.series.end(),
                      [](const auto& series) { return has_metadata_beside_name(*series.labels); });
}

[[noreturn]] void refuse_as_info(const Labels& labels) {
  throw EvaluationError(
      fmt::format("this should be an info metric, with float samples: {}", labels.to_string()));
}

/// Columns without staleness markers.
RangeSeries without_stale(Context& context, const SeriesView& series) {
  RangeSeries out{
      {series.labels, false}, series.times, series.values, series.has_histograms, series.starts};
  if (std::none_of(series.values.begin(), series.values.end(), is_absent)) return out;
  std::vector<std::int64_t> times;
  std::vector<double> values;
  std::vector<std::int64_t> starts;
  for (std::size_t i = 0; i < series.times.size(); ++i) {
    if (is_absent(series.values[i])) continue;
    times.push_back(series.times[i]);
    values.push_back(series.values[i]);
    if (!series.starts.empty()) starts.push_back(series.starts[i]);
  }
  if (!starts.empty()) out.starts = context.keep(std::move(starts));
  out.times = context.keep(std::move(times));
  out.values = context.keep(std::move(values));
  return out;
}

/// Only the samples in (after, until].
SeriesView cut(const SeriesView& series, std::int64_t after, std::int64_t until) {
  // Often it is all of them, which the first and the last one tell.
  auto begin = series.times.begin();
  auto end = series.times.end();
  if (begin != end && *begin <= after) begin = std::upper_bound(begin, end, after);
  if (begin != end && *(end - 1) > until) end = std::upper_bound(begin, end, until);
  const auto from = static_cast<std::size_t>(begin - series.times.begin());
  const auto count = static_cast<std::size_t>(end - begin);
  SeriesView out = series;
  out.times = series.times.subspan(from, count);
  out.values = series.values.subspan(from, count);
  if (!series.starts.empty()) out.starts = series.starts.subspan(from, count);
  return out;
}

}  // namespace

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

Frame Evaluation::select(const VectorSelector& selector, Give give) {
  if (selector.smoothed) return smoothed(selector);
  const std::int64_t offset = length(selector.modifiers.offset);
  const std::optional<std::int64_t> at = fixed_time(selector.modifiers);
  const std::int64_t first = at.value_or(steps_.start) - offset;
  const std::int64_t last = at.value_or(steps_.last()) - offset;
  const std::int64_t lookback = context_.settings.lookback.count();
  const Timestamp after = timestamp(first - lookback + 1);
  const Selection& selection = context_.keep(
      first == last ? context_.storage.latest(selector.matchers, after, timestamp(last))
                    : context_.storage.select(selector.matchers, after, timestamp(last)));

  Frame frame(steps_.count);
  frame.same_name = have_one_name(selector, selection);
  frame.reserve(selection.series.size());
  for (const SeriesView& whole : selection.series) {
    const SeriesView series = cut(whole, first - lookback, last);
    if (series.times.empty()) continue;
    frame.has_histograms |= series.has_histograms && give == Give::Values;
    const std::span<double> row = frame.add({series.labels, false});
    context_.hold(row.size());
    std::size_t next = 0;  // the first sample after the step
    for (std::size_t i = 0; i < steps_.count; ++i) {
      const std::int64_t instant = at.value_or(steps_.at(i)) - offset;
      while (next < series.times.size() && series.times[next] <= instant) ++next;
      if (next == 0 || series.times[next - 1] <= instant - lookback) continue;
      const double value = series.values[next - 1];
      if (is_absent(value)) continue;
      if (give == Give::TimesOfNumbers && is_histogram(value)) refuse_as_info(*series.labels);
      row[i] = give == Give::Values ? value : to_seconds(series.times[next - 1]);
    }
  }
  frame.drop_empty();
  return frame;
}

Frame Evaluation::smoothed(const VectorSelector& selector) {
  Ranges ranges;
  ranges.extension = Extension::Smoothed;
  ranges.lookback = context_.settings.lookback.count();
  ranges.offset = length(selector.modifiers.offset);
  ranges.at = fixed_time(selector.modifiers);
  select_windows(selector, ranges);
  return over_windows(*this, ranges, {}, [](const Window& window, std::size_t) {
    return value_between(window, window.end);
  });
}

void Evaluation::select_windows(const VectorSelector& selector, Ranges& ranges) {
  const std::int64_t after = ranges.end(steps_.start) - ranges.range - ranges.before();
  const std::int64_t until = ranges.end(steps_.last()) + ranges.after();
  const Selection& selection = context_.keep(
      context_.storage.select(selector.matchers, timestamp(after + 1), timestamp(until)));
  ranges.same_name = have_one_name(selector, selection);
  ranges.series.reserve(selection.series.size());
  for (const SeriesView& whole : selection.series) {
    const SeriesView series = cut(whole, after, until);
    context_.hold(series.times.size());
    RangeSeries columns = without_stale(context_, series);
    if (!columns.times.empty()) ranges.series.push_back(columns);
  }
}

Ranges Evaluation::select_ranges(const MatrixSelector& matrix) {
  const auto& selector = *matrix.vector->as<VectorSelector>();
  Ranges ranges;
  ranges.range = positive_length(matrix.range);
  ranges.offset = length(selector.modifiers.offset);
  ranges.at = fixed_time(selector.modifiers);
  ranges.lookback = context_.settings.lookback.count();
  if (selector.anchored) ranges.extension = Extension::Anchored;
  if (selector.smoothed) ranges.extension = Extension::Smoothed;
  select_windows(selector, ranges);
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
    ranges.series.push_back({frame.series[i], context_.keep(std::move(times)),
                             context_.keep(std::move(values)), frame.has_histograms});
  }
  return ranges;
}

Ranges Evaluation::ranges(const Expr& given) {
  const Expr& expr = without_parentheses(given);
  if (const auto* matrix = expr.as<MatrixSelector>()) {
    SharedWork* const work = shared();
    if (work == nullptr || !work->is_shared(expr)) return select_ranges(*matrix);
    if (const Ranges* known = work->ranges(expr, context_)) return *known;
    Ranges ranges = select_ranges(*matrix);
    work->put(expr, ranges, context_);
    return ranges;
  }
  return subquery(*expr.as<Subquery>());
}

}  // namespace tocsin::query
