// Operators with a scalar on one side, signs, and the arithmetic itself.
#include <cmath>

#include <fmt/format.h>

#include "query/engine/evaluation.h"
#include "query/engine/matching.h"

namespace tocsin::query {

double apply(Op op, double left, double right) {
  switch (op) {
    case Op::Add:
      return left + right;
    case Op::Sub:
      return left - right;
    case Op::Mul:
      return left * right;
    case Op::Div:
      return left / right;
    case Op::Mod:
      return std::fmod(left, right);
    case Op::Pow:
      return std::pow(left, right);
    case Op::Atan2:
      return std::atan2(left, right);
    case Op::Equal:
      return left == right ? 1 : 0;
    case Op::NotEqual:
      return left != right ? 1 : 0;
    case Op::Less:
      return left < right ? 1 : 0;
    case Op::LessOrEqual:
      return left <= right ? 1 : 0;
    case Op::Greater:
      return left > right ? 1 : 0;
    case Op::GreaterOrEqual:
      return left >= right ? 1 : 0;
    default:
      break;  // set operators and those of histograms never get here
  }
  return kAbsent;
}

double apply_to_histograms(Context& context, const Expr& where, Op op, double left, double right) {
  const bool left_is = is_histogram(left);
  const bool right_is = is_histogram(right);
  if (left_is != right_is && op == Op::Mul) return kHistogram;
  if (left_is && !right_is && (op == Op::Div || needs_histogram(op))) return kHistogram;
  if (left_is && right_is &&
      (op == Op::Add || op == Op::Sub || op == Op::Equal || op == Op::NotEqual)) {
    throw HistogramsNotComputed(
        fmt::format("{} between native histograms is not computed yet", to_string(op)));
  }
  const auto kind = [](bool is) { return is ? "histogram" : "float"; };
  context.inform(where, fmt::format("incompatible sample types encountered for binary operator "
                                    "\"{}\": {} {} {}",
                                    to_string(op), kind(left_is), to_string(op), kind(right_is)));
  return kAbsent;
}

Frame Evaluation::unary(const Unary& unary) {
  Frame frame = vector(*unary.expr);
  if (!unary.negative) return frame;
  for (double& value : frame.values()) {
    if (is_histogram(value)) {
      value = kHistogram;
    } else if (!is_absent(value)) {
      value = -value;
    }
  }
  drop_names(frame);
  return frame;
}

Frame Evaluation::binary(const Expr& expr, const Binary& binary) {
  const bool left_is_scalar = type_of(*binary.left) == ValueType::Scalar;
  if (left_is_scalar || type_of(*binary.right) == ValueType::Scalar) {
    const Scalars scalars = scalar(left_is_scalar ? *binary.left : *binary.right);
    return with_scalar(expr, vector(left_is_scalar ? *binary.right : *binary.left), scalars,
                       left_is_scalar);
  }
  Frame left = vector(*binary.left);
  Frame right = vector(*binary.right);
  if (is_set_operator(binary.op)) return combine_sets(*this, binary, std::move(left), right);
  return match_vectors(*this, expr, std::move(left), std::move(right));
}

Frame Evaluation::with_scalar(const Expr& expr, Frame frame, const Scalars& scalar,
                              bool scalar_left) {
  const auto& binary = *expr.as<Binary>();
  const bool filters = is_comparison(binary.op) && !binary.returns_bool;
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    const std::span<double> row = frame.row(i);
    for (std::size_t step = 0; step < row.size(); ++step) {
      if (is_absent(row[step])) continue;
      if (is_histogram(row[step]) || needs_histogram(binary.op)) {
        row[step] = scalar_left
                        ? apply_to_histograms(context_, expr, binary.op, scalar[step], row[step])
                        : apply_to_histograms(context_, expr, binary.op, row[step], scalar[step]);
        continue;
      }
      const double value = scalar_left ? apply(binary.op, scalar[step], row[step])
                                       : apply(binary.op, row[step], scalar[step]);
      if (!filters) {
        row[step] = value;
      } else if (value == 0) {
        row[step] = kAbsent;
      }
    }
  }
  if (filters) {
    frame.drop_empty();
  } else if (!needs_histogram(binary.op)) {
    drop_names(frame);
  }
  return frame;
}

}  // namespace tocsin::query
