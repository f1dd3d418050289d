#include "template/time_layout.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tocsin::tmpl {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};

int day_of_year(Timestamp at, int year) {
  const std::chrono::sys_days first = std::chrono::year{year} / std::chrono::January / 1;
  return static_cast<int>((std::chrono::floor<std::chrono::days>(at) - first).count()) + 1;
}

int twelve_hour(int hour) { return hour % 12 == 0 ? 12 : hour % 12; }

using Writer = std::string (*)(const CivilTime&, Timestamp);

struct Element {
  std::string_view layout;
  Writer write;
};

// Where two begin alike, the longer one comes first.
const Element kElements[] = {
    {"January", [](auto& t, auto) { return std::string(kMonths[t.month - 1]); }},
    {"Jan", [](auto& t, auto) { return std::string(kMonths[t.month - 1].substr(0, 3)); }},
    {"Monday", [](auto& t, auto) { return std::string(kDays[t.weekday]); }},
    {"Mon", [](auto& t, auto) { return std::string(kDays[t.weekday].substr(0, 3)); }},
    {"MST", [](auto&, auto) { return std::string("UTC"); }},
    {"2006", [](auto& t, auto) { return fmt::format("{:04}", t.year); }},
    {"01", [](auto& t, auto) { return fmt::format("{:02}", t.month); }},
    {"002", [](auto& t, auto at) { return fmt::format("{:03}", day_of_year(at, t.year)); }},
    {"02", [](auto& t, auto) { return fmt::format("{:02}", t.day); }},
    {"03", [](auto& t, auto) { return fmt::format("{:02}", twelve_hour(t.hour)); }},
    {"04", [](auto& t, auto) { return fmt::format("{:02}", t.minute); }},
    {"05", [](auto& t, auto) { return fmt::format("{:02}", t.second); }},
    {"06", [](auto& t, auto) { return fmt::format("{:02}", t.year % 100); }},
    {"15", [](auto& t, auto) { return fmt::format("{:02}", t.hour); }},
    {"1", [](auto& t, auto) { return std::to_string(t.month); }},
    {"_2006", [](auto& t, auto) { return fmt::format("_{:04}", t.year); }},
    {"__2", [](auto& t, auto at) { return fmt::format("{:3}", day_of_year(at, t.year)); }},
    {"_2", [](auto& t, auto) { return fmt::format("{:2}", t.day); }},
    {"2", [](auto& t, auto) { return std::to_string(t.day); }},
    {"3", [](auto& t, auto) { return std::to_string(twelve_hour(t.hour)); }},
    {"4", [](auto& t, auto) { return std::to_string(t.minute); }},
    {"5", [](auto& t, auto) { return std::to_string(t.second); }},
    {"PM", [](auto& t, auto) { return std::string(t.hour < 12 ? "AM" : "PM"); }},
    {"pm", [](auto& t, auto) { return std::string(t.hour < 12 ? "am" : "pm"); }},
    {"-07:00:00", [](auto&, auto) { return std::string("+00:00:00"); }},
    {"-07:00", [](auto&, auto) { return std::string("+00:00"); }},
    {"-070000", [](auto&, auto) { return std::string("+000000"); }},
    {"-0700", [](auto&, auto) { return std::string("+0000"); }},
    {"-07", [](auto&, auto) { return std::string("+00"); }},
    {"Z07:00:00", [](auto&, auto) { return std::string("Z"); }},
    {"Z07:00", [](auto&, auto) { return std::string("Z"); }},
    {"Z070000", [](auto&, auto) { return std::string("Z"); }},
    {"Z0700", [](auto&, auto) { return std::string("Z"); }},
    {"Z07", [](auto&, auto) { return std::string("Z"); }},
};

/// ".000", ",999": how many digits of a second's fraction, or 0 when it is none.
std::size_t fraction_digits(std::string_view rest) {
  if (rest.size() < 2 || (rest[0] != '.' && rest[0] != ',')) return 0;
  const char digit = rest[1];
  if (digit != '0' && digit != '9') return 0;
  const std::size_t end = std::min(rest.find_first_not_of(digit, 1), rest.size());
  const bool more_digits = end < rest.size() && rest[end] >= '0' && rest[end] <= '9';
  return more_digits ? 0 : end - 1;
}

std::string write_fraction(std::string_view layout, std::size_t digits, int millisecond) {
  std::string out = fmt::format("{:03}", millisecond);
  out.resize(digits, '0');
  if (layout[1] == '9') out.erase(out.find_last_not_of('0') + 1);
  return out.empty() ? out : layout[0] + out;
}

}  // namespace

std::string format_layout(Timestamp at, std::string_view layout) {
  const CivilTime civil = to_civil(at);
  std::string out;
  while (!layout.empty()) {
    std::size_t used = 0;
    if (const std::size_t digits = fraction_digits(layout); digits > 0) {
      out += write_fraction(layout, digits, civil.millisecond);
      used = digits + 1;
    }
    for (const Element& element : kElements) {
      if (used > 0) break;
      if (!layout.starts_with(element.layout)) continue;
      out += element.write(civil, at);
      used = element.layout.size();
    }
    if (used == 0) {
      out += layout.front();
      used = 1;
    }
    layout.remove_prefix(used);
  }
  return out;
}

}  // namespace tocsin::tmpl
