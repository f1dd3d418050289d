// The functions called *_over_time. Within query/engine only.
#pragma once

#include "query/engine/evaluation.h"
#include "query/syntax/functions.h"

namespace tocsin::query {

/// Null for another function, and for those that take a parameter.
double (*over_time(FunctionId id))(const Window&);

Frame quantile_over_time(Evaluation& evaluation, const Call& call);

}  // namespace tocsin::query
