#include "query/engine/evaluation.h"

#include "query/engine/aggregation.h"
#include "query/syntax/functions.h"

namespace tocsin::query {

Scalars Evaluation::scalar(const Expr& given) {
  const Expr& expr = without_parentheses(given);
  if (const auto* literal = expr.as<NumberLiteral>()) return Scalars(steps_.count, literal->value);
  if (const auto* unary = expr.as<Unary>()) {
    Scalars values = scalar(*unary->expr);
    if (unary->negative) {
      for (double& value : values) value = -value;
    }
    return values;
  }
  if (const auto* binary = expr.as<Binary>()) {
    Scalars left = scalar(*binary->left);
    const Scalars right = scalar(*binary->right);
    for (std::size_t i = 0; i < left.size(); ++i) left[i] = apply(binary->op, left[i], right[i]);
    return left;
  }
  return scalar_call(*expr.as<Call>());
}

std::string Evaluation::text(const Expr& expr) {
  return without_parentheses(expr).as<StringLiteral>()->value;
}

Frame Evaluation::vector(const Expr& given) {
  const Expr& expr = without_parentheses(given);
  context_.check_cancelled();
  if (const auto* selector = expr.as<VectorSelector>()) return select(*selector);
  if (const auto* negation = expr.as<Unary>()) return unary(*negation);
  if (const auto* operation = expr.as<Binary>()) return binary(expr, *operation);
  if (const auto* aggregation = expr.as<Aggregation>()) return aggregate(*this, expr, *aggregation);
  return call(expr, *expr.as<Call>());
}

void Evaluation::drop_names(Frame& frame) {
  if (!context_.settings.delayed_name_removal) return remove_names(frame);
  for (Identity& identity : frame.series) identity.drops_name = true;
}

}  // namespace tocsin::query
