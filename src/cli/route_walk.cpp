#include "cli/route_walk.h"

#include "group/group.h"

namespace tocsin::cli {
namespace {

/// Of the named ones, those that hold at `now`.
std::vector<std::string> holding(const config::Config& config,
                                 const std::vector<std::string>& names, Timestamp now) {
  std::vector<std::string> out;
  for (const std::string& name : names) {
    const route::TimeInterval* interval = config.time_interval(name);
    if (interval != nullptr && route::contains(*interval, now)) out.push_back(name);
  }
  return out;
}

bool speaks(const config::Config& config, const route::Route& route, Timestamp now) {
  const auto& active = route.active_time_intervals;
  return holding(config, route.mute_time_intervals, now).empty() &&
         (active.empty() || !holding(config, active, now).empty());
}

std::optional<Timestamp> first_message(const config::Config& config, const route::Route& route,
                                       Timestamp first_flush) {
  constexpr Duration kFar = std::chrono::hours(366 * 24);
  // Flushes far apart are tried one by one, close ones minute by minute: intervals begin with
  // minutes.
  const Duration step = std::max<Duration>(route.group_interval, std::chrono::minutes(1));
  for (Timestamp at = first_flush; at <= first_flush + kFar; at += step) {
    if (speaks(config, route, at)) return at;
  }
  return std::nullopt;
}

}  // namespace

Outlook outlook(const config::Config& config, const route::Route& route, const Labels& labels,
                Timestamp now) {
  Outlook out;
  out.route = &route;
  out.group = route::group_labels(route, labels);
  out.first_flush = group::open(route, out.group, now, now).next_flush;
  out.muted_by = holding(config, route.mute_time_intervals, out.first_flush);
  if (holding(config, route.active_time_intervals, out.first_flush).empty()) {
    out.inactive_by = route.active_time_intervals;
  }
  out.first_message = first_message(config, route, out.first_flush);
  return out;
}

std::vector<const route::InhibitRule*> rules_that_could_inhibit(const config::Config& config,
                                                                const Labels& labels) {
  std::vector<const route::InhibitRule*> out;
  for (const route::InhibitRule& rule : config.inhibit_rules) {
    const bool inert = rule.source_matchers.empty() && rule.target_matchers.empty();
    if (!inert && all_match(rule.target_matchers, labels)) out.push_back(&rule);
  }
  return out;
}

}  // namespace tocsin::cli
