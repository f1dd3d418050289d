#include "query/engine/histogram.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tocsin::query {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool nearly_equal(double a, double b) {
  constexpr double kTolerance = 1e-12;
  const double difference = std::abs(a - b);
  const double sum = std::abs(a) + std::abs(b);
  if (a == 0 || b == 0 || sum < std::numeric_limits<double>::min()) {
    return difference < kTolerance * std::numeric_limits<double>::min();
  }
  return difference / std::min(sum, std::numeric_limits<double>::max()) < kTolerance;
}

/// How many observations are thought below a value, spread evenly within each bucket.
double count_below(double value, const std::vector<Bucket>& buckets) {
  double lower = -kInfinity;
  double count = 0;
  for (const Bucket& bucket : buckets) {
    const double start = lower == -kInfinity && bucket.upper > 0 ? 0 : lower;
    if (start >= value) return count;
    if (bucket.upper > value) {
      if (start == -kInfinity) return bucket.count;  // where in it nobody knows
      return count + (bucket.count - count) * (value - start) / (bucket.upper - start);
    }
    count = bucket.count;
    lower = bucket.upper;
  }
  return count;
}

}  // namespace

bool make_monotonic(std::vector<Bucket>& buckets) {
  bool forced = false;
  double previous = buckets.front().count;
  for (Bucket& bucket : buckets) {
    if (bucket.count == previous) continue;
    if (nearly_equal(previous, bucket.count)) {
      bucket.count = previous;
    } else if (bucket.count < previous) {
      bucket.count = previous;
      forced = true;
    } else {
      previous = bucket.count;
    }
  }
  return forced;
}

double bucket_quantile(double q, const std::vector<Bucket>& buckets) {
  if (std::isnan(q)) return kNaN;
  if (q < 0) return -kInfinity;
  if (q > 1) return kInfinity;
  if (buckets.size() < 2 || buckets.back().upper != kInfinity) return kNaN;
  const double observations = buckets.back().count;
  if (observations == 0 || std::isnan(observations)) return kNaN;
  const double rank = q * observations;
  const auto found = std::find_if(buckets.begin(), buckets.end() - 1,
                                  [rank](const Bucket& bucket) { return bucket.count >= rank; });
  if (found == buckets.end() - 1) return (found - 1)->upper;
  if (found == buckets.begin()) {
    return found->upper <= 0 ? found->upper : found->upper * (rank / found->count);
  }
  const Bucket& before = *(found - 1);
  return before.upper +
         (found->upper - before.upper) * ((rank - before.count) / (found->count - before.count));
}

double bucket_fraction(double lower, double upper, const std::vector<Bucket>& buckets) {
  if (buckets.back().upper != kInfinity) return kNaN;
  const double observations = buckets.back().count;
  if (observations == 0 || std::isnan(lower) || std::isnan(upper)) return kNaN;
  if (lower >= upper) return 0;
  const double below_lower = std::min(count_below(lower, buckets), observations);
  const double below_upper = std::min(count_below(upper, buckets), observations);
  return (below_upper - below_lower) / observations;
}

}  // namespace tocsin::query
