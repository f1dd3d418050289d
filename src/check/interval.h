// What values an expression's samples can have, as far as that is known without evaluating it.
#pragma once

#include <limits>
#include <string>

#include "query/syntax/ast.h"

namespace tocsin::check {

/// All values that are numbers lie in it, those that are not aside.
struct Interval {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;  ///< `low` itself is not among them
  bool high_open = false;
  bool may_be_nan = true;

  bool is_constant() const { return low == high && !low_open && !high_open && !may_be_nan; }
};

Interval constant(double value);
/// From low to high; NaN is possible.
Interval between(double low, double high);

/// `a op b` for an arithmetic operator.
Interval combine(query::Op op, const Interval& a, const Interval& b);
/// What stays of `a` after the filter `a op b`.
Interval filtered(query::Op op, const Interval& a, const Interval& b);
Interval hull(const Interval& a, const Interval& b);

/// The comparison is false for all values of both.
bool never(query::Op op, const Interval& a, const Interval& b);

/// The comparison with its sides exchanged: < becomes >.
query::Op mirrored(query::Op comparison);

/// "5", "at least 1", "from 0 to 23", "greater than 5", "any number".
std::string describe(const Interval& interval);

}  // namespace tocsin::check
