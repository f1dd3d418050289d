// Quantiles and shares of classic histograms, whose buckets are series with a label `le`.
//
// Source: Prometheus, promql/quantile.go. Native histograms are refused.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "model/literal.h"
#include "query/engine/aggregation.h"
#include "query/engine/calls.h"
#include "query/engine/grouping.h"
#include "query/engine/histogram.h"
#include "query/syntax/print.h"

namespace tocsin::query {
namespace {

constexpr std::string_view kBound = "le";

struct BucketRow {
  double upper = 0;
  std::size_t row = 0;
};

/// The rows of one histogram, by their upper bounds.
struct HistogramRows {
  Identity identity;  ///< without le
  std::vector<BucketRow> buckets;
};

bool parse_bound(std::string_view text, double& out) {
  const bool negative = text.starts_with('-');
  const std::string_view magnitude = text.substr(negative || text.starts_with('+') ? 1 : 0);
  if (magnitude == "Inf" || magnitude == "inf") {
    out = negative ? -std::numeric_limits<double>::infinity()
                   : std::numeric_limits<double>::infinity();
    return true;
  }
  return parse_float(magnitude, negative, out);
}

/// At the end of a note: the metric's name, unless it is going to be dropped at once.
std::string for_metric(const Context& context, const Identity& identity) {
  const std::string_view name = identity.get(kMetricName);
  if (name.empty() || !context.settings.delayed_name_removal) return {};
  return fmt::format(" for metric name \"{}\"", name);
}

/// `argument` is for the place in warnings.
std::vector<HistogramRows> collect(Evaluation& evaluation, const Frame& frame,
                                   const Expr& argument) {
  Context& context = evaluation.context();
  // The name tells histograms apart as long as it is only going to be dropped.
  std::vector<std::string> ignored{std::string(kBound)};
  SignatureIndex index(Signature(std::move(ignored), false, context.settings.delayed_name_removal));
  std::vector<HistogramRows> histograms;
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    const Identity& identity = frame.series[i];
    double upper = 0;
    if (!parse_bound(identity.get(kBound), upper)) {
      context.warn(argument, fmt::format("bucket label \"le\" is missing or has a malformed value "
                                         "of \"{}\"{}",
                                         identity.get(kBound), for_metric(context, identity)));
      continue;
    }
    const std::size_t number = index.number(identity);
    if (number == histograms.size()) {
      histograms.push_back({{context.keep(index.signature().labels(identity))}, {}});
    }
    histograms[number].buckets.push_back({upper, i});
  }
  for (HistogramRows& histogram : histograms) {
    std::stable_sort(histogram.buckets.begin(), histogram.buckets.end(),
                     [](const BucketRow& a, const BucketRow& b) { return a.upper < b.upper; });
  }
  return histograms;
}

/// Where a native histogram stands beside the buckets of a classic one with the same labels,
/// neither counts, and a warning says so. Other native histograms are refused.
void settle_native(Evaluation& evaluation, const Expr& argument, Frame& frame, std::size_t native,
                   std::size_t step) {
  evaluation.context().check_cancelled();
  const Identity& identity = frame.series[native];
  const Signature without_bound({std::string(kBound)}, false, true);
  bool conflict = false;
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    double& value = frame.row(i)[step];
    double upper = 0;
    if (i == native || is_absent(value) || is_histogram(value)) continue;
    if (!parse_bound(frame.series[i].get(kBound), upper)) continue;
    if (without_bound.labels(frame.series[i]) != identity.copy()) continue;
    value = kAbsent;
    conflict = true;
  }
  if (!conflict) refuse_histogram(identity);
  frame.row(native)[step] = kAbsent;
  evaluation.context().warn(argument,
                            fmt::format("vector contains a mix of classic and native histograms{}",
                                        for_metric(evaluation.context(), identity)));
}

/// The vector without native histograms.
Frame numbers_of(Evaluation& evaluation, const Expr& argument) {
  Frame frame = evaluation.vector(argument);
  if (!frame.has_histograms) return frame;
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    for (std::size_t step = 0; step < frame.steps(); ++step) {
      if (is_histogram(frame.row(i)[step])) settle_native(evaluation, argument, frame, i, step);
    }
  }
  frame.drop_empty();
  return frame;
}

/// The buckets that have a sample at the step; those with the same bound are added up.
void buckets_at(const Frame& frame, const HistogramRows& histogram, std::size_t step,
                std::vector<Bucket>& out) {
  out.clear();
  for (const BucketRow& each : histogram.buckets) {
    const double count = frame.row(each.row)[step];
    if (is_absent(count)) continue;
    if (!out.empty() && out.back().upper == each.upper) {
      out.back().count += count;
    } else {
      out.push_back({each.upper, count});
    }
  }
}

void warn_of_quantiles(Evaluation& evaluation, const Expr& argument, const Scalars& quantiles) {
  for (const double q : quantiles) warn_of_quantile(evaluation, argument, q);
}

class QuantileCall {
 public:
  QuantileCall(Evaluation& evaluation, const Expr& argument)
      : evaluation_(evaluation),
        argument_(argument),
        frame_(numbers_of(evaluation, argument)),
        histograms_(collect(evaluation, frame_, argument)),
        out_(frame_.steps()) {}

