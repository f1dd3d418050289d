// What Prometheus refuses before it evaluates anything.
#pragma once

#include <string_view>
#include <vector>

#include "query/syntax/parse.h"

namespace tocsin::query {

/// Notes what is wrong with the types, and completes the tree: set operators match many to many,
/// and operators with a scalar match nothing. `text` is the expression's.
void check_types(Expr& expr, std::string_view text, std::vector<ParseError>& errors);

}  // namespace tocsin::query
