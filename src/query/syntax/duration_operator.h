// What the operators of computed lengths of time do.
#pragma once

#include "query/syntax/ast.h"

namespace tocsin::query {

/// Of two lengths in seconds. Division by zero is infinite, or no number: who cares has to look
/// first. REQUIRES: a kind that has two sides.
double combined(DurationExpr::Kind kind, double left, double right);

}  // namespace tocsin::query
