// Expressions as text. What is printed parses back to an equal tree.
#pragma once

#include <string>
#include <unordered_map>

#include "query/syntax/ast.h"

namespace tocsin::query {

/// On one line, as Prometheus prints expressions in its API: matchers are sorted.
std::string to_string(const Expr& expr);

/// Lines of at most 100 characters where the expression can be broken, two blanks for each level.
/// Source of the layout: Prometheus' formatter (`promtool promql format`).
std::string pretty(const Expr& expr);

/// A number as PromQL writes it: no exponent, +Inf, -Inf, NaN.
std::string format_number(double value);

// What both printers write. Within query/syntax only.

/// An expression on one line, and which part of it each of its nodes is.
struct Place {
  std::size_t begin = 0, end = 0;
};
using Places = std::unordered_map<const Expr*, Place>;
struct Printed {
  std::string line;
  Places places;
};
Printed print(const Expr& expr);

std::string print_matching(const Binary& binary);
std::string print_aggregator(const Aggregation& aggregation);

}  // namespace tocsin::query
