#include "route/time_interval.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include "model/error.h"

namespace tocsin::route {
namespace {

/// A moment as the clock and calendar of a place show it.
struct LocalTime {
  int minute;  ///< of the day
  int weekday, day, month, year;
  int days_in_month;
};

LocalTime local_time(const date::time_zone* zone, Timestamp now) {
  const auto local =
      zone == nullptr ? date::local_time<Duration>(now.time_since_epoch()) : zone->to_local(now);
  const auto day = date::floor<date::days>(local);
  const date::year_month_day calendar(day);
  const auto last = date::year_month_day(calendar.year() / calendar.month() / date::last);
  return {static_cast<int>(date::floor<std::chrono::minutes>(local - day).count()),
          static_cast<int>(date::weekday(day).c_encoding()),
          static_cast<int>(static_cast<unsigned>(calendar.day())),
          static_cast<int>(static_cast<unsigned>(calendar.month())),
          static_cast<int>(calendar.year()),
          static_cast<int>(static_cast<unsigned>(last.day()))};
}

/// Whether the field is not given or one of its elements holds.
template <class Elements, class Holds>
bool holds(const std::optional<Elements>& field, Holds element_holds) {
  return !field || std::any_of(field->begin(), field->end(), element_holds);
}

auto within(int value) {
  return [value](const Range& range) { return range.begin <= value && value <= range.end; };
}

/// Days beyond the end of a month are cut off; negative ones count from there.
bool has_day(const Range& days, const LocalTime& at) {
  const auto from_start = [&](int day) { return day < 0 ? at.days_in_month + day + 1 : day; };
  return from_start(days.begin) <= at.day && at.day <= from_start(days.end);
}

/// The zone that $TZ or /etc/localtime names.
const date::time_zone* local_zone() {
  const char* given = std::getenv("TZ");
  if (given == nullptr) return date::current_zone();
  std::string name = given;
  if (name.starts_with(':')) name.erase(0, 1);
  return name.empty() || name == "UTC" ? nullptr : date::locate_zone(name);
}

}  // namespace

bool contains(const TimeSpan& span, Timestamp now) {
  const LocalTime at = local_time(span.zone, now);
  return holds(span.times,
               [&](const Minutes& time) {
                 return time.begin <= at.minute && at.minute < time.end;
               }) &&
         holds(span.days_of_month, [&](const Range& days) { return has_day(days, at); }) &&
         holds(span.months, within(at.month)) && holds(span.weekdays, within(at.weekday)) &&
         holds(span.years, within(at.year));
}

bool contains(const TimeInterval& interval, Timestamp now) {
  return std::any_of(interval.spans.begin(), interval.spans.end(),
                     [now](const TimeSpan& span) { return contains(span, now); });
}

const date::time_zone* find_zone(const std::string& name) {
  if (name.empty() || name == "UTC") return nullptr;
  try {
    return name == "Local" ? local_zone() : date::locate_zone(name);
  } catch (const std::exception&) {
    throw Error(fmt::format(
        "there is no time zone \"{}\" on this machine; write an IANA name like Europe/Berlin, UTC "
        "or Local (Debian's package tzdata has the zones)",
        name));
  }
}

}  // namespace tocsin::route
