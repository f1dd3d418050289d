// Trees as text in which nothing is left to precedence, for the tests of query/syntax.
#pragma once

#include <string>

#include "query/syntax/parse.h"

namespace tocsin::query {

/// (+ a (* b c)), (- x), (sum by (job) x) …; selectors and literals as they are printed.
std::string shape(const Expr& expr);

/// The shape of a text with the experimental parts of the language, or its first error as
/// Prometheus prints it.
std::string shape_of(std::string_view text);

/// The first error of a text, with or without the experimental parts; empty when it is right.
std::string error_of(std::string_view text, bool experimental = false);

}  // namespace tocsin::query
