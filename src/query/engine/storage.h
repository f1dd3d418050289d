// The door through which the engine gets samples.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "model/labels.h"
#include "model/matcher.h"
#include "model/time.h"

namespace tocsin::query {

/// The bits of the NaN that says a series has ended. Source: Prometheus model/value.
inline constexpr std::uint64_t kStaleBits = 0x7ff0000000000002;

/// Stands for a native histogram, which is not computed: only that there is one is known. Bits of a
/// signalling NaN, which no computed value has.
inline constexpr std::uint64_t kHistogramBits = 0x7ff4000000000001;

/// Columns of one series: as many values as times (milliseconds since the epoch), which ascend
/// strictly. A value may be the staleness marker.
struct SeriesView {
  const Labels* labels = nullptr;
  std::span<const std::int64_t> times;
  std::span<const double> values;
  /// Whether there are native histograms (kHistogramBits) among the values.
  bool has_histograms = false;
  /// When each value's counting began, in milliseconds; 0 where nobody knows. Empty: of none.
  std::span<const std::int64_t> starts{};
};

/// What a selector matches. Views are valid as long as this lives.
struct Selection {
  std::vector<SeriesView> series;
  std::shared_ptr<const void> keeps_alive;
};

/// Any number of threads may call it at once.
class Storage {
 public:
  virtual ~Storage() = default;

  /// The series that all the matchers match, with (at least) their samples from `from` to `to`,
  /// both included; series without such a sample may be left out. Sorted by labels.
  virtual Selection select(const Matchers& matchers, Timestamp from, Timestamp to) const = 0;
};

}  // namespace tocsin::query
