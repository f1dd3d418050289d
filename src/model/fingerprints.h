// Sets and maps of fingerprints, for those that hold one for each alert: open addressing, so that
// finding one costs one miss of the cache instead of three. What is added or erased moves others:
// no reference into them outlives that.
#pragma once

#include <tsl/robin_map.h>
#include <tsl/robin_set.h>

#include "model/labels.h"

namespace tocsin {

using FingerprintSet = tsl::robin_set<Fingerprint>;

/// A load factor for small sets of which there are very many: half the memory.
inline constexpr float kDense = 0.9F;

template <class Value>
using FingerprintMap = tsl::robin_map<Fingerprint, Value>;

}  // namespace tocsin
