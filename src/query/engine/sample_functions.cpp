// Functions of each sample on its own, and of the calendar.
#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>

#include "query/engine/calls.h"

namespace tocsin::query {
namespace {

using Compute = double (*)(double);

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double sign(double value) {
  if (value > 0) return 1;
  if (value < 0) return -1;
  return value;
}

double degrees(double radians) { return radians * 180 / std::numbers::pi; }
double radians(double degrees) { return degrees * std::numbers::pi / 180; }

Compute computation(FunctionId id) {
  switch (id) {
    case FunctionId::Abs:
      return [](double v) { return std::abs(v); };
    case FunctionId::Acos:
      return [](double v) { return std::acos(v); };
    case FunctionId::Acosh:
      return [](double v) { return std::acosh(v); };
    case FunctionId::Asin:
      return [](double v) { return std::asin(v); };
    case FunctionId::Asinh:
      return [](double v) { return std::asinh(v); };
    case FunctionId::Atan:
      return [](double v) { return std::atan(v); };
    case FunctionId::Atanh:
      return [](double v) { return std::atanh(v); };
    case FunctionId::Ceil:
      return [](double v) { return std::ceil(v); };
    case FunctionId::Cos:
      return [](double v) { return std::cos(v); };
    case FunctionId::Cosh:
      return [](double v) { return std::cosh(v); };
    case FunctionId::Deg:
      return degrees;
    case FunctionId::Exp:
      return [](double v) { return std::exp(v); };
    case FunctionId::Floor:
      return [](double v) { return std::floor(v); };
    case FunctionId::Ln:
      return [](double v) { return std::log(v); };
    case FunctionId::Log10:
      return [](double v) { return std::log10(v); };
    case FunctionId::Log2:
      return [](double v) { return std::log2(v); };
    case FunctionId::Rad:
      return radians;
    case FunctionId::Sgn:
      return sign;
    case FunctionId::Sin:
      return [](double v) { return std::sin(v); };
    case FunctionId::Sinh:
      return [](double v) { return std::sinh(v); };
    case FunctionId::Sqrt:
      return [](double v) { return std::sqrt(v); };
    case FunctionId::Tan:
      return [](double v) { return std::tan(v); };
    case FunctionId::Tanh:
      return [](double v) { return std::tanh(v); };
    default:
      return nullptr;
  }
}

/// `compute` gets the value and the number of the step.
template <typename Function>
void compute_each(Frame& frame, const Function& compute) {
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    const auto row = frame.row(i);
    for (std::size_t step = 0; step < row.size(); ++step) {
      if (!is_absent(row[step])) row[step] = compute(row[step], step);
    }
  }
}

void clamp(Frame& frame, const Scalars& smallest, const Scalars& largest) {
  compute_each(frame, [&](double value, std::size_t step) {
    if (largest[step] < smallest[step]) return kAbsent;
    return larger(smallest[step], smaller(largest[step], value));
  });
}

void round(Frame& frame, const Scalars& to_nearest) {
  compute_each(frame, [&](double value, std::size_t step) {
    // The inverse is exact where the fraction (0.1) is not.
    const double inverse = 1 / to_nearest[step];
    return std::floor(value * inverse + 0.5) / inverse;
  });
}

/// NaN for what is no 64-bit number of seconds.
double date_part(FunctionId id, double value) {
  using namespace std::chrono;
  constexpr double kEnd = 9223372036854775808.0;  // 2^63
  if (!(value >= -kEnd && value < kEnd)) return kNaN;
  // The calendar comes again every 400 years, weekdays too; its own years end with 32767.
  constexpr std::int64_t kCycle = std::int64_t{146097} * 24 * 3600;
  const auto seconds_in_all = static_cast<std::int64_t>(value);
  const std::int64_t cycles = seconds_in_all / kCycle;
  const sys_seconds at{seconds{seconds_in_all % kCycle}};
  const sys_days day = floor<days>(at);
  const year_month_day date(day);
  switch (id) {
    case FunctionId::Minute:
      return static_cast<double>(floor<minutes>(at - day).count() % 60);
    case FunctionId::Hour:
      return static_cast<double>(floor<hours>(at - day).count());
    case FunctionId::DayOfWeek:
      return weekday(day).c_encoding();
    case FunctionId::DayOfMonth:
      return unsigned{date.day()};
    case FunctionId::DayOfYear:
      return static_cast<double>((day - sys_days(date.year() / January / 1)).count() + 1);
    case FunctionId::DaysInMonth:
      return unsigned{(date.year() / date.month() / last).day()};
    case FunctionId::Month:
      return unsigned{date.month()};
    default:
      return static_cast<double>(cycles * 400 + int{date.year()});
  }
}

}  // namespace

bool computes_samples(FunctionId id) {
  return computation(id) != nullptr || id == FunctionId::Clamp || id == FunctionId::ClampMin ||
         id == FunctionId::ClampMax || id == FunctionId::Round;
}

bool computes_dates(FunctionId id) {
  switch (id) {
    case FunctionId::Minute:
    case FunctionId::Hour:
    case FunctionId::DayOfWeek:
    case FunctionId::DayOfMonth:
    case FunctionId::DayOfYear:
    case FunctionId::DaysInMonth:
    case FunctionId::Month:
    case FunctionId::Year:
      return true;
    default:
      return false;
  }
}

Frame sample_call(Evaluation& evaluation, const Call& call) {
  Frame frame = evaluation.vector(*call.arguments[0]);
  frame.drop_histograms();
  const auto argument = [&](std::size_t i) { return evaluation.scalar(*call.arguments[i]); };
  const Scalars infinite(evaluation.steps().count, std::numeric_limits<double>::infinity());
  const Scalars minus_infinite(infinite.size(), -infinite[0]);
  switch (call.function->id) {
    case FunctionId::Clamp:
      clamp(frame, argument(1), argument(2));
      break;
    case FunctionId::ClampMin:
      clamp(frame, argument(1), infinite);
      break;
    case FunctionId::ClampMax:
      clamp(frame, minus_infinite, argument(1));
      break;
    case FunctionId::Round:
      round(frame, call.arguments.size() > 1 ? argument(1) : Scalars(infinite.size(), 1));
      break;
    default:
      compute_each(frame, [compute = computation(call.function->id)](double value, std::size_t) {
        return compute(value);
      });
  }
  evaluation.drop_names(frame);
  return frame;
}

Frame date_call(Evaluation& evaluation, const Call& call) {
  const FunctionId id = call.function->id;
  if (!call.arguments.empty()) {
    Frame frame = evaluation.vector(*call.arguments[0]);
    frame.drop_histograms();
    compute_each(frame, [id](double value, std::size_t) { return date_part(id, value); });
    evaluation.drop_names(frame);
    return frame;
  }
  const Steps& steps = evaluation.steps();
  Frame frame(steps.count);
  const std::span<double> row = frame.add({evaluation.context().keep(Labels())});
  for (std::size_t i = 0; i < steps.count; ++i) {
    row[i] = date_part(id, to_seconds(steps.at(i)));
  }
  return frame;
}

}  // namespace tocsin::query
