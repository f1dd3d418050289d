// Samples in memory, as they are: for unit tests of rules, scripts, and files of samples.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "query/engine/storage.h"

namespace tocsin::query {

/// Not to be changed while it is read: what select() gives points into it.
class MemoryStorage : public Storage {
 public:
  /// Samples of a series in any order; one at the same time replaces the earlier one. Labels with
  /// an empty value are dropped.
  void add(Labels labels, Timestamp at, double value);
  /// One whose counting began at `start`, which functions of counters mind.
  void add(Labels labels, Timestamp at, double value, Timestamp start);
  /// A native histogram; null for one that would have to be computed. Whether its counter was reset
  /// is found out by the sample before, as Prometheus' storage does.
  void add_histogram(Labels labels, Timestamp at,
                     std::shared_ptr<const NativeHistogram> histogram = nullptr);

  Selection select(const Matchers& matchers, Timestamp from, Timestamp to) const override;

  std::shared_ptr<const NativeHistogram> histogram(double value) const override;

  std::size_t series_count() const { return series_.size(); }
  void clear();

 private:
  struct Columns {
    std::vector<std::int64_t> times;
    std::vector<double> values;
    std::vector<std::int64_t> starts;  // empty unless one is known
    bool has_histograms = false;
  };
  using Entry = std::map<Labels, Columns>::value_type;
  using Entries = std::vector<const Entry*>;  // sorted by labels

  Columns& columns_of(Labels labels);
  const Entries* with_label(const Matcher& matcher) const;

  std::map<Labels, Columns> series_;
  std::vector<std::shared_ptr<const NativeHistogram>> histograms_;
  /// The series that have a label, by its name and its value.
  std::unordered_map<std::string, std::unordered_map<std::string, Entries>> index_;
};

}  // namespace tocsin::query