  /// Adds a row for each histogram; with another label, if one is named.
  void add(const Scalars& quantiles, const std::string& label, const std::string& value) {
    for (const HistogramRows& histogram : histograms_) {
      Identity identity = histogram.identity;
      if (!label.empty()) {
        Labels labels = *identity.labels;
        labels.set(label, value);
        identity.labels = evaluation_.context().keep(std::move(labels));
      }
      const std::span<double> row = out_.add(identity);
      evaluation_.context().hold(row.size());
      for (std::size_t step = 0; step < row.size(); ++step) {
        row[step] = value_at(histogram, quantiles[step], step);
      }
    }
  }

  bool has_label(const std::string& name) const {
    return std::any_of(histograms_.begin(), histograms_.end(),
                       [&](const HistogramRows& each) { return each.identity.labels->has(name); });
  }

  Frame result() {
    evaluation_.drop_names(out_);
    return std::move(out_);
  }

 private:
  double value_at(const HistogramRows& histogram, double q, std::size_t step) {
    buckets_at(frame_, histogram, step, buckets_);
    if (buckets_.empty()) return kAbsent;
    if (make_monotonic(buckets_) && !std::isnan(q)) {
      evaluation_.context().inform(
          argument_,
          fmt::format("input to histogram_quantile needed to be fixed for monotonicity (see "
                      "https://prometheus.io/docs/prometheus/latest/querying/functions/"
                      "#histogram_quantile){}",
                      for_metric(evaluation_.context(), frame_.series[histogram.buckets[0].row])));
    }
    return bucket_quantile(q, buckets_);
  }

  Evaluation& evaluation_;
  const Expr& argument_;
  Frame frame_;
  std::vector<HistogramRows> histograms_;
  Frame out_;
  std::vector<Bucket> buckets_;
};

Frame histogram_quantile(Evaluation& evaluation, const Call& call) {
  const Scalars quantiles = evaluation.scalar(*call.arguments[0]);
  QuantileCall quantile(evaluation, *call.arguments[1]);
  warn_of_quantiles(evaluation, *call.arguments[0], quantiles);
  quantile.add(quantiles, "", "");
  return quantile.result();
}

/// The label's value as OpenMetrics writes bounds: 0.0, 0.25, 1.0.
std::string quantile_text(double q) {
  std::string text = format_number(q);
  if (std::isfinite(q) && text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

Frame histogram_quantiles(Evaluation& evaluation, const Call& call) {
  const std::string label = evaluation.text(*call.arguments[1]);
  QuantileCall quantile(evaluation, *call.arguments[0]);
  if (quantile.has_label(label)) {
    throw EvaluationError(
        fmt::format("histogram_quantiles(): the label \"{}\" is there already", label));
  }
  for (std::size_t i = 2; i < call.arguments.size(); ++i) {
    const Scalars quantiles = evaluation.scalar(*call.arguments[i]);
    warn_of_quantiles(evaluation, *call.arguments[i], quantiles);
    quantile.add(quantiles, label, quantile_text(quantiles[0]));
  }
  return quantile.result();
}

Frame histogram_fraction(Evaluation& evaluation, const Call& call) {
  const Scalars lower = evaluation.scalar(*call.arguments[0]);
  const Scalars upper = evaluation.scalar(*call.arguments[1]);
  const Frame frame = numbers_of(evaluation, *call.arguments[2]);
  Frame out(frame.steps());
  std::vector<Bucket> buckets;
  for (const HistogramRows& histogram : collect(evaluation, frame, *call.arguments[2])) {
    const std::span<double> row = out.add(histogram.identity);
    evaluation.context().hold(row.size());
    for (std::size_t step = 0; step < row.size(); ++step) {
      buckets_at(frame, histogram, step, buckets);
      if (!buckets.empty()) row[step] = bucket_fraction(lower[step], upper[step], buckets);
    }
  }
  evaluation.drop_names(out);
  return out;
}

}  // namespace

bool reads_histograms(FunctionId id) {
  switch (id) {
    case FunctionId::HistogramAvg:
    case FunctionId::HistogramCount:
    case FunctionId::HistogramFraction:
    case FunctionId::HistogramQuantile:
    case FunctionId::HistogramQuantiles:
    case FunctionId::HistogramStddev:
    case FunctionId::HistogramStdvar:
    case FunctionId::HistogramSum:
      return true;
    default:
      return false;
  }
}

Frame histogram_call(Evaluation& evaluation, const Call& call) {
  switch (call.function->id) {
    case FunctionId::HistogramQuantile:
      return histogram_quantile(evaluation, call);
    case FunctionId::HistogramQuantiles:
      return histogram_quantiles(evaluation, call);
    case FunctionId::HistogramFraction:
      return histogram_fraction(evaluation, call);
    default:
      // The others look at native histograms only: floats give nothing.
      refuse_histograms(evaluation.vector(*call.arguments[0]));
      return Frame(evaluation.steps().count);
  }
}

}  // namespace tocsin::query
