// The functions of PromQL: what they take and give.
//
// Source: Prometheus 3.x, promql/parser/functions.go and docs "Query functions".
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "query/syntax/ast.h"

namespace tocsin::query {

enum class FunctionId : std::uint8_t {
  Abs,
  Absent,
  AbsentOverTime,
  Acos,
  Acosh,
  Asin,
  Asinh,
  Atan,
  Atanh,
  AvgOverTime,
  Ceil,
  Changes,
  Clamp,
  ClampMax,
  ClampMin,
  Cos,
  Cosh,
  CountOverTime,
  DaysInMonth,
  DayOfMonth,
  DayOfWeek,
  DayOfYear,
  Deg,
  Delta,
  Deriv,
  DoubleExponentialSmoothing,
  End,
  Exp,
  FirstOverTime,
  Floor,
  HistogramAvg,
  HistogramCount,
  HistogramFraction,
  HistogramQuantile,
  HistogramQuantiles,
  HistogramStddev,
  HistogramStdvar,
  HistogramSum,
  Hour,
  Idelta,
  Increase,
  Info,
  Irate,
  LabelJoin,
  LabelReplace,
  LastOverTime,
  Ln,
  Log10,
  Log2,
  MadOverTime,
  MaxOf,
  MaxOverTime,
  MinOf,
  MinOverTime,
  Minute,
  Month,
  Pi,
  PredictLinear,
  PresentOverTime,
  QuantileOverTime,
  Rad,
  Range,
  Rate,
  Resets,
  Round,
  Scalar,
  Sgn,
  Sin,
  Sinh,
  Sort,
  SortByLabel,
  SortByLabelDesc,
  SortDesc,
  Sqrt,
  Start,
  StddevOverTime,
  StdvarOverTime,
  Step,
  SumOverTime,
  Tan,
  Tanh,
  Time,
  Timestamp,
  TsOfFirstOverTime,
  TsOfLastOverTime,
  TsOfMaxOverTime,
  TsOfMinOverTime,
  Vector,
  Year
};

struct Function {
  FunctionId id;
  std::string_view name;
  std::span<const ValueType> arguments;
  /// How many arguments more than (or, when the last one is optional, including) those listed: 0
  /// none, n up to n more after all but the last, -1 any number.
  int variadic = 0;
  ValueType returns = ValueType::Vector;
  bool experimental = false;
};

/// Null for a name that is no function.
const Function* find_function(std::string_view name);
std::span<const Function> all_functions();

}  // namespace tocsin::query
