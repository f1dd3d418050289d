#include "template/time_methods.h"

#include <algorithm>

#include "template/print_value.h"
#include "template/time_layout.h"
#include "template/time_words.h"

namespace tocsin::tmpl {
namespace {

using Arguments = std::span<const Value>;
using std::chrono::nanoseconds;

constexpr std::string_view kTime = "time.Time";
constexpr std::string_view kSpan = "time.Duration";
constexpr std::string_view kInt = "int";

ZonedTime time_of(const Value& value) { return *value.time(); }
Timestamp instant(const Value& value) { return value.time()->at; }
nanoseconds span_of(const Value& value) { return *value.get_if<nanoseconds>(); }
int int_of(const Value& value) { return static_cast<int>(*value.get_if<std::int64_t>()); }

/// Go's zero time: the start of the year 1.
Timestamp zero_time() {
  return std::chrono::sys_days(std::chrono::year{1} / std::chrono::January / 1);
}

ZonedTime at(ZonedTime time, Timestamp instant) {
  time.at = instant;
  return time;
}

template <typename Of>
Method method(std::string_view type, std::string_view name, Of of,
              std::vector<std::string_view> more = {}) {
  std::vector<std::string_view> params{type};
  params.insert(params.end(), more.begin(), more.end());
  return {type, {.name = name, .params = std::move(params), .body = [of](Arguments a, auto&) {
                   return Value(of(a));
                 }}};
}

Method civil(std::string_view name, int CivilTime::*part) {
  return method(kTime, name, [part](Arguments a) { return local_time(time_of(a[0])).civil.*part; });
}

/// A count of whole units since 1970.
template <typename Unit>
Method since_epoch(std::string_view name) {
  return method(kTime, name, [](Arguments a) {
    return std::int64_t{std::chrono::floor<Unit>(instant(a[0]).time_since_epoch()).count()};
  });
}

Value difference(Arguments a) {
  const double apart = static_cast<double>((instant(a[0]) - instant(a[1])).count());
  constexpr double kLongest = 9.2e12;  // ms that fit a Go duration
  const auto bounded = static_cast<std::int64_t>(std::clamp(apart, -kLongest, kLongest));
  return nanoseconds(std::chrono::milliseconds(bounded));
}

/// Years, months and days of the calendar; what is beyond a month's end flows into the next one.
Value add_date(Arguments a) {
  const LocalTime local = local_time(time_of(a[0]));
  const std::chrono::year_month moved =
      std::chrono::year{local.civil.year} /
          std::chrono::month(static_cast<unsigned>(local.civil.month)) +
      std::chrono::years(int_of(a[1])) + std::chrono::months(int_of(a[2]));
  const std::chrono::sys_days was = std::chrono::year{local.civil.year} /
                                    static_cast<unsigned>(local.civil.month) /
                                    static_cast<unsigned>(local.civil.day);
  const std::chrono::sys_days is =
      std::chrono::sys_days(moved / 1) + std::chrono::days(local.civil.day - 1 + int_of(a[3]));
  return at(time_of(a[0]), instant(a[0]) + (is - was));
}

std::int64_t floor_to(std::int64_t value, std::int64_t unit) { return value - value % unit; }

/// Half away from zero.
std::int64_t round_to(std::int64_t value, std::int64_t unit) {
  const std::int64_t rest = value % unit;
  if (rest + rest >= unit) return value - rest + unit;
  if (rest + rest <= -unit) return value - rest - unit;
  return value - rest;
}

template <std::int64_t (*To)(std::int64_t, std::int64_t)>
Value stepped_time(Arguments a) {
  const std::int64_t unit = span_of(a[1]).count() / 1'000'000;
  if (unit <= 0) return a[0];
  const std::int64_t since = (instant(a[0]) - zero_time()).count();
  return at(time_of(a[0]), zero_time() + Duration(To(since, unit)));
}

template <std::int64_t (*To)(std::int64_t, std::int64_t)>
Value stepped_span(Arguments a) {
  const std::int64_t unit = span_of(a[1]).count();
  return unit <= 0 ? a[0] : Value(nanoseconds(To(span_of(a[0]).count(), unit)));
}

std::vector<Method> calendar_methods() {
  return {
      civil("Year", &CivilTime::year),
      civil("Day", &CivilTime::day),
      civil("Hour", &CivilTime::hour),
      civil("Minute", &CivilTime::minute),
      civil("Second", &CivilTime::second),
      method(kTime, "YearDay", [](Arguments a) { return local_time(time_of(a[0])).day_of_year; }),
      method(kTime, "Month",
             [](Arguments a) { return month_name(local_time(time_of(a[0])).civil.month); }),
      method(kTime, "Weekday",
             [](Arguments a) { return day_name(local_time(time_of(a[0])).civil.weekday); }),
      method(kTime, "Nanosecond",
             [](Arguments a) { return local_time(time_of(a[0])).civil.millisecond * 1'000'000; }),
      method(kTime, "AddDate", add_date, {kInt, kInt, kInt}),
      method(kTime, "String", [](Arguments a) { return print_time(time_of(a[0])); }),
      method(kTime, "Format",
             [](Arguments a) { return format_layout(time_of(a[0]), *a[1].text()); }, {"string"}),
  };
}

std::vector<Method> instant_methods() {
  return {
      since_epoch<std::chrono::seconds>("Unix"),
      since_epoch<std::chrono::milliseconds>("UnixMilli"),
      since_epoch<std::chrono::microseconds>("UnixMicro"),
      since_epoch<nanoseconds>("UnixNano"),
      method(kTime, "UTC", [](Arguments a) { return instant(a[0]); }),
      method(kTime, "Local", [](Arguments a) { return in_zone(instant(a[0]), "Local"); }),
      method(kTime, "IsZero", [](Arguments a) { return instant(a[0]) == zero_time(); }),
      method(kTime, "Before", [](Arguments a) { return instant(a[0]) < instant(a[1]); }, {kTime}),
      method(kTime, "After", [](Arguments a) { return instant(a[0]) > instant(a[1]); }, {kTime}),
      method(kTime, "Equal", [](Arguments a) { return instant(a[0]) == instant(a[1]); }, {kTime}),
      method(kTime, "Sub", difference, {kTime}),
      method(kTime, "Add",
             [](Arguments a) {
               return at(time_of(a[0]),
                         instant(a[0]) + std::chrono::floor<Duration>(span_of(a[1])));
             },
             {kSpan}),
      method(kTime, "Truncate", stepped_time<floor_to>, {kSpan}),
      method(kTime, "Round", stepped_time<round_to>, {kSpan}),
  };
}

std::vector<Method> span_methods() {
  const auto whole = [](std::string_view name, std::int64_t unit) {
    return method(kSpan, name,
                  [unit](Arguments a) { return std::int64_t{span_of(a[0]).count() / unit}; });
  };
  const auto parts = [](std::string_view name, double unit) {
    return method(kSpan, name, [unit](Arguments a) {
      return static_cast<double>(span_of(a[0]).count()) / unit;
    });
  };
  return {
      parts("Hours", 3.6e12),
      parts("Minutes", 6e10),
      parts("Seconds", 1e9),
      whole("Milliseconds", 1'000'000),
      whole("Microseconds", 1'000),
      whole("Nanoseconds", 1),
      method(kSpan, "Truncate", stepped_span<floor_to>, {kSpan}),
      method(kSpan, "Round", stepped_span<round_to>, {kSpan}),
      method(
          kSpan, "Abs",
          [](Arguments a) { return span_of(a[0]).count() < 0 ? -span_of(a[0]) : span_of(a[0]); }),
      method(kSpan, "String", [](Arguments a) { return print_duration(span_of(a[0])); }),
  };
}

}  // namespace

std::vector<Method> time_methods() {
  std::vector<Method> all = calendar_methods();
  for (Method& each : instant_methods()) all.push_back(std::move(each));
  for (Method& each : span_methods()) all.push_back(std::move(each));
  return all;
}

}  // namespace tocsin::tmpl
