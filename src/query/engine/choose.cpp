// topk, bottomk, limitk and limit_ratio.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "query/engine/grouping.h"

namespace tocsin::query {
namespace {

using Rows = std::vector<std::size_t>;

bool is_ratio(const Aggregation& aggregation) { return aggregation.op == Aggregator::LimitRatio; }

/// Of how many are wanted.
void check_counts(const Scalars& counts) {
  constexpr double kLimit = 9223372036854774784.0;  // the last one before 2^63
  if (std::all_of(counts.begin(), counts.end(), [](double count) { return count < 1; })) return;
  for (const double count : counts) {
    if (std::isnan(count)) throw EvaluationError("Parameter value is NaN");
  }
  const auto [smallest, largest] = std::minmax_element(counts.begin(), counts.end());
  if (*smallest < -kLimit) {
    throw EvaluationError(fmt::format("Scalar value {} underflows int64", go_number(*smallest)));
  }
  if (*largest >= kLimit) {
    throw EvaluationError(fmt::format("Scalar value {} overflows int64", go_number(*largest)));
  }
}

/// How many are wanted at a step; at most `most`.
std::size_t wanted(double parameter, std::size_t most) {
  if (parameter < 1) return 0;
  return std::min(most, static_cast<std::size_t>(parameter));
}

/// Whether `a` comes before `b`; NaN comes last.
bool precedes(double a, double b, bool largest) {
  if (std::isnan(a) || std::isnan(b)) return !std::isnan(a) && std::isnan(b);
  return largest ? a > b : a < b;
}

/// The series' place between 0 and 1, the same at every time.
double place_of(const Identity& identity) {
  return static_cast<double>(identity.copy().fingerprint()) /
         static_cast<double>(std::numeric_limits<std::uint64_t>::max());
}

/// Warns of the smallest and of the largest, and caps all of them.
void check_ratios(Evaluation& evaluation, const Expr& parameter, Scalars& ratios) {
  for (const double ratio : ratios) {
    if (std::isnan(ratio)) throw EvaluationError("Ratio value is NaN");
  }
  const auto [smallest, largest] = std::minmax_element(ratios.begin(), ratios.end());
  for (const double ratio : {*largest, *smallest}) {
    const double capped = std::clamp(ratio, -1.0, 1.0);
    if (capped == ratio) continue;
    evaluation.context().warn(
        parameter, fmt::format("ratio value should be between -1 and 1, got {}, capping to {}",
                               go_number(ratio), go_number(capped)));
  }
  for (double& ratio : ratios) ratio = std::clamp(ratio, -1.0, 1.0);
}

class Chooser {
 public:
  Chooser(Evaluation& evaluation, const Aggregation& aggregation, const Frame& frame)
      : op_(aggregation.op), frame_(frame), parameter_(evaluation.scalar(*aggregation.parameter)) {
    if (!is_ratio(aggregation)) {
      check_counts(parameter_);
      return;
    }
    check_ratios(evaluation, *aggregation.parameter, parameter_);
    for (const Identity& identity : frame.series) places_.push_back(place_of(identity));
  }

  /// Leaves those of the rows that are chosen at the step.
  void choose(Rows& present, std::size_t step) const {
    if (op_ == Aggregator::LimitRatio) {
      const double ratio = parameter_[step];
      std::erase_if(present, [&](std::size_t row) {
        return !(ratio >= 0 ? places_[row] < ratio : places_[row] >= 1 + ratio);
      });
      return;
    }
    const std::size_t count = wanted(parameter_[step], present.size());
    if (op_ != Aggregator::Limitk) {
      const bool largest = op_ == Aggregator::Topk;
      std::stable_sort(present.begin(), present.end(), [&](std::size_t a, std::size_t b) {
        return precedes(frame_.row(a)[step], frame_.row(b)[step], largest);
      });
    }
    present.resize(count);
  }

 private:
  Aggregator op_;
  const Frame& frame_;
  Scalars parameter_;
  std::vector<double> places_;
};

}  // namespace

Frame choose(Evaluation& evaluation, const Expr& expr, const Aggregation& aggregation, Frame frame,
             const Groups& groups) {
  if (aggregation.op == Aggregator::Topk || aggregation.op == Aggregator::Bottomk) {
    ignore_histograms(evaluation.context(), expr, aggregation.op, frame);
  }
  Frame out(frame.steps());
  out.same_name = frame.same_name;
  out.has_histograms = frame.has_histograms;
  const Chooser chooser(evaluation, aggregation, frame);
  std::vector<std::size_t> row_of(frame.series.size(), frame.series.size());
  Rows present;
  for (const Rows& members : groups.members) {
    for (std::size_t step = 0; step < frame.steps(); ++step) {
      present.clear();
      for (const std::size_t member : members) {
        if (!is_absent(frame.row(member)[step])) present.push_back(member);
      }
      chooser.choose(present, step);
      for (const std::size_t member : present) {
        if (row_of[member] == frame.series.size()) {
          row_of[member] = out.series.size();
          out.add(frame.series[member]);
          evaluation.context().hold(frame.steps());
        }
        out.row(row_of[member])[step] = frame.row(member)[step];
      }
    }
  }
  return out;
}

}  // namespace tocsin::query
