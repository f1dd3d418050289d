// Samples from the text that `promtool tsdb create-blocks-from openmetrics` reads too.
#pragma once

#include <istream>

#include "query/samples/memory_storage.h"

namespace tocsin::query {

/// Lines of `name{label="value"} 1.5 1700000000.123`; those that begin with # are skipped. Throws
/// Error that names the line.
void load_open_metrics(std::istream& in, MemoryStorage& storage);

}  // namespace tocsin::query
