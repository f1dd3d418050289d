// PromQL in the values of a file: parsed when it is loaded, and refused where it stands.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "config/file.h"
#include "query/syntax/ast.h"

namespace tocsin::config {

/// Where a byte of the expression stands in the file.
using PlaceOf = std::function<Position(std::size_t byte)>;

/// The tree of an expression. Experimental syntax is taken: whether that works is for the source to
/// say, which evaluates. What is wrong goes to `file` with Prometheus' words and the line of the
/// expression; `what` begins the messages. Null after that.
query::ExprPtr read_expression(File& file, std::string_view text, const PlaceOf& place,
                               const std::string& what);

}  // namespace tocsin::config
