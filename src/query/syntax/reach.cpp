#include "query/syntax/reach.h"

#include <algorithm>
#include <cmath>

#include "query/syntax/duration_operator.h"

namespace tocsin::query {
namespace {

constexpr double kLongest = 365.0 * 24 * 3600;  // seconds

double seconds(const Expr& expr) {
  if (const auto* literal = expr.as<NumberLiteral>()) return literal->value;
  const auto* duration = expr.as<DurationExpr>();
  if (duration == nullptr || duration->right == nullptr) return 0;
  const double left = duration->left == nullptr ? 0 : seconds(*duration->left);
  return combined(duration->kind, left, seconds(*duration->right));
}

Duration length(const Length& length) {
  if (length.expression == nullptr) return length.literal;
  const double value = seconds(*length.expression);
  if (std::isnan(value)) return Duration{0};
  return Duration{static_cast<Duration::rep>(std::clamp(value, -kLongest, kLongest) * 1000)};
}

Duration reach(const Expr& expr, const Lookback& lookback);

Duration of_children(const Expr& expr, const Lookback& lookback) {
  Duration out{0};
  for_each_child(expr, [&](const Expr& child) { out = std::max(out, reach(child, lookback)); });
  return out;
}

/// Of a selector or subquery that looks back so far from where its modifiers put it.
Duration moved(const Modifiers& modifiers, Duration back) {
  if (modifiers.at_kind == AtKind::Timestamp) return Duration{0};
  return back + length(modifiers.offset);
}

Duration of_matrix(const MatrixSelector& matrix, const Lookback& lookback) {
  const auto& selector = *matrix.vector->as<VectorSelector>();
  const bool further = selector.anchored || selector.smoothed;
  const Duration more = further ? lookback.instant : Duration{0};
  return moved(selector.modifiers, length(matrix.range) + more);
}

Duration of_subquery(const Subquery& subquery, const Lookback& lookback) {
  Duration step = length(subquery.step);
  if (step == Duration{0}) step = lookback.default_step;
  const Duration inner = reach(*subquery.expr, lookback);
  return moved(subquery.modifiers, length(subquery.range) + step + inner);
}

/// May be negative, where the offset is.
Duration reach(const Expr& expr, const Lookback& lookback) {
  if (const auto* selector = expr.as<VectorSelector>()) {
    return moved(selector->modifiers, lookback.instant);
  }
  if (const auto* matrix = expr.as<MatrixSelector>()) return of_matrix(*matrix, lookback);
  if (const auto* inner = expr.as<Subquery>()) return of_subquery(*inner, lookback);
  return of_children(expr, lookback);
}

}  // namespace

Duration reach_of(const Expr& expr, const Lookback& lookback) {
  return std::max(Duration{0}, reach(expr, lookback));
}

}  // namespace tocsin::query
