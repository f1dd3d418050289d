// Time intervals: the hours, days, months and years in which a route is muted or active.
//
// Source of the semantics: alertmanager timeinterval/timeinterval.go.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/time.h"

namespace date {
class time_zone;
}

namespace tocsin::route {

/// Both ends included.
struct Range {
  int begin = 0;
  int end = 0;
  bool operator==(const Range&) const = default;
};

/// Minutes of a day, the last one excluded: 0 to 1440 is the whole of it.
struct Minutes {
  int begin = 0;
  int end = 0;
  bool operator==(const Minutes&) const = default;
};

/// Holds when all fields that are given hold; a field holds when one of its elements does (so an
/// empty one never does).
struct TimeSpan {
  std::optional<std::vector<Minutes>> times;
  std::optional<std::vector<Range>> weekdays;       ///< 0 is Sunday, 6 Saturday
  std::optional<std::vector<Range>> days_of_month;  ///< 1 to 31, or -31 to -1, from its end
  std::optional<std::vector<Range>> months;         ///< 1 to 12
  std::optional<std::vector<Range>> years;
  std::string location;                   ///< as the file has it; empty: UTC
  const date::time_zone* zone = nullptr;  ///< of `location`, see find_zone; null: UTC
};

/// What routes name in mute_time_intervals and active_time_intervals: any of the spans.
struct TimeInterval {
  std::string name;
  std::vector<TimeSpan> spans;
};

bool contains(const TimeSpan& span, Timestamp now);
bool contains(const TimeInterval& interval, Timestamp now);

/// The zone with an IANA name; null for UTC. "Local" is this machine's ($TZ, else /etc/localtime).
/// Reads the system's time zones, once. Throws Error for a name that is none.
const date::time_zone* find_zone(const std::string& name);

// The texts of the configuration. Each throws Error, which says what is expected.

/// "09:00", up to "24:00", in minutes.
int parse_time_of_day(std::string_view text);
/// "monday", "monday:friday"; in any case. The week goes from sunday to saturday.
Range parse_weekdays(std::string_view text);
/// "1", "1:5", "-3:-1".
Range parse_days_of_month(std::string_view text);
/// "january", "1", "april:june", "1:3"; in any case.
Range parse_months(std::string_view text);
/// "2026", "2026:2028".
Range parse_years(std::string_view text);

// Their inverses, as Alertmanager prints them.
std::string format_time_of_day(int minutes);
std::string format_weekdays(Range range);
std::string format_months(Range range);
std::string format_numbers(Range range);

}  // namespace tocsin::route
