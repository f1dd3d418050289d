// The arithmetic of classic histograms. Within query/engine only.
#pragma once

#include <vector>

namespace tocsin::query {

struct Bucket {
  double upper = 0;  ///< bound, inclusive
  double count = 0;  ///< of observations up to the bound
};

/// Raises counts below that of the bucket before them. True where one was more than a rounding
/// error below.
bool make_monotonic(std::vector<Bucket>& buckets);

/// Where the share `q` of the observations is below. NaN unless the last bound is infinite, there
/// are two buckets and an observation. REQUIRES: sorted, monotonic.
double bucket_quantile(double q, const std::vector<Bucket>& buckets);

/// The share of observations between the two. NaN as above. REQUIRES: sorted.
double bucket_fraction(double lower, double upper, const std::vector<Bucket>& buckets);

}  // namespace tocsin::query
