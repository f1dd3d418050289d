#include "query/engine/evaluation.h"

#include "query/engine/aggregation.h"
#include "query/engine/shared_work.h"
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

SharedWork* Evaluation::shared() const {
  const bool is_whole =
      steps_.count == 1 && steps_.start == context_.whole.start && context_.whole.count == 1;
  return is_whole ? context_.settings.shared : nullptr;
}

Frame Evaluation::vector(const Expr& given) {
  const Expr& expr = without_parentheses(given);
  context_.check_cancelled();
  SharedWork* const work = shared();
  if (work == nullptr || !work->is_shared(expr)) return compute_vector(expr);
  if (const Frame* known = work->frame(expr, context_)) return *known;
  Frame frame = compute_vector(expr);
  work->put(expr, frame, context_);
  return frame;
}

Frame Evaluation::compute_vector(const Expr& expr) {
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
