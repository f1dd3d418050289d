// absent and absent_over_time: the labels come from the selector's text.
#include <algorithm>
#include <set>

#include "query/engine/extended.h"
#include "query/engine/windows.h"

namespace tocsin::query {
namespace {

const VectorSelector* selector_of(const Expr& given) {
  const Expr& expr = without_parentheses(given);
  if (const auto* matrix = expr.as<MatrixSelector>()) return matrix->vector->as<VectorSelector>();
  return expr.as<VectorSelector>();
}

/// What the selector says with = about labels that it mentions once.
Labels labels_of(const Expr& expr) {
  Labels labels;
  const VectorSelector* selector = selector_of(expr);
  if (selector == nullptr) return labels;
  std::set<std::string> seen;
  for (const Matcher& matcher : selector->matchers) {
    if (matcher.name() == kMetricName) continue;
    const bool first = matcher.op() == MatchOp::Equal && seen.insert(matcher.name()).second;
    if (first) {
      labels.set(matcher.name(), matcher.value());
    } else {
      labels.erase(matcher.name());
    }
  }
  labels.drop_empty();
  return labels;
}

Frame where_absent(Evaluation& evaluation, const Frame& frame, const Expr& argument) {
  std::vector<char> present(frame.steps(), 0);
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    const auto row = frame.row(i);
    for (std::size_t step = 0; step < row.size(); ++step) {
      if (!is_absent(row[step])) present[step] = 1;
    }
  }
  Frame out(frame.steps());
  const std::span<double> row = out.add({evaluation.context().keep(labels_of(argument))});
  for (std::size_t step = 0; step < row.size(); ++step) {
    if (present[step] == 0) row[step] = 1;
  }
  out.drop_empty();
  return out;
}

}  // namespace

Frame absent(Evaluation& evaluation, const Call& call) {
  return where_absent(evaluation, evaluation.vector(*call.arguments[0]), *call.arguments[0]);
}

Frame absent_over_time(Evaluation& evaluation, const Call& call) {
  check_extension(call);
  const Ranges ranges = evaluation.ranges(*call.arguments[0]);
  const Frame present =
      over_windows(evaluation, ranges, {}, [](const Window&, std::size_t) { return 1.0; });
  return where_absent(evaluation, present, *call.arguments[0]);
}

}  // namespace tocsin::query
