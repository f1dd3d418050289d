// A native histogram, as far as it is carried: read, kept, given back and compared. Nothing is
// computed of it.
//
// Source: Prometheus, model/histogram, and promql/promqltest/README.md for how it is written.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tocsin::query {

struct NativeHistogram {
  /// Whether the counter was reset since the sample before; a gauge has no resets.
  enum class Reset { Unknown, Yes, No, Gauge };

  std::int32_t schema = 0;
  std::optional<Reset> reset;  ///< empty: not said
  double count = 0;
  double sum = 0;
  double zero_threshold = 0;
  double zero_count = 0;
  std::map<std::int64_t, double> positive, negative;  ///< counts by index, none of them 0
  std::vector<double> bounds;                         ///< of custom buckets (schema -53)

  /// {{schema:1 count:3 sum:5 buckets:[1 2]}}: in the order and with the defaults left out that
  /// Prometheus' tests have.
  std::string to_string() const;
};

inline constexpr std::int32_t kCustomBuckets = -53;

/// Same buckets, with numbers that `equal` takes for the same. `reset` is not compared.
bool same_buckets(const NativeHistogram& a, const NativeHistogram& b,
                  bool (*equal)(double, double));

/// Buckets are of the same kind: they can be added one by one.
bool same_layout(const NativeHistogram& a, const NativeHistogram& b);

/// What `histogram` says of the counter, coming after `before`: as a storage finds it out when
/// samples are appended. Empty where that takes more than to compare the buckets.
std::optional<NativeHistogram::Reset> reset_after(const NativeHistogram& before,
                                                  const NativeHistogram& histogram);

}  // namespace tocsin::query
