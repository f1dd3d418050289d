// Lengths of time in ranges, subqueries and offsets, computed ones too.
#include <cmath>

#include <fmt/format.h>

#include "query/engine/evaluation.h"
#include "query/syntax/duration_operator.h"

namespace tocsin::query {
namespace {

constexpr std::int64_t kLongest = std::int64_t{1000} * 365 * 24 * 3600 * 1000;  // ms: 1000 years

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
  return combined(expr.kind, seconds(*expr.left), right);
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

}  // namespace tocsin::query
