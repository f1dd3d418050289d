#include <fmt/format.h>

#include "config/alertmanager_yaml.h"

namespace tocsin::config {
namespace {

void write_matchers(YamlWriter& out, std::string_view key, const Matchers& matchers) {
  if (matchers.empty()) return;
  std::vector<std::string> texts;
  for (const Matcher& each : matchers) texts.push_back(each.to_string());
  out.texts(key, texts);
}

/// Only what is not the parent's: programs older than 0.34 do not know the key.
void write_labels(YamlWriter& out, const Labels& labels, const route::Route* parent) {
  std::vector<LabelView> own;
  for (const LabelView& label : labels) {
    const bool inherited = parent != nullptr && parent->labels.has(label.name) &&
                           parent->labels.get(label.name) == label.value;
    if (!inherited) own.push_back(label);
  }
  if (own.empty()) return;
  out.mapping("labels", [&] {
    for (const LabelView& label : own) out.plain(yaml_quoted(label.name), yaml_quoted(label.value));
  });
}

/// A route says what is not as it is in its parent (the top one: in the defaults), as a file would.
void write_route(YamlWriter& out, const route::Route& route, const route::Route* parent) {
  out.text("receiver", route.receiver);
  if (route.group_by_all) {
    if (parent == nullptr || !parent->group_by_all) out.texts("group_by", {"..."});
  } else if (parent == nullptr ? !route.group_by.empty()
                               : parent->group_by_all || parent->group_by != route.group_by) {
    out.texts("group_by", route.group_by);
  }
  write_matchers(out, "matchers", route.matchers);
  const auto names = [&](std::string_view key, const std::vector<std::string>& intervals) {
    if (!intervals.empty()) out.texts(key, intervals);
  };
  names("mute_time_intervals", route.mute_time_intervals);
  names("active_time_intervals", route.active_time_intervals);
  write_labels(out, route.labels, parent);
  out.flag("continue", route.continue_after);
  const auto timer = [&](std::string_view key, Duration route::Route::*field) {
    if (parent != nullptr && parent->*field == route.*field) return;
    out.plain(key, format_duration(route.*field));
  };
  timer("group_wait", &route::Route::group_wait);
  timer("group_interval", &route::Route::group_interval);
  timer("repeat_interval", &route::Route::repeat_interval);
  if (route.routes.empty()) return;
  out.mapping("routes", [&] {
    for (const route::Route& child : route.routes) {
      out.element([&] { write_route(out, child, &route); });
    }
  });
}

void write_inhibit_rules(YamlWriter& out, const std::vector<route::InhibitRule>& rules) {
  if (rules.empty()) return;
  out.mapping("inhibit_rules", [&] {
    for (const route::InhibitRule& rule : rules) {
      out.element([&] {
        out.text("name", rule.name);
        write_matchers(out, "source_matchers", rule.source_matchers);
        write_matchers(out, "target_matchers", rule.target_matchers);
        out.texts("equal", rule.equal);
      });
    }
  });
}

void write_times(YamlWriter& out, const std::vector<route::Minutes>& times) {
  if (times.empty()) return out.texts("times", {});
  out.mapping("times", [&] {
    for (const route::Minutes& each : times) {
      out.element([&] {
        out.text("start_time", route::format_time_of_day(each.begin));
        out.text("end_time", route::format_time_of_day(each.end));
      });
    }
  });
}

void write_span(YamlWriter& out, const route::TimeSpan& span) {
  const auto ranges = [&](std::string_view key, const auto& field,
                          std::string (*format)(route::Range)) {
    if (!field) return;
    std::vector<std::string> texts;
    for (const route::Range& each : *field) texts.push_back(format(each));
    out.texts(key, texts);
  };
  if (span.times) write_times(out, *span.times);
  ranges("weekdays", span.weekdays, route::format_weekdays);
  ranges("days_of_month", span.days_of_month, route::format_numbers);
  ranges("months", span.months, route::format_months);
  ranges("years", span.years, route::format_numbers);
  // Always: an element cannot be written with no key at all, and this one says what is so anyway.
  out.text("location", span.location.empty() ? "UTC" : span.location);
}

void write_time_intervals(YamlWriter& out, const std::vector<route::TimeInterval>& intervals) {
  if (intervals.empty()) return;
  out.mapping("time_intervals", [&] {
    for (const route::TimeInterval& interval : intervals) {
      out.element([&] {
        out.text("name", interval.name);
        if (interval.spans.empty()) return out.texts("time_intervals", {});
        out.mapping("time_intervals", [&] {
          for (const route::TimeSpan& span : interval.spans) {
            out.element([&] { write_span(out, span); });
          }
        });
      });
    }
  });
}

}  // namespace

void write_routing(YamlWriter& out, const Config& config) {
  out.mapping("route", [&] { write_route(out, config.route, nullptr); });
  write_inhibit_rules(out, config.inhibit_rules);
  write_time_intervals(out, config.time_intervals);
}

}  // namespace tocsin::config
