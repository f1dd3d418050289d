#include "check/interval.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "query/syntax/print.h"

namespace tocsin::check {
namespace {

using query::Op;

bool holds(Op op, double a, double b) {
  switch (op) {
    case Op::Equal:
      return a == b;
    case Op::NotEqual:
      return a != b;
    case Op::Less:
      return a < b;
    case Op::LessOrEqual:
      return a <= b;
    case Op::Greater:
      return a > b;
    default:
      return a >= b;
  }
}

double computed(Op op, double a, double b) {
  switch (op) {
    case Op::Add:
      return a + b;
    case Op::Sub:
      return a - b;
    case Op::Mul:
      return a * b;
    case Op::Div:
      return a / b;
    case Op::Mod:
      return std::fmod(a, b);
    case Op::Pow:
      return std::pow(a, b);
    default:
      return std::atan2(a, b);
  }
}

/// For operators that are monotonic in both sides: the outermost results are those of the ends.
Interval of_ends(Op op, const Interval& a, const Interval& b) {
  const std::array ends = {computed(op, a.low, b.low), computed(op, a.low, b.high),
                           computed(op, a.high, b.low), computed(op, a.high, b.high)};
  if (std::any_of(ends.begin(), ends.end(), [](double end) { return std::isnan(end); })) return {};
  return between(*std::min_element(ends.begin(), ends.end()),
                 *std::max_element(ends.begin(), ends.end()));
}

/// Whether some value of `a` is less than some value of `b`.
bool can_be_less(const Interval& a, const Interval& b) { return a.low < b.high; }

bool can_be_at_most(const Interval& a, const Interval& b) {
  return a.low < b.high || (a.low == b.high && !a.low_open && !b.high_open);
}

void raise_low(Interval& interval, double low, bool open) {
  if (low < interval.low) return;
  interval.low_open = open || (low == interval.low && interval.low_open);
  interval.low = low;
}

void lower_high(Interval& interval, double high, bool open) {
  if (high > interval.high) return;
  interval.high_open = open || (high == interval.high && interval.high_open);
  interval.high = high;
}

}  // namespace

Interval constant(double value) {
  if (std::isnan(value)) return {};
  return {value, value, false, false, false};
}

Interval between(double low, double high) { return {low, high, false, false, true}; }

Interval combine(Op op, const Interval& a, const Interval& b) {
  if (a.is_constant() && b.is_constant()) return constant(computed(op, a.low, b.low));
  const bool divides_by_zero = op == Op::Div && b.low <= 0 && b.high >= 0;
  const bool is_monotonic = op == Op::Add || op == Op::Sub || op == Op::Mul || op == Op::Div;
  return is_monotonic && !divides_by_zero ? of_ends(op, a, b) : Interval{};
}

Interval filtered(Op op, const Interval& a, const Interval& b) {
  Interval result = a;
  if (op != Op::NotEqual) result.may_be_nan = false;
  if (op == Op::Equal || op == Op::Greater || op == Op::GreaterOrEqual) {
    raise_low(result, b.low, b.low_open || op == Op::Greater);
  }
  if (op == Op::Equal || op == Op::Less || op == Op::LessOrEqual) {
    lower_high(result, b.high, b.high_open || op == Op::Less);
  }
  return result;
}

Interval hull(const Interval& a, const Interval& b) {
  Interval result{std::min(a.low, b.low), std::max(a.high, b.high), false, false,
                  a.may_be_nan || b.may_be_nan};
  result.low_open = (a.low > result.low || a.low_open) && (b.low > result.low || b.low_open);
  result.high_open = (a.high < result.high || a.high_open) && (b.high < result.high || b.high_open);
  return result;
}

bool never(Op op, const Interval& a, const Interval& b) {
  if (a.is_constant() && b.is_constant()) return !holds(op, a.low, b.low);
  switch (op) {
    case Op::Equal:
      return !can_be_at_most(a, b) || !can_be_at_most(b, a);
    case Op::Less:
      return !can_be_less(a, b);
    case Op::LessOrEqual:
      return !can_be_at_most(a, b);
    case Op::Greater:
      return !can_be_less(b, a);
    case Op::GreaterOrEqual:
      return !can_be_at_most(b, a);
    default:
      return false;
  }
}

Op mirrored(Op comparison) {
  switch (comparison) {
    case Op::Less:
      return Op::Greater;
    case Op::LessOrEqual:
      return Op::GreaterOrEqual;
    case Op::Greater:
      return Op::Less;
    case Op::GreaterOrEqual:
      return Op::LessOrEqual;
    default:
      return comparison;
  }
}

std::string describe(const Interval& interval) {
  const std::string low = query::format_number(interval.low);
  const std::string high = query::format_number(interval.high);
  if (interval.low == interval.high) return low;
  if (std::isinf(interval.low) && std::isinf(interval.high)) return "any number";
  const std::string least =
      fmt::format("{} {}", interval.low_open ? "greater than" : "at least", low);
  const std::string most = fmt::format("{} {}", interval.high_open ? "less than" : "at most", high);
  if (std::isinf(interval.high)) return least;
  if (std::isinf(interval.low)) return most;
  if (!interval.low_open && !interval.high_open) return fmt::format("from {} to {}", low, high);
  return least + " and " + most;
}

}  // namespace tocsin::check
