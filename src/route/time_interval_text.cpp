// The texts of time intervals, as the configuration has them.
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "model/error.h"
#include "route/time_interval.h"

namespace tocsin::route {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays = {"sunday",   "monday", "tuesday", "wednesday",
                                                       "thursday", "friday", "saturday"};
constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

template <std::size_t N>
std::optional<int> index_in(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<int>(at - names.begin());
}

/// As Go's Atoi reads it.
std::optional<int> number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  int value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

/// "a" or "a:b"; `expected` says what may stand for a and b.
template <class Parse>  // std::optional<int>(std::string_view)
Range parse_range(std::string_view text, std::string_view expected, Parse parse) {
  const std::string low = lower(text);
  const std::string_view whole = low;
  const std::size_t colon = whole.find(':');
  const auto begin = parse(whole.substr(0, colon));
  const auto end = colon == std::string_view::npos ? begin : parse(whole.substr(colon + 1));
  if (!begin || !end) {
    throw Error(
        fmt::format("\"{}\" should be {}, or two of them with a colon between", text, expected));
  }
  return {*begin, *end};
}

void check_order(std::string_view text, Range range, std::string_view hint = {}) {
  if (range.begin <= range.end) return;
  throw Error(fmt::format("\"{}\" ends before it begins{}", text, hint));
}

std::string format_range(std::string begin, const std::string& end) {
  return begin == end ? begin : std::move(begin) + ":" + end;
}

}  // namespace

int parse_time_of_day(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text == "24:00") return 24 * 60;
  if (text.size() == 5 && digit(0) && digit(1) && text[2] == ':' && digit(3) && digit(4)) {
    const int hour = (text[0] - '0') * 10 + text[1] - '0';
    const int minute = (text[3] - '0') * 10 + text[4] - '0';
    if (hour < 24 && minute < 60) return hour * 60 + minute;
  }
  throw Error(fmt::format("\"{}\" is no time of day; write one from 00:00 to 24:00", text));
}

Range parse_weekdays(std::string_view text) {
  const Range range = parse_range(text, "the name of a day like monday",
                                  [](std::string_view day) { return index_in(kWeekdays, day); });
  check_order(
      text, range,
      "; the week goes from sunday to saturday: for days across its end write two elements");
  return range;
}

Range parse_days_of_month(std::string_view text) {
  const Range range = parse_range(
      text, "a day of the month, 1 to 31, or -1 to -31 counted from its end", [](auto day) {
        std::optional<int> value = number(day);
        return value && *value != 0 && *value >= -31 && *value <= 31 ? value : std::nullopt;
      });
  if (range.begin < 0 && range.end > 0) {
    throw Error(fmt::format(
        "\"{}\" begins with a day counted from the month's end: so must its last day be", text));
  }
  // Whether days of both kinds are in order depends on the month: wrong is what is so in any.
  constexpr int kShortest = 28;
  const auto from_start = [](int day) { return day < 0 ? kShortest + day : day; };
  check_order(text, {from_start(range.begin), from_start(range.end)});
  return range;
}

Range parse_months(std::string_view text) {
  const Range range =
      parse_range(text, "the name of a month like january, or its number, 1 to 12",
                  [](std::string_view month) -> std::optional<int> {
                    if (const auto named = index_in(kMonths, month)) return *named + 1;
                    const std::optional<int> value = number(month);
                    return value && *value >= 1 && *value <= 12 ? value : std::nullopt;
                  });
  check_order(text, range, "; for months across the end of the year write two elements");
  return range;
}

Range parse_years(std::string_view text) {
  const Range range = parse_range(text, "a year", number);
  check_order(text, range);
  return range;
}

std::string format_time_of_day(int minutes) {
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

std::string format_weekdays(Range range) {
  const auto name = [](int day) { return std::string(kWeekdays[static_cast<std::size_t>(day)]); };
  return format_range(name(range.begin), name(range.end));
}

std::string format_months(Range range) {
  const auto name = [](int month) {
    return std::string(kMonths[static_cast<std::size_t>(month - 1)]);
  };
  return format_range(name(range.begin), name(range.end));
}

std::string format_numbers(Range range) {
  return format_range(fmt::to_string(range.begin), fmt::to_string(range.end));
}

}  // namespace tocsin::route
