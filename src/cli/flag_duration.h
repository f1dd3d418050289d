// Durations as the flags of Go programs are written.
#pragma once

#include <optional>
#include <string_view>

#include "model/time.h"

namespace tocsin::cli {

/// Go's durations with days and weeks, as kingpin takes them: "500ms", "1h30m", "1.5h", "5d", "0",
/// "-1s". Below a millisecond is cut. Source: kingpin v2.4, xhit/go-str2duration.
std::optional<Duration> parse_flag_duration(std::string_view text);

}  // namespace tocsin::cli
