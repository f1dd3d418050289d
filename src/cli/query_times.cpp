#include "cli/query_times.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "model/error.h"
#include "model/literal.h"
#include "model/text.h"

namespace tocsin::cli {
namespace {

using std::chrono::seconds;

Timestamp checked(std::string_view option, std::string_view text, Timestamp at) {
  if (std::abs(to_unix_seconds(at)) <= kFarthestTime) return at;
  throw Error(fmt::format("{} {}: this time is out of range", option, quote(text)));
}

Duration parse_range(std::string_view text) {
  const Duration range = parse_length("--range", text);
  if (range <= Duration(0)) throw Error("--range has to be longer than nothing");
  return range;
}

/// A duration or, as in the API, seconds.
Duration parse_step(std::string_view text) {
  const std::optional<double> number = parse_sample_value(text);
  const bool fits = number && std::abs(*number) <= kFarthestTime;
  if (number && !fits) throw Error(fmt::format("--step {} is out of range", quote(text)));
  const Duration step =
      number ? Duration(std::llround(*number * 1000)) : parse_length("--step", text);
  if (step <= Duration(0)) throw Error("--step has to be longer than nothing, such as 15s");
  return step;
}

Duration default_step(Duration range) {
  constexpr int kPoints = 250;
  return std::max(std::chrono::floor<seconds>(range / kPoints), seconds(1));
}

void check_fit(const TimeOptions& options) {
  const bool has_start = !options.start.empty();
  if (has_start && !options.range.empty()) {
    throw Error("--range and --start exclude each other: give the range's length or its start");
  }
  if (!options.at.empty() && !options.end.empty()) {
    throw Error("--at and --end exclude each other: both say where the range ends");
  }
  if (has_start && !options.at.empty()) {
    throw Error("--start goes with --end; --at is for one instant, or for the end of a --range");
  }
}

net::QueryRange parse_query_range(const TimeOptions& options, Timestamp now) {
  const auto time = [now](std::string_view option, const std::string& text) {
    return text.empty() ? now : parse_instant(option, text, now);
  };
  net::QueryRange range;
  range.to = options.at.empty() ? time("--end", options.end) : time("--at", options.at);
  range.from = options.range.empty() ? time("--start", options.start)
                                     : range.to - parse_range(options.range);
  if (range.from > range.to) {
    throw Error(fmt::format("the range starts at {}, after its end at {}",
                            format_rfc3339(range.from), format_rfc3339(range.to)));
  }
  const Duration length = range.to - range.from;
  range.step = options.step.empty() ? default_step(length) : parse_step(options.step);
  const std::int64_t steps = length / range.step + 1;
  if (steps > kMaxSteps) {
    const auto least = std::chrono::ceil<seconds>(length / (kMaxSteps - 1) + Duration(1));
    throw Error(
        fmt::format("these are {} points for each series, more than {}: use a --step of "
                    "{} or more, or a shorter range",
                    steps, kMaxSteps, format_duration(least)));
  }
  return range;
}

}  // namespace

Duration parse_length(std::string_view option, std::string_view text) {
  try {
    return parse_duration(text);  // 292 years at most
  } catch (const Error&) {
    throw Error(
        fmt::format("{} {} is not a duration such as 30s, 5m or 1h30m", option, quote(text)));
  }
}

Timestamp parse_instant(std::string_view option, std::string_view text, Timestamp now) {
  std::string_view relative = text;
  if (relative.starts_with("now")) relative.remove_prefix(3);
  if (relative.empty() && !text.empty()) return now;
  const bool has_sign = relative.starts_with('-') || relative.starts_with('+');
  const bool has_unit = relative.find_first_of("smhdwy") != std::string_view::npos;
  if (has_sign && has_unit) {
    const Duration distance = parse_length(option, relative.substr(1));
    return checked(option, text, relative.front() == '-' ? now - distance : now + distance);
  }
  if (const std::optional<double> unix_seconds = parse_sample_value(text)) {
    if (std::abs(*unix_seconds) <= kFarthestTime) return from_unix_seconds(*unix_seconds);
    throw Error(fmt::format("{} {}: this time is out of range", option, quote(text)));
  }
  try {
    return checked(option, text, parse_rfc3339(text));
  } catch (const Error&) {
    throw Error(
        fmt::format("{} {} is not a time: write it like 2026-01-02T15:04:05Z, in Unix "
                    "seconds, or from now, like -5m",
                    option, quote(text)));
  }
}

net::QueryTimes parse_times(const TimeOptions& options, Timestamp now) {
  check_fit(options);
  const bool has_end = !options.end.empty();
  if (!options.range.empty() || !options.start.empty()) return parse_query_range(options, now);
  if (has_end) throw Error("--end needs a --start or a --range");
  if (!options.step.empty()) throw Error("--step needs a --range or a --start");
  return options.at.empty() ? now : parse_instant("--at", options.at, now);
}

}  // namespace tocsin::cli
