// From the text of a PromQL expression to its tree.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "query/syntax/ast.h"

namespace tocsin::query {

struct ParseOptions {
  /// What Prometheus hides behind feature flags: experimental functions, limitk and limit_ratio,
  /// duration expressions, anchored and smoothed, fill.
  bool experimental = false;
};

/// With Prometheus' wording, without its "1:5: parse error: ".
struct ParseError {
  Span where;
  std::string message;
};

/// "1:5: parse error: …", line and column (in bytes) from 1, as Prometheus prints it.
std::string to_string(const ParseError& error, std::string_view text);

struct Parsed {
  ExprPtr expr;                    ///< null when there are errors
  std::vector<ParseError> errors;  ///< the first one is the one that Prometheus prints
};

inline constexpr std::size_t kMaxExpression = std::size_t{1} << 20;  ///< bytes
/// Levels of the tree: what walks it may call itself as often.
inline constexpr std::uint32_t kMaxDepth = 1000;

/// Parses and checks the types.
Parsed parse_expression(std::string_view text, const ParseOptions& options = {});

/// `name{matchers}`, as in `match[]`. Throws Error with to_string(ParseError).
Matchers parse_selector(std::string_view text);

}  // namespace tocsin::query
