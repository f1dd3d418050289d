// How Prometheus' tests write series: `up{job="a"}` and `1+2x5 _ stale`.
//
// Source: Prometheus docs "Unit testing for rules", promql/promqltest/README.md.
#pragma once

#include <memory>
#include <string_view>
#include <variant>
#include <vector>

#include "model/labels.h"
#include "query/engine/native_histogram.h"

namespace tocsin::query {

/// `_`: no sample.
struct Gap {
  bool operator==(const Gap&) const = default;
};
/// `{{…}}`: a native histogram.
struct HistogramValue {
  std::shared_ptr<const NativeHistogram> content;  ///< null: it would have to be computed
  bool operator==(const HistogramValue& other) const;
};
/// `{{count:3 sum:5 buckets:[1 2]}}`. Throws Error.
HistogramValue parse_histogram(std::string_view text);
/// The next one of `{{…}}+{{…}}x3` or `{{…}}-{{…}}x3`.
HistogramValue moved_on(const HistogramValue& value, const HistogramValue& step, bool adds);

/// The staleness marker has its bits (kStaleBits).
using SequenceValue = std::variant<Gap, double, HistogramValue>;

inline constexpr std::size_t kMaxSequence = 10'000'000;

/// `name{label="value"}`, also with a quoted name inside the braces. Throws Error.
Labels parse_series(std::string_view text);

/// What stands behind it: `1`, `-2.5`, `Inf`, `NaN`, `stale`, `_`, `_x3` (three gaps), `1x3` (four
/// times 1), `1+2x3` (1 3 5 7), `{{…}}`, `{{…}}x3`. Throws Error that says what and where.
std::vector<SequenceValue> parse_sequence(std::string_view text);

/// A whole line of `load`: the series up to the blank behind its name or braces.
struct SeriesLine {
  Labels labels;
  std::vector<SequenceValue> values;
};
SeriesLine parse_series_line(std::string_view text);

}  // namespace tocsin::query
