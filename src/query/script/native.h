// The native histograms that `load_with_nhcb` makes of classic ones. Within query/script only.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "query/script/commands.h"

namespace tocsin::query {

/// When (number of the value) each of them has a sample; their buckets are not computed.
std::map<Labels, std::set<std::size_t>> native_histograms(const std::vector<SeriesLine>& classic);

}  // namespace tocsin::query
