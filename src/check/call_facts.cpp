#include "check/call_facts.h"

#include <algorithm>
#include <limits>

#include "query/syntax/functions.h"

namespace tocsin::check {
namespace {

using query::Aggregator;
using query::Expr;
using query::FunctionId;
using query::ValueType;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Strings are always written out.
std::string text_of(const Expr& argument) {
  const auto* literal = query::without_parentheses(argument).as<query::StringLiteral>();
  return literal == nullptr ? "" : literal->value;
}

/// The first argument that has series; null when there is none.
const Known* series_of(const query::Call& call, const std::vector<Known>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const ValueType type = type_of(*call.arguments[i]);
    if (type == ValueType::Vector || type == ValueType::Matrix) return &arguments[i];
  }
  return nullptr;
}

LabelFacts absent_labels(const Expr& argument) {
  const Expr* selector = &query::without_parentheses(argument);
  if (const auto* matrix = selector->as<query::MatrixSelector>()) selector = matrix->vector.get();
  const auto* vector = selector->as<query::VectorSelector>();
  return vector == nullptr ? no_labels() : of_absent(vector->matchers);
}

LabelFacts labels_of(const query::Call& call, const std::vector<Known>& arguments) {
  const Known* series = series_of(call, arguments);
  if (series == nullptr || call.function->returns == ValueType::Scalar) return no_labels();
  switch (call.function->id) {
    case FunctionId::Absent:
    case FunctionId::AbsentOverTime:
      return absent_labels(*call.arguments[0]);
    case FunctionId::HistogramQuantile:
    case FunctionId::HistogramFraction:
      return without(series->labels, {"le"});
    case FunctionId::HistogramQuantiles:
      return with_unknown(without(series->labels, {"le"}), text_of(*call.arguments[1]));
    case FunctionId::LabelReplace:
    case FunctionId::LabelJoin:
      return with_unknown(series->labels, text_of(*call.arguments[1]));
    case FunctionId::Info:
      return {};
    default:
      return series->labels;
  }
}

Interval clamped(const query::Call& call, const std::vector<Known>& arguments) {
  const FunctionId id = call.function->id;
  Interval result = arguments[0].values;
  if (id != FunctionId::ClampMax) {
    const Interval& least = arguments[1].values;
    result = between(std::max(result.low, least.low), std::max(result.high, least.high));
  }
  if (id != FunctionId::ClampMin) {
    const Interval& most = arguments[id == FunctionId::Clamp ? 2 : 1].values;
    result = between(std::min(result.low, most.low), std::min(result.high, most.high));
  }
  return result;
}

/// Of the functions of dates, and others whose values are within fixed bounds.
Interval bounds_of(FunctionId id) {
  switch (id) {
    case FunctionId::Absent:
    case FunctionId::AbsentOverTime:
    case FunctionId::PresentOverTime:
      return constant(1);
    case FunctionId::CountOverTime:
      return between(1, kInfinity);
    case FunctionId::Abs:
    case FunctionId::Changes:
    case FunctionId::Exp:
    case FunctionId::Resets:
    case FunctionId::Sqrt:
    case FunctionId::StddevOverTime:
    case FunctionId::StdvarOverTime:
      return between(0, kInfinity);
    case FunctionId::Sgn:
      return between(-1, 1);
    case FunctionId::Hour:
      return between(0, 23);
    case FunctionId::Minute:
      return between(0, 59);
    case FunctionId::DayOfWeek:
      return between(0, 6);
    case FunctionId::DayOfMonth:
      return between(1, 31);
    case FunctionId::DayOfYear:
      return between(1, 366);
    case FunctionId::DaysInMonth:
      return between(28, 31);
    case FunctionId::Month:
      return between(1, 12);
    default:
      return {};
  }
}

Interval values_of(const query::Call& call, const std::vector<Known>& arguments) {
  switch (call.function->id) {
    case FunctionId::Vector:
    case FunctionId::LabelReplace:
    case FunctionId::LabelJoin:
    case FunctionId::Sort:
    case FunctionId::SortDesc:
    case FunctionId::SortByLabel:
    case FunctionId::SortByLabelDesc:
      return arguments[0].values;
    case FunctionId::Clamp:
    case FunctionId::ClampMin:
    case FunctionId::ClampMax:
      return clamped(call, arguments);
    default:
      return bounds_of(call.function->id);
  }
}

}  // namespace

Known called(const query::Call& call, const std::vector<Known>& arguments) {
  return {labels_of(call, arguments), values_of(call, arguments)};
}

LabelFacts aggregated_labels(const query::Aggregation& aggregation, const LabelFacts& inner) {
  switch (aggregation.op) {
    case Aggregator::Topk:
    case Aggregator::Bottomk:
    case Aggregator::Limitk:
    case Aggregator::LimitRatio:
      return inner;  // they choose among series
    default:
      break;
  }
  LabelFacts result = aggregation.without ? without(inner, aggregation.grouping)
                                          : only(inner, aggregation.grouping);
  if (aggregation.op == Aggregator::CountValues) {
    result = with_unknown(result, text_of(*aggregation.parameter));
  }
  return result;
}

Interval aggregated_values(const query::Aggregation& aggregation, const Known& inner) {
  switch (aggregation.op) {
    case Aggregator::Count:
    case Aggregator::CountValues:
      return between(1, kInfinity);
    case Aggregator::Group:
      return constant(1);
    case Aggregator::Stddev:
    case Aggregator::Stdvar:
      return between(0, kInfinity);
    case Aggregator::Sum:
      return inner.values.low >= 0 ? between(inner.values.low, kInfinity) : Interval{};
    case Aggregator::Quantile:
      return {};  // of 2 it is infinite
    case Aggregator::Avg: {
      Interval average = inner.values;
      average.may_be_nan = true;  // +Inf and -Inf
      return average;
    }
    default:
      return inner.values;
  }
}

}  // namespace tocsin::check
