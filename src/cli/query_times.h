// The instants that people ask for on the command line.
#pragma once

#include <string>
#include <string_view>

#include "net/remote_source.h"

namespace tocsin::cli {

/// As they were written; empty where they were not.
struct TimeOptions {
  std::string at = {};
  std::string range = {};
  std::string start = {};
  std::string end = {};
  std::string step = {};
};

/// Seconds from 1970, some 30,000 years: no sum of such times and lengths leaves 64 bits.
inline constexpr double kFarthestTime = 1e12;

/// As many points of one series as Prometheus gives.
inline constexpr std::int64_t kMaxSteps = 11'000;

/// RFC 3339, Unix seconds, "now", or a duration before or after it: "-5m", "+1h", "now-5m".
/// `option` is what errors name. Throws Error.
Timestamp parse_instant(std::string_view option, std::string_view text, Timestamp now);

/// A duration of an option. Throws Error.
Duration parse_length(std::string_view option, std::string_view text);

/// A range when there is a range, a start or an end, else an instant. Without a step it is a 250th
/// of the range, in whole seconds, as in Prometheus' own pages. Throws Error that says what does
/// not fit together.
net::QueryTimes parse_times(const TimeOptions& options, Timestamp now);

}  // namespace tocsin::cli
