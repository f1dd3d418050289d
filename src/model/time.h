// Time as everything in Tocsin speaks of it: milliseconds since the Unix epoch, passed in as `now`.
// Nothing here reads a clock.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace tocsin {

using Duration = std::chrono::milliseconds;
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// Seconds since the epoch with fractions, as PromQL and its HTTP API write instants.
double to_unix_seconds(Timestamp at);
/// Rounds to the millisecond. Throws Error for what is no time: NaN, infinities, |seconds| > 9e15.
Timestamp from_unix_seconds(double seconds);

/// Prometheus' duration syntax: "1h30m", "15s", "500ms", "1d", "2w", "1y", or "0"; units descend,
/// each at most once. Throws Error for anything else, and for what does not fit 64-bit
/// milliseconds. Source: prometheus/common model.ParseDuration.
Duration parse_duration(std::string_view text);

/// The inverse, in Prometheus' spelling: 90 s is "1m30s", 0 is "0s". Weeks and years appear only
/// when the whole duration is a multiple of them (as Prometheus prints). Negative ones get a '-'.
std::string format_duration(Duration duration);

/// RFC 3339 with optional fraction; the zone may be left out (UTC) and a blank may stand for 'T',
/// as Alertmanager's API allows. Digits below a millisecond are cut. Throws Error.
Timestamp parse_rfc3339(std::string_view text);

/// "2026-01-02T03:04:05.678Z": UTC, always milliseconds.
std::string format_rfc3339(Timestamp at);

/// Broken-down UTC, for templates, mail headers and log lines.
struct CivilTime {
  int year, month, day, hour, minute, second, millisecond;
  int weekday;  ///< 0 is Sunday
};
CivilTime to_civil(Timestamp at);

}  // namespace tocsin
