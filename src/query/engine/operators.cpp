// Operators with a scalar on one side, signs, and the arithmetic itself.
#include <cmath>

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

Frame Evaluation::unary(const Unary& unary) {
  Frame frame = vector(*unary.expr);
  if (!unary.negative) return frame;
  for (double& value : frame.values()) {
    if (!is_absent(value)) value = -value;
  }
  drop_names(frame);
  return frame;
}

Frame Evaluation::binary(const Binary& binary) {
  if (binary.op == Op::TrimUpper || binary.op == Op::TrimLower) {
    throw EvaluationError("native histograms are not computed yet");
  }
  const bool left_is_scalar = type_of(*binary.left) == ValueType::Scalar;
  if (left_is_scalar || type_of(*binary.right) == ValueType::Scalar) {
    const Scalars scalars = scalar(left_is_scalar ? *binary.left : *binary.right);
    return with_scalar(binary, vector(left_is_scalar ? *binary.right : *binary.left), scalars,
                       left_is_scalar);
  }
  Frame left = vector(*binary.left);
  Frame right = vector(*binary.right);
  if (is_set_operator(binary.op)) return combine_sets(*this, binary, std::move(left), right);
  return match_vectors(*this, binary, std::move(left), std::move(right));
}

Frame Evaluation::with_scalar(const Binary& binary, Frame frame, const Scalars& scalar,
                              bool scalar_left) {
  const bool filters = is_comparison(binary.op) && !binary.returns_bool;
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    const std::span<double> row = frame.row(i);
    for (std::size_t step = 0; step < row.size(); ++step) {
      if (is_absent(row[step])) continue;
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
  } else {
    drop_names(frame);
  }
  return frame;
}

}  // namespace tocsin::query
