// The English names of months and weekdays, as Go's times have them.
#pragma once

#include <array>
#include <string_view>

namespace tocsin::tmpl {

inline constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
inline constexpr std::array<std::string_view, 7> kDays = {
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

/// From 1.
constexpr std::string_view month_name(int month) {
  return kMonths[static_cast<std::size_t>(month - 1)];
}
/// From 0: Sunday.
constexpr std::string_view day_name(int weekday) {
  return kDays[static_cast<std::size_t>(weekday)];
}

}  // namespace tocsin::tmpl
