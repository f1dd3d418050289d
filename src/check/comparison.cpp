#include <algorithm>

#include <fmt/format.h>

#include "check/finding.h"
#include "check/rule_lints.h"
#include "query/syntax/functions.h"

namespace tocsin::check {
namespace {

using query::Expr;

/// Whether the values decide if there is a series, so far as it is seen; recorded series (and
/// ALERTS) may have been filtered where they were recorded.
bool is_filtered_before(const query::VectorSelector& selector) {
  const std::string metric = metric_of(selector);
  return metric.empty() || metric.find(':') != std::string::npos || metric.starts_with("ALERTS");
}

bool filters(const Expr& expr) {
  if (const auto* binary = expr.as<query::Binary>()) {
    if (is_set_operator(binary->op) && binary->op != query::Op::Or) return true;
    if (is_comparison(binary->op) && !binary->returns_bool) return true;
  } else if (const auto* call = expr.as<query::Call>()) {
    const query::FunctionId id = call->function->id;
    if (id == query::FunctionId::Absent || id == query::FunctionId::AbsentOverTime) return true;
  } else if (const auto* selector = expr.as<query::VectorSelector>()) {
    return is_filtered_before(*selector);
  }
  bool found = false;
  query::for_each_child(expr, [&](const Expr& child) { found = found || filters(child); });
  return found;
}

bool has_selector(const Expr& expr) {
  bool found = expr.as<query::VectorSelector>() != nullptr;
  query::for_each_child(expr, [&](const Expr& child) { found = found || has_selector(child); });
  return found;
}

bool has_bool(const Expr& expr) {
  const auto* binary = expr.as<query::Binary>();
  bool found = binary != nullptr && binary->returns_bool;
  query::for_each_child(expr, [&](const Expr& child) { found = found || has_bool(child); });
  return found;
}

}  // namespace

std::string metric_of(const query::VectorSelector& selector) {
  for (const Matcher& matcher : selector.matchers) {
    if (matcher.name() == kMetricName && matcher.op() == MatchOp::Equal) return matcher.value();
  }
  return "";
}

void check_comparison(const rule::Rule& rule, const Report& report) {
  const Expr& expr = *rule.parsed;
  if (rule.kind != rule::Kind::Alerting || filters(expr) || !has_selector(expr)) return;
  const std::string_view remedy =
      has_bool(expr) ? "a comparison with \"bool\" returns 0 or 1 and keeps every series; leave "
                       "\"bool\" out, or compare the whole with == 1"
                     : "compare it with something, like \"> 0\"";
  report(kNoComparison, query::without_parentheses(expr).span.begin,
         fmt::format("this alert fires for every series that the expression returns, whatever its "
                     "value: {}",
                     remedy));
}

}  // namespace tocsin::check
