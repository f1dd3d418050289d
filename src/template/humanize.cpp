#include "template/humanize.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include "model/time.h"
#include "template/print_value.h"

namespace tocsin::tmpl {
namespace {

std::string four_digits(double value) { return format_float(value, 'g', 4); }

/// Below one: m, u, n and so on until it is at least one.
std::string with_small_prefix(double value) {
  std::string_view prefix;
  for (const std::string_view next : {"m", "u", "n", "p", "f", "a", "z", "y"}) {
    if (std::abs(value) >= 1) break;
    prefix = next;
    value *= 1000;
  }
  return four_digits(value) + std::string(prefix);
}

std::string with_large_prefix(double value, double step,
                              const std::array<std::string_view, 8>& prefixes) {
  std::string_view prefix;
  for (const std::string_view next : prefixes) {
    if (std::abs(value) < step) break;
    prefix = next;
    value /= step;
  }
  return four_digits(value) + std::string(prefix);
}

std::string in_parts(double seconds) {
  const std::string_view sign = seconds < 0 ? "-" : "";
  seconds = std::abs(seconds);
  constexpr double kMost = 9e18;  // what fits 64 bits
  const auto whole = static_cast<std::int64_t>(std::min(seconds, kMost));
  const std::int64_t minutes = whole / 60;
  const std::int64_t hours = minutes / 60;
  const std::int64_t days = hours / 24;
  if (days != 0) {
    return fmt::format("{}{}d {}h {}m {}s", sign, days, hours % 24, minutes % 60, whole % 60);
  }
  if (hours != 0) return fmt::format("{}{}h {}m {}s", sign, hours, minutes % 60, whole % 60);
  if (minutes != 0) return fmt::format("{}{}m {}s", sign, minutes, whole % 60);
  return fmt::format("{}{}s", sign, four_digits(seconds));
}

}  // namespace

std::string humanize(double value) {
  if (value == 0 || !std::isfinite(value)) return four_digits(value);
  if (std::abs(value) < 1) return with_small_prefix(value);
  return with_large_prefix(value, 1000, {"k", "M", "G", "T", "P", "E", "Z", "Y"});
}

std::string humanize_1024(double value) {
  if (std::abs(value) <= 1 || !std::isfinite(value)) return four_digits(value);
  return with_large_prefix(value, 1024, {"ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"});
}

std::string humanize_duration(double seconds) {
  if (!std::isfinite(seconds)) return four_digits(seconds);
  if (seconds == 0) return four_digits(seconds) + 's';
  if (std::abs(seconds) >= 1) return in_parts(seconds);
  return with_small_prefix(seconds) + 's';
}

std::string humanize_percentage(double ratio) { return four_digits(ratio * 100) + '%'; }

std::string humanize_timestamp(double seconds) {
  if (!std::isfinite(seconds)) return four_digits(seconds);
  return print_time({from_unix_seconds(seconds)});
}

}  // namespace tocsin::tmpl
