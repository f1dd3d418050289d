#include "cli/flag_duration.h"

#include <algorithm>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "config/values.h"

namespace tocsin::cli {
namespace {

bool is_number_part(char c) { return (c >= '0' && c <= '9') || c == '.'; }

/// "1.5d": days and weeks are no units of Go's own, but are the same number of hours.
std::optional<Duration> parse_part(std::string_view number, std::string_view unit) {
  const bool long_unit = unit == "d" || unit == "w";
  const auto parsed =
      config::parse_go_duration(fmt::format("{}{}", number, long_unit ? "h" : unit));
  if (!parsed || !long_unit) return parsed;
  const int hours = unit == "d" ? 24 : 7 * 24;
  if (*parsed > Duration(std::numeric_limits<Duration::rep>::max()) / hours) return std::nullopt;
  return *parsed * hours;
}

}  // namespace

std::optional<Duration> parse_flag_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return Duration{0};
  if (text.empty()) return std::nullopt;
  constexpr Duration kLongest = std::chrono::hours(24) * 365 * 292;  // what Go's fit in
  Duration total{0};
  while (!text.empty()) {
    const auto* unit = std::find_if_not(text.begin(), text.end(), is_number_part);
    const auto* next = std::find_if(unit, text.end(), is_number_part);
    const auto part = parse_part({text.begin(), unit}, {unit, next});
    if (!part || *part > kLongest) return std::nullopt;
    total += *part;
    if (total > kLongest) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(next - text.begin()));
  }
  return negative ? -total : total;
}

}  // namespace tocsin::cli
