// The two grammars of matchers, for the parser that chooses between them. They are given UTF-8.
#pragma once

#include <optional>
#include <string_view>

#include "model/matcher.h"

namespace tocsin {

/// Any number of matchers; braces are optional, each for itself. Throws Error.
Matchers parse_classic_list(std::string_view text);
/// One matcher; a comma is part of its value. Throws Error.
Matcher parse_classic_one(std::string_view text);

/// Any number of matchers, in braces or without any. Throws Error with the column.
Matchers parse_utf8_list(std::string_view text);

/// Reads `=`, `!=`, `=~` or `!~` at the front, if one is there.
std::optional<MatchOp> take_operator(std::string_view& rest);

}  // namespace tocsin
