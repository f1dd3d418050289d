#include <fmt/format.h>

#include "check/finding.h"
#include "check/rule_lints.h"
#include "query/syntax/functions.h"

namespace tocsin::check {
namespace {

using query::FunctionId;

constexpr int kLeastScrapes = 4;  // one may fail, and samples are not exactly apart

/// Needs two samples to say anything.
bool needs_two_samples(FunctionId id) {
  switch (id) {
    case FunctionId::Delta:
    case FunctionId::Deriv:
    case FunctionId::Idelta:
    case FunctionId::Increase:
    case FunctionId::Irate:
    case FunctionId::PredictLinear:
    case FunctionId::Rate:
      return true;
    default:
      return false;
  }
}

void check_call(const query::Call& call, const Settings& settings, const Report& report) {
  if (!needs_two_samples(call.function->id)) return;
  const auto* matrix = query::without_parentheses(*call.arguments[0]).as<query::MatrixSelector>();
  if (matrix == nullptr || matrix->range.expression != nullptr) return;
  const Duration least = kLeastScrapes * settings.scrape_interval;
  if (matrix->range.literal >= least) return;
  report(kWindowShort, matrix->vector->span.begin,
         fmt::format("{}() over {} finds too few samples when they come every {}, and returns "
                     "nothing after a single scrape that failed; take at least {}",
                     call.function->name, format_duration(matrix->range.literal),
                     format_duration(settings.scrape_interval), format_duration(least)));
}

}  // namespace

void check_windows(const query::Expr& expr, const Settings& settings, const Report& report) {
  if (const auto* call = expr.as<query::Call>()) check_call(*call, settings, report);
  query::for_each_child(expr,
                        [&](const query::Expr& child) { check_windows(child, settings, report); });
}

}  // namespace tocsin::check
