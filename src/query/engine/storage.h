// The door through which the engine gets samples.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "model/labels.h"
#include "model/matcher.h"
#include "model/time.h"
#include "query/engine/native_histogram.h"

namespace tocsin::query {

/// The bits of the NaN that says a series has ended. Source: Prometheus model/value.
inline constexpr std::uint64_t kStaleBits = 0x7ff0000000000002;

/// Stands for a native histogram of which is not known which one: it would have to be computed.
/// Bits of a signalling NaN, which no computed value has. Others with the same upper half stand for
/// those that the storage knows.
inline constexpr std::uint64_t kHistogramBits = 0x7ff4000000000001;
constexpr bool is_histogram(double value) {
  return std::bit_cast<std::uint64_t>(value) >> 32 == kHistogramBits >> 32;
}

/// Columns of one series: as many values as times (milliseconds since the epoch), which ascend
/// strictly. A value may be the staleness marker.
struct SeriesView {
  const Labels* labels = nullptr;
  std::span<const std::int64_t> times;
  std::span<const double> values;
  /// Whether there are native histograms (is_histogram) among the values.
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

  /// The same for who looks at the instant `to` alone: of each series its last sample is enough.
  virtual Selection latest(const Matchers& matchers, Timestamp from, Timestamp to) const {
    return select(matchers, from, to);
  }

  /// The native histogram that a value stands for; null when it does not know it.
  virtual std::shared_ptr<const NativeHistogram> histogram(double value) const {
    static_cast<void>(value);
    return nullptr;
  }
};

}  // namespace tocsin::query
