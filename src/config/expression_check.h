// What can be said about a PromQL expression without understanding all of it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin::config {

struct ExpressionProblem {
  std::size_t offset = 0;  ///< in bytes, where to look
  std::string message;
};

/// Finds what no expression can have: nothing in it, strings and brackets without an end, an
/// operator at its end, and functions of ranges (rate, …) without a range. Comments are skipped.
/// Never complains about an expression that Prometheus takes, unless 10,000 brackets nest in it.
std::optional<ExpressionProblem> check_expression(std::string_view text);

}  // namespace tocsin::config
