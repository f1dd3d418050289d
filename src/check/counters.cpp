#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "check/finding.h"
#include "check/rule_lints.h"
#include "query/syntax/functions.h"

namespace tocsin::check {
namespace {

using query::Expr;
using query::FunctionId;

/// What is counted, when the name says that it only grows. "_total" alone does not: there are
/// totals of members, of drives that are offline, of memory.
constexpr std::array<std::string_view, 37> kGrowing = {
    "aborted", "attempts",  "calls",    "commits",    "crashes",    "deadlocks",    "downloads",
    "dropped", "drops",     "errors",   "evictions",  "exceptions", "failed",       "failures",
    "hits",    "logins",    "misses",   "operations", "packets",    "panics",       "queries",
    "reads",   "received",  "rejected", "rejections", "requests",   "responses",    "restarts",
    "retries", "rollbacks", "scrapes",  "sent",       "timeouts",   "transactions", "transmitted",
    "uploads", "writes"};

bool is_counter(std::string_view metric) {
  constexpr std::string_view kTotal = "_total";
  if (!metric.ends_with(kTotal)) return false;
  metric.remove_suffix(kTotal.size());
  const std::size_t last = metric.rfind('_');
  const std::string_view word = last == std::string_view::npos ? metric : metric.substr(last + 1);
  return std::find(kGrowing.begin(), kGrowing.end(), word) != kGrowing.end();
}

/// x == 0 asks whether something has ever happened.
bool is_zero(const Expr& expr) {
  const auto* number = query::without_parentheses(expr).as<query::NumberLiteral>();
  return number != nullptr && number->value == 0;
}

struct Selected {
  std::set<std::string> metrics;
  bool has_offset = false;
};

void collect(const Expr& expr, Selected& selected) {
  if (const auto* selector = expr.as<query::VectorSelector>()) {
    selected.metrics.insert(metric_of(*selector));
    const query::Length& offset = selector->modifiers.offset;
    selected.has_offset |= offset.literal != Duration{0} || offset.expression != nullptr;
  }
  query::for_each_child(expr, [&](const Expr& child) { collect(child, selected); });
}

Selected selected_in(const Expr& expr) {
  Selected selected;
  collect(expr, selected);
  return selected;
}

/// x_total - x_total offset 5m: an increase, done by hand.
bool compares_times(const query::Binary& binary) {
  const Selected left = selected_in(*binary.left);
  const Selected right = selected_in(*binary.right);
  return (left.has_offset || right.has_offset) && left.metrics == right.metrics;
}

class Walk {
 public:
  explicit Walk(const Report& report) : report_(report) {}

  /// `is_compared`: whether there is a series depends on the value.
  void at(const Expr& expr, bool is_compared) {
    if (const auto* selector = expr.as<query::VectorSelector>()) {
      if (is_compared && is_counter(metric_of(*selector))) raw(expr, metric_of(*selector));
    } else if (const auto* binary = expr.as<query::Binary>()) {
      of_binary(*binary, is_compared);
    } else if (const auto* call = expr.as<query::Call>()) {
      of_call(*call, is_compared);
    } else if (const auto* aggregation = expr.as<query::Aggregation>()) {
      at(*aggregation->expr, is_compared && !counts(aggregation->op));
    } else if (expr.as<query::MatrixSelector>() == nullptr &&
               expr.as<query::Subquery>() == nullptr) {
      query::for_each_child(expr, [&](const Expr& child) { at(child, is_compared); });
    }
  }

 private:
  static bool counts(query::Aggregator op) {
    return op == query::Aggregator::Count || op == query::Aggregator::Group;
  }

  void of_binary(const query::Binary& binary, bool is_compared) {
    if (compares_times(binary)) return;
    if (is_set_operator(binary.op)) {
      at(*binary.left, is_compared);
      at(*binary.right, is_compared && binary.op == query::Op::Or);
      return;
    }
    const bool asks_whether_ever =
        binary.op == query::Op::Equal && (is_zero(*binary.left) || is_zero(*binary.right));
    is_compared = is_compared || (is_comparison(binary.op) && !asks_whether_ever);
    at(*binary.left, is_compared);
    at(*binary.right, is_compared);
  }

  void of_call(const query::Call& call, bool is_compared) {
    switch (call.function->id) {
      case FunctionId::Absent:
      case FunctionId::Timestamp:
        return;
      case FunctionId::HistogramQuantile:
        if (const std::string metric = raw_buckets(*call.arguments[1]); !metric.empty()) {
          raw(*call.arguments[1], metric);
        }
        return;
      default:
        for (const query::ExprPtr& argument : call.arguments) at(*argument, is_compared);
    }
  }

  /// The metric of buckets that come as they are, summed up or not; or nothing.
  static std::string raw_buckets(const Expr& expr) {
    const Expr& inside = query::without_parentheses(expr);
    if (const auto* aggregation = inside.as<query::Aggregation>()) {
      return raw_buckets(*aggregation->expr);
    }
    const auto* selector = inside.as<query::VectorSelector>();
    const std::string metric = selector == nullptr ? "" : metric_of(*selector);
    return metric.ends_with("_bucket") ? metric : "";
  }

  void raw(const Expr& expr, std::string_view metric) {
    report_(kCounterRaw, expr.span.begin,
            fmt::format("{0} is a counter: it has counted since its process started; ask how fast "
                        "it grows, like rate({0}[5m]) or increase({0}[1h])",
                        metric));
  }

  const Report& report_;
};

}  // namespace

void check_counters(const Expr& expr, const Report& report) { Walk(report).at(expr, false); }

}  // namespace tocsin::check
