// The functions called *_over_time. Within query/engine only.
#pragma once

#include "query/engine/evaluation.h"
#include "query/syntax/functions.h"

namespace tocsin::query {

/// Whether it is one of them, and takes no parameter.
bool is_over_time(FunctionId id);
Frame over_time(Evaluation& evaluation, const Ranges& ranges, const WindowRule& rule,
                FunctionId id);

Frame quantile_over_time(Evaluation& evaluation, const Call& call);

}  // namespace tocsin::query
