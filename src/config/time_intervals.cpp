#include <map>

#include <fmt/format.h>

#include "config/parts.h"

namespace tocsin::config {
namespace {

/// A time of day under `key`; they have to be there.
std::optional<int> read_time(Map& map, std::string_view key) {
  std::string text;
  if (!map.read(key, text)) {
    if (!map.has(key)) map.problem(fmt::format("a time range needs a {} like 09:00", key));
    return std::nullopt;
  }
  try {
    return route::parse_time_of_day(text);
  } catch (const Error& error) {
    map.problem(key, fmt::format("{} {}", key, error.what()));
    return std::nullopt;
  }
}

void read_times(Map& span, std::optional<std::vector<route::Minutes>>& times) {
  const Node* list = span.find("times");
  if (list == nullptr) return;
  times.emplace();
  span.for_each("times", [&](const Node& node) {
    Map map(node, "time range", span.file());
    if (!map.usable()) return;
    const std::optional<int> begin = read_time(map, "start_time");
    const std::optional<int> end = read_time(map, "end_time");
    if (!begin || !end) return;
    if (*begin >= *end) {
      map.problem("end_time",
                  "end_time must be later than start_time; for hours across midnight write two "
                  "ranges, one up to 24:00 and one from 00:00");
      return;
    }
    times->push_back({*begin, *end});
  });
}

using ParseRange = route::Range (*)(std::string_view);

void read_ranges(Map& span, std::string_view key, ParseRange parse,
                 std::optional<std::vector<route::Range>>& ranges) {
  const Node* list = span.find(key);
  std::vector<std::string> texts;
  const std::size_t problems_before = span.file().problems();
  if (!span.read(key, texts) || span.file().problems() > problems_before) return;
  ranges.emplace();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    try {
      ranges->push_back(parse(texts[i]));
    } catch (const Error& error) {
      span.file().problem(*list->list[i], error.what());
    }
  }
}

void read_location(Map& span, route::TimeSpan& out) {
  if (!span.read("location", out.location)) return;
  try {
    out.zone = route::find_zone(out.location);
  } catch (const Error& error) {
    span.problem("location", error.what());
  }
}

/// An empty list is not the same as none: it never holds.
void warn_of_empty(Map& span, std::vector<Diagnostic>& warnings) {
  for (const std::string_view key : {"times", "weekdays", "days_of_month", "months", "years"}) {
    const Node* list = span.find(key);
    if (list == nullptr || !list->is_list() || !list->list.empty()) continue;
    warnings.push_back({span.file().position(list->mark),
                        fmt::format("an empty list of {0} never holds, and so does the interval; "
                                    "remove {0} for any",
                                    key)});
  }
}

route::TimeSpan read_span(Map& map, std::vector<Diagnostic>& warnings) {
  route::TimeSpan span;
  read_times(map, span.times);
  read_ranges(map, "weekdays", route::parse_weekdays, span.weekdays);
  read_ranges(map, "days_of_month", route::parse_days_of_month, span.days_of_month);
  read_ranges(map, "months", route::parse_months, span.months);
  read_ranges(map, "years", route::parse_years, span.years);
  read_location(map, span);
  warn_of_empty(map, warnings);
  return span;
}

route::TimeInterval read_interval(Map& map, std::vector<Diagnostic>& warnings) {
  route::TimeInterval interval;
  if (!map.read("name", interval.name) || interval.name.empty()) {
    map.problem("a time interval needs a name, by which routes refer to it");
  }
  const Node* list = map.find("time_intervals");
  if (list != nullptr && !list->is_list()) {
    map.problem("time_intervals",
                fmt::format("time_intervals must be a list, this is {}; begin each element with a "
                            "dash",
                            describe(list->kind)));
  } else if (list != nullptr) {
    for (const Node* node : list->list) {
      Map span(*node, "element of time_intervals", map.file());
      if (span.usable()) interval.spans.push_back(read_span(span, warnings));
    }
  }
  return interval;
}

}  // namespace

std::vector<route::TimeInterval> read_time_intervals(Map& root, std::vector<Diagnostic>& warnings) {
  std::vector<route::TimeInterval> intervals;
  std::map<std::string, int> lines;
  for (const std::string_view key : {"mute_time_intervals", "time_intervals"}) {
    root.for_each(key, [&](const Node& node) {
      Map map(node, "time interval", root.file());
      if (!map.usable()) return;
      route::TimeInterval interval = read_interval(map, warnings);
      const auto [first, is_new] = lines.emplace(interval.name, node.mark.line);
      if (!is_new && !interval.name.empty()) {
        map.problem("name", fmt::format("there are two time intervals {}, the other one in line "
                                        "{}; rename one",
                                        shown(interval.name), first->second));
      }
      intervals.push_back(std::move(interval));
    });
  }
  return intervals;
}

}  // namespace tocsin::config
