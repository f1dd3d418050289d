// A file of samples, to be queried without a server.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "query/engine/storage.h"

namespace tocsin::series {

inline constexpr std::size_t kMaxFileSamples = 20'000'000;

struct FileSeries {
  Labels labels;
  std::vector<std::int64_t> times;  ///< milliseconds since the epoch, ascending
  std::vector<double> values;
  std::optional<double> untimed;  ///< the value of a sample that has no time
  bool has_histograms = false;    ///< kHistogramBits are among the values
};

class SampleFile : public query::Storage {
 public:
  /// Understands Prometheus' text format and OpenMetrics (see exposition.h), and the `load 1m`
  /// blocks of Prometheus' test scripts, whose first sample is at time 0; which of them it is, the
  /// text itself says. Of samples of the same series at the same time the last one counts. Throws
  /// Error, "line:column: …".
  static SampleFile read(std::string_view text, std::size_t max_samples = kMaxFileSamples);

  /// Time of the newest sample that has one.
  std::optional<Timestamp> newest() const;
  bool has_untimed() const;
  /// Samples without a time get this one.
  void stamp(Timestamp at);

  query::Selection select(const Matchers& matchers, Timestamp from, Timestamp to) const override;

  const std::vector<FileSeries>& series() const& { return series_; }

 private:
  explicit SampleFile(std::vector<FileSeries> series) : series_(std::move(series)) {}

  std::vector<FileSeries> series_;  // sorted by labels
};

}  // namespace tocsin::series
