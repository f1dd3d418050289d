// How far back an expression looks.
#pragma once

#include "query/syntax/ast.h"

namespace tocsin::query {

/// What an expression looks back for a sample, and what subqueries without a step have as one.
struct Lookback {
  Duration instant = std::chrono::minutes{5};
  Duration default_step = std::chrono::minutes{1};
};

/// From the instant of the evaluation to the oldest sample that the expression may look at: ranges,
/// offsets, lookback and subqueries added up. Not negative. A selector with @ and a fixed time is
/// left out, as it reaches further every day. What is computed (step(), range() are 0) counts as
/// computed, a year at most.
Duration reach_of(const Expr& expr, const Lookback& lookback = {});

}  // namespace tocsin::query
