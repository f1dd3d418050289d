#include "query/syntax/functions.h"

#include <algorithm>
#include <array>

namespace tocsin::query {
namespace {

using enum ValueType;

constexpr std::array kMatrix = {Matrix};
constexpr std::array kScalar = {Scalar};
constexpr std::array kVector = {Vector};
constexpr std::array kMatrixScalar = {Matrix, Scalar};
constexpr std::array kScalarMatrix = {Scalar, Matrix};
constexpr std::array kScalarScalar = {Scalar, Scalar};
constexpr std::array kScalarVector = {Scalar, Vector};
constexpr std::array kVectorScalar = {Vector, Scalar};
constexpr std::array kVectorString = {Vector, String};
constexpr std::array kVectorVector = {Vector, Vector};
constexpr std::array kMatrixScalarScalar = {Matrix, Scalar, Scalar};
constexpr std::array kScalarScalarVector = {Scalar, Scalar, Vector};
constexpr std::array kVectorScalarScalar = {Vector, Scalar, Scalar};
constexpr std::array kVectorStringScalarScalar = {Vector, String, Scalar, Scalar};
constexpr std::array kVectorStringStringString = {Vector, String, String, String};
constexpr std::array kVectorStringStringStringString = {Vector, String, String, String, String};

constexpr bool kExperimental = true;

// Sorted by name.
constexpr std::array kFunctions = {
    Function{FunctionId::Abs, "abs", kVector},
    Function{FunctionId::Absent, "absent", kVector},
    Function{FunctionId::AbsentOverTime, "absent_over_time", kMatrix},
    Function{FunctionId::Acos, "acos", kVector},
    Function{FunctionId::Acosh, "acosh", kVector},
    Function{FunctionId::Asin, "asin", kVector},
    Function{FunctionId::Asinh, "asinh", kVector},
    Function{FunctionId::Atan, "atan", kVector},
    Function{FunctionId::Atanh, "atanh", kVector},
    Function{FunctionId::AvgOverTime, "avg_over_time", kMatrix},
    Function{FunctionId::Ceil, "ceil", kVector},
    Function{FunctionId::Changes, "changes", kMatrix},
    Function{FunctionId::Clamp, "clamp", kVectorScalarScalar},
    Function{FunctionId::ClampMax, "clamp_max", kVectorScalar},
    Function{FunctionId::ClampMin, "clamp_min", kVectorScalar},
    Function{FunctionId::Cos, "cos", kVector},
    Function{FunctionId::Cosh, "cosh", kVector},
    Function{FunctionId::CountOverTime, "count_over_time", kMatrix},
    Function{FunctionId::DayOfMonth, "day_of_month", kVector, 1},
    Function{FunctionId::DayOfWeek, "day_of_week", kVector, 1},
    Function{FunctionId::DayOfYear, "day_of_year", kVector, 1},
    Function{FunctionId::DaysInMonth, "days_in_month", kVector, 1},
    Function{FunctionId::Deg, "deg", kVector},
    Function{FunctionId::Delta, "delta", kMatrix},
    Function{FunctionId::Deriv, "deriv", kMatrix},
    Function{FunctionId::DoubleExponentialSmoothing, "double_exponential_smoothing",
             kMatrixScalarScalar, 0, Vector, kExperimental},
    Function{FunctionId::End, "end", {}, 0, Scalar, kExperimental},
    Function{FunctionId::Exp, "exp", kVector},
    Function{FunctionId::FirstOverTime, "first_over_time", kMatrix, 0, Vector, kExperimental},
    Function{FunctionId::Floor, "floor", kVector},
    Function{FunctionId::HistogramAvg, "histogram_avg", kVector},
    Function{FunctionId::HistogramCount, "histogram_count", kVector},
    Function{FunctionId::HistogramFraction, "histogram_fraction", kScalarScalarVector},
    Function{FunctionId::HistogramQuantile, "histogram_quantile", kScalarVector},
    Function{FunctionId::HistogramQuantiles, "histogram_quantiles", kVectorStringScalarScalar, 9,
             Vector, kExperimental},
    Function{FunctionId::HistogramStddev, "histogram_stddev", kVector},
    Function{FunctionId::HistogramStdvar, "histogram_stdvar", kVector},
    Function{FunctionId::HistogramSum, "histogram_sum", kVector},
    Function{FunctionId::Hour, "hour", kVector, 1},
    Function{FunctionId::Idelta, "idelta", kMatrix},
    Function{FunctionId::Increase, "increase", kMatrix},
    Function{FunctionId::Info, "info", kVectorVector, 1, Vector, kExperimental},
    Function{FunctionId::Irate, "irate", kMatrix},
    Function{FunctionId::LabelJoin, "label_join", kVectorStringStringString, -1},
    Function{FunctionId::LabelReplace, "label_replace", kVectorStringStringStringString},
    Function{FunctionId::LastOverTime, "last_over_time", kMatrix},
    Function{FunctionId::Ln, "ln", kVector},
    Function{FunctionId::Log10, "log10", kVector},
    Function{FunctionId::Log2, "log2", kVector},
    Function{FunctionId::MadOverTime, "mad_over_time", kMatrix, 0, Vector, kExperimental},
    Function{FunctionId::MaxOf, "max_of", kScalarScalar, 0, Scalar, kExperimental},
    Function{FunctionId::MaxOverTime, "max_over_time", kMatrix},
    Function{FunctionId::MinOf, "min_of", kScalarScalar, 0, Scalar, kExperimental},
    Function{FunctionId::MinOverTime, "min_over_time", kMatrix},
    Function{FunctionId::Minute, "minute", kVector, 1},
    Function{FunctionId::Month, "month", kVector, 1},
    Function{FunctionId::Pi, "pi", {}, 0, Scalar},
    Function{FunctionId::PredictLinear, "predict_linear", kMatrixScalar},
    Function{FunctionId::PresentOverTime, "present_over_time", kMatrix},
    Function{FunctionId::QuantileOverTime, "quantile_over_time", kScalarMatrix},
    Function{FunctionId::Rad, "rad", kVector},
    Function{FunctionId::Range, "range", {}, 0, Scalar, kExperimental},
    Function{FunctionId::Rate, "rate", kMatrix},
    Function{FunctionId::Resets, "resets", kMatrix},
    Function{FunctionId::Round, "round", kVectorScalar, 1},
    Function{FunctionId::Scalar, "scalar", kVector, 0, Scalar},
    Function{FunctionId::Sgn, "sgn", kVector},
    Function{FunctionId::Sin, "sin", kVector},
    Function{FunctionId::Sinh, "sinh", kVector},
    Function{FunctionId::Sort, "sort", kVector},
    Function{FunctionId::SortByLabel, "sort_by_label", kVectorString, -1, Vector, kExperimental},
    Function{FunctionId::SortByLabelDesc, "sort_by_label_desc", kVectorString, -1, Vector,
             kExperimental},
    Function{FunctionId::SortDesc, "sort_desc", kVector},
    Function{FunctionId::Sqrt, "sqrt", kVector},
    Function{FunctionId::Start, "start", {}, 0, Scalar, kExperimental},
    Function{FunctionId::StddevOverTime, "stddev_over_time", kMatrix},
    Function{FunctionId::StdvarOverTime, "stdvar_over_time", kMatrix},
    Function{FunctionId::Step, "step", {}, 0, Scalar, kExperimental},
    Function{FunctionId::SumOverTime, "sum_over_time", kMatrix},
    Function{FunctionId::Tan, "tan", kVector},
    Function{FunctionId::Tanh, "tanh", kVector},
    Function{FunctionId::Time, "time", {}, 0, Scalar},
    Function{FunctionId::Timestamp, "timestamp", kVector},
    Function{FunctionId::TsOfFirstOverTime, "ts_of_first_over_time", kMatrix, 0, Vector,
             kExperimental},
    Function{FunctionId::TsOfLastOverTime, "ts_of_last_over_time", kMatrix, 0, Vector,
             kExperimental},
    Function{FunctionId::TsOfMaxOverTime, "ts_of_max_over_time", kMatrix, 0, Vector, kExperimental},
    Function{FunctionId::TsOfMinOverTime, "ts_of_min_over_time", kMatrix, 0, Vector, kExperimental},
    Function{FunctionId::Vector, "vector", kScalar},
    Function{FunctionId::Year, "year", kVector, 1},
};

}  // namespace

const Function* find_function(std::string_view name) {
  const auto* found = std::lower_bound(
      kFunctions.begin(), kFunctions.end(), name,
      [](const Function& function, std::string_view wanted) { return function.name < wanted; });
  return found != kFunctions.end() && found->name == name ? &*found : nullptr;
}

std::span<const Function> all_functions() { return kFunctions; }

}  // namespace tocsin::query
