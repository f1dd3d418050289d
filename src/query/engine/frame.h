// What an expression is at all steps of an evaluation. Within query/engine only.
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "model/labels.h"
#include "query/engine/storage.h"

namespace tocsin::query {

/// The instants of an evaluation, in milliseconds since the epoch.
struct Steps {
  std::int64_t start = 0;
  std::int64_t interval = 0;  ///< 0 for a single one
  std::size_t count = 1;

  std::int64_t at(std::size_t i) const { return start + interval * static_cast<std::int64_t>(i); }
  std::int64_t last() const { return at(count - 1); }
};

constexpr double to_seconds(std::int64_t milliseconds) {
  return static_cast<double>(milliseconds) / 1000;
}

/// Stands for "no sample at this step": no computed value has these bits, and a stored one that has
/// them means the same.
inline constexpr double kAbsent = std::bit_cast<double>(kStaleBits);
constexpr bool is_absent(double value) { return std::bit_cast<std::uint64_t>(value) == kStaleBits; }

/// Stands for a native histogram at this step that would have to be computed.
inline constexpr double kHistogram = std::bit_cast<double>(kHistogramBits);
constexpr bool is_unknown_histogram(double value) {
  return std::bit_cast<std::uint64_t>(value) == kHistogramBits;
}

/// The metric's name, and what goes with it: __type__ and __unit__.
inline bool is_metadata(std::string_view label) {
  return label.starts_with("__") &&
         (label == kMetricName || label == "__type__" || label == "__unit__");
}

inline bool has_metadata_beside_name(const Labels& labels) {
  for (const LabelView& label : labels) {
    if (label.name > "__unit__") break;  // they are sorted
    if (label.name != kMetricName && is_metadata(label.name)) return true;
  }
  return false;
}

/// The labels of a result. They are not copied as long as only the metric's name is dropped.
struct Identity {
  const Labels* labels = nullptr;  ///< live as long as the evaluation
  bool nameless = false;           ///< the name (and metadata) is not part of it
  bool drops_name = false;         ///< it still is, but not in what the query gives

  /// The labels that count, in order.
  void for_each(auto&& visit) const {
    for (const LabelView& label : *labels) {
      if (!nameless || !is_metadata(label.name)) visit(label);
    }
  }
  std::string_view get(std::string_view name) const {
    return nameless && is_metadata(name) ? std::string_view() : labels->get(name);
  }
  Labels copy() const;
  std::uint64_t hash() const;
  bool operator==(const Identity& other) const;
};

/// Throws HistogramsNotComputed.
[[noreturn]] void refuse_histogram(const Identity& series);

/// An instant vector at every step: one row of values for each series.
class Frame {
 public:
  explicit Frame(std::size_t steps) : steps_(steps) {}

  std::vector<Identity> series;
  /// All series have the same metric name and no metadata: without it they are still different.
  bool same_name = false;
  /// There may be native histograms among the values.
  bool has_histograms = false;

  std::size_t steps() const { return steps_; }
  std::span<double> row(std::size_t i) { return {values_.data() + i * steps_, steps_}; }
  std::span<const double> row(std::size_t i) const { return {values_.data() + i * steps_, steps_}; }

  void reserve(std::size_t rows);
  /// Adds a row of absent values.
  std::span<double> add(Identity identity);
  /// Removes rows without a value.
  void drop_empty();
  /// Removes native histograms, where only numbers are looked at.
  void drop_histograms();
  std::span<double> values() { return values_; }

 private:
  std::size_t steps_;
  std::vector<double> values_;
};

/// Throws HistogramsNotComputed if there is a native histogram in it.
void refuse_histograms(const Frame& frame);

/// Merges rows that have the same labels. Throws EvaluationError where two of them have a value at
/// the same step.
void merge_same(Frame& frame);
/// Takes the names away, and merges.
void remove_names(Frame& frame);
/// The same for those that are to lose it at the end.
void remove_dropped_names(Frame& frame);

/// A scalar at every step.
using Scalars = std::vector<double>;

}  // namespace tocsin::query
