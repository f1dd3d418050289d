#include "template/time_layout.h"

#include <algorithm>

#include <date/tz.h>
#include <fmt/format.h>

#include "model/error.h"
#include "template/time_words.h"

namespace tocsin::tmpl {
namespace {

int day_of_year(Timestamp at, int year) {
  const std::chrono::sys_days first = std::chrono::year{year} / std::chrono::January / 1;
  return static_cast<int>((std::chrono::floor<std::chrono::days>(at) - first).count()) + 1;
}

/// "+02:00": with or without the colons, hours alone or all three parts.
std::string offset_text(std::chrono::seconds offset, int parts, std::string_view colon) {
  const std::int64_t seconds = std::abs(offset.count());
  std::string out = fmt::format("{}{:02}", offset.count() < 0 ? '-' : '+', seconds / 3600);
  if (parts > 1) out += fmt::format("{}{:02}", colon, seconds / 60 % 60);
  if (parts > 2) out += fmt::format("{}{:02}", colon, seconds % 60);
  return out;
}

int twelve_hour(int hour) { return hour % 12 == 0 ? 12 : hour % 12; }

using Writer = std::string (*)(const LocalTime&);

struct Element {
  std::string_view layout;
  Writer write;
};

template <int Parts, bool Colons, bool Letter>
std::string write_offset(const LocalTime& time) {
  if (Letter && time.offset.count() == 0) return "Z";
  return offset_text(time.offset, Parts, Colons ? ":" : "");
}

// Where two begin alike, the longer one comes first.
const Element kElements[] = {
    {"January", [](auto& t) { return std::string(month_name(t.civil.month)); }},
    {"Jan", [](auto& t) { return std::string(month_name(t.civil.month).substr(0, 3)); }},
    {"Monday", [](auto& t) { return std::string(day_name(t.civil.weekday)); }},
    {"Mon", [](auto& t) { return std::string(day_name(t.civil.weekday).substr(0, 3)); }},
    {"MST", [](auto& t) { return t.zone; }},
    {"2006", [](auto& t) { return fmt::format("{:04}", t.civil.year); }},
    {"01", [](auto& t) { return fmt::format("{:02}", t.civil.month); }},
    {"002", [](auto& t) { return fmt::format("{:03}", t.day_of_year); }},
    {"02", [](auto& t) { return fmt::format("{:02}", t.civil.day); }},
    {"03", [](auto& t) { return fmt::format("{:02}", twelve_hour(t.civil.hour)); }},
    {"04", [](auto& t) { return fmt::format("{:02}", t.civil.minute); }},
    {"05", [](auto& t) { return fmt::format("{:02}", t.civil.second); }},
    {"06", [](auto& t) { return fmt::format("{:02}", t.civil.year % 100); }},
    {"15", [](auto& t) { return fmt::format("{:02}", t.civil.hour); }},
    {"1", [](auto& t) { return std::to_string(t.civil.month); }},
    {"_2006", [](auto& t) { return fmt::format("_{:04}", t.civil.year); }},
    {"__2", [](auto& t) { return fmt::format("{:3}", t.day_of_year); }},
    {"_2", [](auto& t) { return fmt::format("{:2}", t.civil.day); }},
    {"2", [](auto& t) { return std::to_string(t.civil.day); }},
    {"3", [](auto& t) { return std::to_string(twelve_hour(t.civil.hour)); }},
    {"4", [](auto& t) { return std::to_string(t.civil.minute); }},
    {"5", [](auto& t) { return std::to_string(t.civil.second); }},
    {"PM", [](auto& t) { return std::string(t.civil.hour < 12 ? "AM" : "PM"); }},
    {"pm", [](auto& t) { return std::string(t.civil.hour < 12 ? "am" : "pm"); }},
    {"-07:00:00", write_offset<3, true, false>},
    {"-07:00", write_offset<2, true, false>},
    {"-070000", write_offset<3, false, false>},
    {"-0700", write_offset<2, false, false>},
    {"-07", write_offset<1, false, false>},
    {"Z07:00:00", write_offset<3, true, true>},
    {"Z07:00", write_offset<2, true, true>},
    {"Z070000", write_offset<3, false, true>},
    {"Z0700", write_offset<2, false, true>},
    {"Z07", write_offset<1, false, true>},
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

LocalTime local_time(const ZonedTime& time) {
  LocalTime local;
  if (time.zone != nullptr) {
    const date::sys_info info = time.zone->get_info(time.at);
    local.offset = info.offset;
    local.zone = info.abbrev;
  } else {
    local.offset = time.offset;
    local.zone = time.offset.count() == 0 ? "UTC" : offset_text(time.offset, 2, "");
  }
  const Timestamp shown = time.at + local.offset;
  local.civil = to_civil(shown);
  local.day_of_year = day_of_year(shown, local.civil.year);
  return local;
}

ZonedTime in_zone(Timestamp at, std::string_view zone) {
  if (zone.empty() || zone == "UTC") return {at};
  try {
    return {at, zone == "Local" ? date::current_zone() : date::locate_zone(std::string(zone))};
  } catch (const std::runtime_error&) {
    throw Error(fmt::format("unknown time zone {}", zone));
  }
}

std::string format_layout(const ZonedTime& time, std::string_view layout) {
  const LocalTime local = local_time(time);
  std::string out;
  while (!layout.empty()) {
    std::size_t used = 0;
    if (const std::size_t digits = fraction_digits(layout); digits > 0) {
      out += write_fraction(layout, digits, local.civil.millisecond);
      used = digits + 1;
    }
    for (const Element& element : kElements) {
      if (used > 0) break;
      if (!layout.starts_with(element.layout)) continue;
      out += element.write(local);
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
