// Which function is computed where, and those that are numbers or nearly so.
#include "query/engine/calls.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace tocsin::query {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Frame numbers(Frame frame) {
  frame.drop_histograms();
  return frame;
}

/// The value of the only sample at each step; NaN where there is none or more than one.
Scalars only_value(const Frame& frame) {
  Scalars values(frame.steps(), kAbsent);
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    const auto row = frame.row(i);
    for (std::size_t step = 0; step < row.size(); ++step) {
      if (!is_absent(row[step])) values[step] = is_absent(values[step]) ? row[step] : kNaN;
    }
  }
  for (double& value : values) {
    if (is_absent(value)) value = kNaN;
  }
  return values;
}

Frame as_vector(const Scalars& values, Context& context) {
  Frame frame(values.size());
  const std::span<double> row = frame.add({context.keep(Labels())});
  std::copy(values.begin(), values.end(), row.begin());
  return frame;
}

Scalars times_of(const Steps& steps) {
  Scalars times(steps.count);
  for (std::size_t i = 0; i < times.size(); ++i) times[i] = to_seconds(steps.at(i));
  return times;
}

Frame timestamp(Evaluation& evaluation, const Expr& argument) {
  const auto* selector = without_parentheses(argument).as<VectorSelector>();
  Frame frame =
      selector != nullptr ? evaluation.select(*selector, Give::Times) : evaluation.vector(argument);
  if (selector == nullptr) {
    frame.has_histograms = false;  // they have times as well
    const Scalars times = times_of(evaluation.steps());
    for (std::size_t i = 0; i < frame.series.size(); ++i) {
      const auto row = frame.row(i);
      for (std::size_t step = 0; step < row.size(); ++step) {
        if (!is_absent(row[step])) row[step] = times[step];
      }
    }
  }
  evaluation.drop_names(frame);
  return frame;
}

}  // namespace

double smaller(double a, double b) {
  if (a == -kInfinity || b == -kInfinity) return -kInfinity;
  if (std::isnan(a) || std::isnan(b)) return kNaN;
  if (a == 0 && b == 0) return std::signbit(a) ? a : b;
  return a < b ? a : b;
}

double larger(double a, double b) {
  if (a == kInfinity || b == kInfinity) return kInfinity;
  if (std::isnan(a) || std::isnan(b)) return kNaN;
  if (a == 0 && b == 0) return std::signbit(a) ? b : a;
  return a > b ? a : b;
}

Scalars Evaluation::scalar_call(const Call& call) {
  const Steps& whole = context_.whole;
  switch (call.function->id) {
    case FunctionId::Pi:
      return Scalars(steps_.count, std::numbers::pi);
    case FunctionId::Time:
      return times_of(steps_);
    case FunctionId::Start:
      return Scalars(steps_.count, to_seconds(whole.start));
    case FunctionId::End:
      return Scalars(steps_.count, to_seconds(whole.last()));
    case FunctionId::Range:
      return Scalars(steps_.count, to_seconds(whole.last() - whole.start));
    case FunctionId::Step:
      return Scalars(steps_.count, to_seconds(whole.interval));
    case FunctionId::Scalar:
      return only_value(numbers(vector(*call.arguments[0])));
    default:
      break;
  }
  Scalars values = scalar(*call.arguments[0]);
  const Scalars others = scalar(*call.arguments[1]);
  const auto choose = call.function->id == FunctionId::MinOf ? smaller : larger;
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = choose(values[i], others[i]);
  return values;
}

Frame Evaluation::call(const Expr& expr, const Call& call) {
  const FunctionId id = call.function->id;
  if (computes_samples(id)) return sample_call(*this, call);
  if (computes_windows(id)) return window_call(*this, call);
  if (computes_dates(id)) return date_call(*this, call);
  if (reads_histograms(id)) return histogram_call(*this, call);
  if (sorts(id)) return sort_call(*this, expr, call);
  switch (id) {
    case FunctionId::Absent:
      return absent(*this, call);
    case FunctionId::AbsentOverTime:
      return absent_over_time(*this, call);
    case FunctionId::Info:
      return info_call(*this, call);
    case FunctionId::LabelJoin:
      return label_join(*this, call);
    case FunctionId::LabelReplace:
      return label_replace(*this, call);
    case FunctionId::Timestamp:
      return timestamp(*this, *call.arguments[0]);
    default:
      break;
  }
  return as_vector(scalar(*call.arguments[0]), context_);  // vector()
}

}  // namespace tocsin::query
