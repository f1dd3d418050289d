// Operators between two instant vectors. Within query/engine only.
#pragma once

#include "query/engine/evaluation.h"

namespace tocsin::query {

/// and, or, unless
Frame combine_sets(Evaluation& evaluation, const Binary& binary, Frame left, const Frame& right);

/// Arithmetic and comparisons: one to one, many to one, one to many.
/// REQUIRES: the expression is a Binary.
Frame match_vectors(Evaluation& evaluation, const Expr& expr, Frame left, Frame right);

}  // namespace tocsin::query
