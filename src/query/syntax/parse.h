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
  ExprPtr expr;  ///< null when there are errors
  /// The first one is the one that Prometheus prints.
  std::vector<ParseError> errors;
};

inline constexpr std::size_t kMaxExpression = std::size_t{1} << 20;  ///< bytes
/// Levels of the tree: what walks it may call itself as often.
inline constexpr std::uint32_t kMaxDepth = 1000;
/// Instructions of all regular expressions together, beyond four for each of their letters: they
/// take some tenths of a second to compile.
inline constexpr std::size_t kMaxRegexSize = 500'000;
inline constexpr std::size_t kMaxErrors = 20;     ///< further ones are not kept
inline constexpr std::size_t kMaxMessage = 1000;  ///< code points; longer ones are cut

/// Within query/syntax only.
void add_error(std::vector<ParseError>& errors, Span where, const std::string& message);

/// Parses and checks the types.
Parsed parse_expression(std::string_view text, const ParseOptions& options = {});

/// `name{matchers}`, as in `match[]`. Throws Error with to_string(ParseError).
Matchers parse_selector(std::string_view text);

}  // namespace tocsin::query
