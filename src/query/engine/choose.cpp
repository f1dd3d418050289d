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

std::size_t wanted(double parameter) {
  return parameter < 1 ? 0 : static_cast<std::size_t>(parameter);
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

 private:
  bool sorts() const { return op_ == Aggregator::Topk || op_ == Aggregator::Bottomk; }

  /// Whether row `a` comes before row `b`; of equals, the one that was there first.
  auto order_at(std::size_t step) const {
    return [this, step](std::size_t a, std::size_t b) {
      const bool largest = op_ == Aggregator::Topk;
      const double x = frame_.row(a)[step];
      const double y = frame_.row(b)[step];
      return precedes(x, y, largest) || (!precedes(y, x, largest) && a < b);
    };
  }

 public:
  /// Those of the rows that are chosen at each step, in order. REQUIRES: rows ascend.
  void choose(const Rows& members, std::vector<Rows>& chosen) const {
    for (Rows& rows : chosen) rows.clear();
    for (const std::size_t member : members) {
      const auto row = frame_.row(member);
      for (std::size_t step = 0; step < row.size(); ++step) {
        if (!is_absent(row[step])) offer(chosen[step], member, step);
      }
    }
    if (!sorts()) return;
    for (std::size_t step = 0; step < chosen.size(); ++step) {
      std::sort_heap(chosen[step].begin(), chosen[step].end(), order_at(step));
    }
  }

 private:
  /// `chosen` are the best so far: a heap with the worst of them in front.
  void offer(Rows& chosen, std::size_t row, std::size_t step) const {
    const double parameter = parameter_[step];
    if (op_ == Aggregator::LimitRatio) {
      const bool taken = parameter >= 0 ? places_[row] < parameter : places_[row] >= 1 + parameter;
      if (taken) chosen.push_back(row);
      return;
    }
    if (chosen.size() < wanted(parameter)) {
      chosen.push_back(row);
      if (sorts()) std::push_heap(chosen.begin(), chosen.end(), order_at(step));
    } else if (sorts() && !chosen.empty() && order_at(step)(row, chosen.front())) {
      std::pop_heap(chosen.begin(), chosen.end(), order_at(step));
      chosen.back() = row;
      std::push_heap(chosen.begin(), chosen.end(), order_at(step));
    }
  }

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
  std::vector<Rows> chosen(frame.steps());
  for (const Rows& members : groups.members) {
    chooser.choose(members, chosen);
    for (std::size_t step = 0; step < chosen.size(); ++step) {
      for (const std::size_t member : chosen[step]) {
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
