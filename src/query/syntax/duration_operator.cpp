#include "query/syntax/duration_operator.h"

#include <algorithm>
#include <cmath>

namespace tocsin::query {

double combined(DurationExpr::Kind kind, double left, double right) {
  using Kind = DurationExpr::Kind;
  switch (kind) {
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
    case Kind::MaxOf:
      return std::max(left, right);
    default:
      return left + right;
  }
}

}  // namespace tocsin::query
