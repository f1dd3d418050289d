#include <array>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "model/error.h"
#include "model/time.h"

namespace tocsin {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
  bool only_if_exact;  // printed only when it divides the whole duration
};

// In descending order: both the parser and the printer rely on it.
constexpr std::array<Unit, 7> kUnits = {{
    {"y", 365LL * 24 * 3600 * 1000, true},
    {"w", 7LL * 24 * 3600 * 1000, true},
    {"d", 24LL * 3600 * 1000, false},
    {"h", 3600LL * 1000, false},
    {"m", 60LL * 1000, false},
    {"s", 1000, false},
    {"ms", 1, false},
}};

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw Error(
      fmt::format("\"{}\" is not a duration: {}; write it like 30s, 5m or 1h30m", text, why));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::int64_t take_number(std::string_view whole, std::string_view& rest) {
  if (rest.empty() || !is_digit(rest.front()))
    refuse(whole, "a number is expected before each unit");
  std::int64_t number = 0;
  while (!rest.empty() && is_digit(rest.front())) {
    const int digit = rest.front() - '0';
    if (number > (kMax - digit) / 10) refuse(whole, "it is too long");
    number = number * 10 + digit;
    rest.remove_prefix(1);
  }
  return number;
}

std::size_t take_unit(std::string_view whole, std::string_view& rest, std::size_t first_allowed) {
  std::size_t length = 0;
  while (length < rest.size() && !is_digit(rest[length])) ++length;
  const std::string_view name = rest.substr(0, length);
  if (name.empty()) refuse(whole, "a unit is missing (y, w, d, h, m, s or ms)");
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    if (kUnits[i].name != name) continue;
    if (i < first_allowed) refuse(whole, "units go from large to small, each once");
    rest.remove_prefix(length);
    return i;
  }
  refuse(whole, fmt::format("unknown unit \"{}\" (know y, w, d, h, m, s, ms)", name));
}

}  // namespace

Duration parse_duration(std::string_view text) {
  if (text.empty()) refuse(text, "it is empty");
  if (text == "0") return Duration{0};
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::int64_t number = take_number(text, rest);
    const std::size_t unit = take_unit(text, rest, next_unit);
    next_unit = unit + 1;
    const std::int64_t size = kUnits[unit].milliseconds;
    // Prometheus counts in nanoseconds, so about 292 years are its limit and ours.
    constexpr std::int64_t kLongest = kMax / 1'000'000;
    if (number > kLongest / size || total > kLongest - number * size)
      refuse(text, "it is too long");
    total += number * size;
  }
  return Duration{total};
}

std::string format_duration(Duration duration) {
  std::int64_t left = duration.count();
  if (left == 0) return "0s";
  std::string text;
  if (left < 0) {
    text = "-";
    left = -left;
  }
  for (const Unit& unit : kUnits) {
    if (unit.only_if_exact && left % unit.milliseconds != 0) continue;
    if (const std::int64_t count = left / unit.milliseconds; count > 0) {
      text += fmt::format("{}{}", count, unit.name);
      left -= count * unit.milliseconds;
    }
  }
  return text;
}

}  // namespace tocsin
