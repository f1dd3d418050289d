#include "query/engine/aggregation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "model/text.h"
#include "query/engine/grouping.h"
#include "query/syntax/print.h"

namespace tocsin::query {
namespace {

struct Extreme {
  bool smallest = false;
  double value = std::numeric_limits<double>::quiet_NaN();
  void add(double next) {
    const bool better = smallest ? next < value : next > value;
    if (better || std::isnan(value)) value = next;
  }
  double result() const { return value; }
};

struct Count {
  double count = 0;
  void add(double) { ++count; }
  double result() const { return count; }
};

struct One {
  void add(double) {}
  double result() const { return 1; }
};

struct Deviation : Variance {
  double result() const { return std::sqrt(Variance::result()); }
};

template <typename Accumulator>
Frame reduce(Evaluation& evaluation, const Frame& frame, const Groups& groups,
             const Accumulator& empty) {
  const std::size_t steps = frame.steps();
  Frame out(steps);
  out.reserve(groups.identities.size());
  std::vector<Accumulator> row;
  for (std::size_t group = 0; group < groups.identities.size(); ++group) {
    const std::span<double> values = out.add(groups.identities[group]);
    evaluation.context().hold(steps);
    row.assign(steps, empty);
    for (const std::size_t member : groups.members[group]) {
      const auto from = frame.row(member);
      for (std::size_t i = 0; i < steps; ++i) {
        if (is_absent(from[i])) continue;
        row[i].add(from[i]);
        values[i] = 0;
      }
    }
    for (std::size_t i = 0; i < steps; ++i) {
      if (!is_absent(values[i])) values[i] = row[i].result();
    }
  }
  return out;
}

/// Where groups with native histograms have a result: one for each row, by step.
using Alone = std::vector<std::pair<std::size_t, std::size_t>>;

/// What sum and avg do with native histograms: where there are numbers in the group, too, it has no
/// result; where there is only one, that is the result.
Alone settle_histograms(Context& context, const Expr& where, Frame& frame, const Groups& groups) {
  Alone alone;
  if (!frame.has_histograms) return alone;
  for (std::size_t group = 0; group < groups.members.size(); ++group) {
    for (std::size_t step = 0; step < frame.steps(); ++step) {
      std::size_t numbers = 0;
      std::size_t histograms = 0;
      for (const std::size_t member : groups.members[group]) {
        const double value = frame.row(member)[step];
        ++(is_histogram(value) ? histograms : numbers);
        if (is_absent(value)) --numbers;
      }
      if (histograms == 0) continue;
      if (numbers > 0) {
        context.warn(where, "encountered a mix of histograms and floats for aggregation");
      } else if (histograms > 1) {
        refuse_histogram(frame.series[groups.members[group][0]]);
      } else {
        alone.emplace_back(group, step);
      }
      for (const std::size_t member : groups.members[group]) frame.row(member)[step] = kAbsent;
    }
  }
  return alone;
}

template <typename Accumulator>
Frame reduce_numbers(Evaluation& evaluation, const Expr& where, Frame& frame, const Groups& groups,
                     const Accumulator& empty) {
  const Alone alone = settle_histograms(evaluation.context(), where, frame, groups);
  Frame out = reduce(evaluation, frame, groups, empty);
  for (const auto& [group, step] : alone) out.row(group)[step] = kHistogram;
  out.has_histograms = !alone.empty();
  return out;
}

void warn_of_quantiles(Evaluation& evaluation, const Expr& parameter, const Scalars& quantiles) {
  // Of the worst ones only: there may be as many as steps.
  const auto isnan = [](double q) { return std::isnan(q); };
  if (std::any_of(quantiles.begin(), quantiles.end(), isnan)) {
    warn_of_quantile(evaluation, parameter, std::numeric_limits<double>::quiet_NaN());
  }
  const auto [smallest, largest] = std::minmax_element(quantiles.begin(), quantiles.end(),
                                                       [](double a, double b) { return a < b; });
  for (const double q : {*largest, *smallest}) {
    if (q > 1 || q < 0) warn_of_quantile(evaluation, parameter, q);
  }
}

Frame quantiles(Evaluation& evaluation, const Frame& frame, const Groups& groups,
                const Scalars& parameter) {
  Frame out(frame.steps());
  std::vector<double> values;
  for (std::size_t group = 0; group < groups.identities.size(); ++group) {
    const std::span<double> row = out.add(groups.identities[group]);
    evaluation.context().hold(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      values.clear();
      for (const std::size_t member : groups.members[group]) {
        if (!is_absent(frame.row(member)[i])) values.push_back(frame.row(member)[i]);
      }
      if (!values.empty()) row[i] = quantile(parameter[i], values);
    }
  }
  return out;
}

/// How many values count_values() finds in one group, by their text. The label with the text is
/// there before the series are grouped: it takes the place of one of that name, and `without` it
/// they are one.
Frame count_values(Evaluation& evaluation, const Frame& frame, const Aggregation& aggregation) {
  const std::string label = evaluation.text(*aggregation.parameter);
  if (label.empty() || !is_utf8(label)) {
    throw EvaluationError(fmt::format("invalid label name {}", quote(label)));
  }
  std::vector<std::string> names = aggregation.grouping;
  const bool named = std::erase(names, label) > 0;
  if (aggregation.without) names.push_back(label);
  const Groups groups = group_series(evaluation.context(), frame, names, aggregation.without);
  const bool shown = !(aggregation.without && named);

  Frame out(frame.steps());
  for (std::size_t group = 0; group < groups.identities.size(); ++group) {
    std::map<std::string, std::size_t> row_of;
    for (const std::size_t member : groups.members[group]) {
      for (std::size_t i = 0; i < frame.steps(); ++i) {
        const double value = frame.row(member)[i];
        if (is_absent(value)) continue;
        const auto [found, is_new] =
            row_of.emplace(shown ? format_number(value) : std::string(), out.series.size());
        if (is_new) {
          Labels labels = groups.identities[group].copy();
          if (shown) labels.set(label, found->first);
          out.add({evaluation.context().keep(std::move(labels)), false,
                   groups.identities[group].drops_name});
          evaluation.context().hold(frame.steps());
        }
        double& count = out.row(found->second)[i];
        count = is_absent(count) ? 1 : count + 1;
      }
    }
  }
  return out;
}

bool ignores_histograms(Aggregator op) {
  return op == Aggregator::Min || op == Aggregator::Max || op == Aggregator::Stddev ||
         op == Aggregator::Stdvar || op == Aggregator::Quantile;
}

}  // namespace

void warn_of_quantile(Evaluation& evaluation, const Expr& parameter, double q) {
  if (q >= 0 && q <= 1) return;
  evaluation.context().warn(
      parameter, fmt::format("quantile value should be between 0 and 1, got {}", go_number(q)));
}

Frame aggregate(Evaluation& evaluation, const Expr& expr, const Aggregation& aggregation) {
  Frame frame = evaluation.vector(*aggregation.expr);
  const Expr& where = *aggregation.expr;
  if (aggregation.op == Aggregator::CountValues) {
    refuse_histograms(frame);
    return count_values(evaluation, frame, aggregation);
  }
  const Groups groups =
      group_series(evaluation.context(), frame, aggregation.grouping, aggregation.without);
  if (ignores_histograms(aggregation.op)) {
    ignore_histograms(evaluation.context(), where, aggregation.op, frame);
  }
  const auto reduced = [&](const auto& empty) { return reduce(evaluation, frame, groups, empty); };
  switch (aggregation.op) {
    case Aggregator::Sum:
      return reduce_numbers(evaluation, where, frame, groups, Sum());
    case Aggregator::Avg:
      return reduce_numbers(evaluation, where, frame, groups, Mean());
    case Aggregator::Count:
      return reduced(Count());
    case Aggregator::Group:
      return reduced(One());
    case Aggregator::Min:
      return reduced(Extreme{true});
    case Aggregator::Max:
      return reduced(Extreme{false});
    case Aggregator::Stdvar:
      return reduced(Variance());
    case Aggregator::Stddev:
      return reduced(Deviation());
    case Aggregator::Quantile: {
      const Scalars parameter = evaluation.scalar(*aggregation.parameter);
      warn_of_quantiles(evaluation, *aggregation.parameter, parameter);
      return quantiles(evaluation, frame, groups, parameter);
    }
    default:
      return choose(evaluation, expr, aggregation, std::move(frame), groups);
  }
}

}  // namespace tocsin::query
