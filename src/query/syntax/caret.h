// Shows a person where in an expression something is.
#pragma once

#include <string>
#include <string_view>

#include "query/syntax/ast.h"

namespace tocsin::query {

/// Two lines, each with `indent` before it and a line break behind it: the line of the text where
/// the span begins, and carets under as much of the span as stands on that line (one where it is
/// empty or at the end of the text). A long line is cut around the place; what could harm a
/// terminal (control characters, malformed bytes) is shown as "?", a tab as a blank.
std::string point_at(std::string_view text, Span where, std::string_view indent = "    ");

}  // namespace tocsin::query
