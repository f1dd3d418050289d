#include "simulation/spec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tocsin::simulation {
namespace {

std::string list(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& each : all) text += fmt::format("{}'{}'", text.empty() ? "" : ", ", each);
  return "[" + text + "]";
}

std::string list(const MatcherSpecs& matchers) {
  std::vector<std::string> texts;
  for (const MatcherSpec& each : matchers) texts.push_back(to_text(each));
  return list(texts);
}

std::string time_of_day(int minute) { return fmt::format("{:02}:{:02}", minute / 60, minute % 60); }

/// What is the same as the parent's is left out, as people do.
std::string text_of(const RouteSpec& route, const RouteSpec* parent) {
  std::string text = fmt::format("{{receiver: {}", route.receiver);
  if (parent == nullptr || parent->group_by != route.group_by) {
    text += ", group_by: " + list(route.group_by);
  }
  const auto timer = [&](const char* name, Duration RouteSpec::*which) {
    if (parent != nullptr && parent->*which == route.*which) return;
    text += fmt::format(", {}: {}", name, format_duration(route.*which));
  };
  timer("group_wait", &RouteSpec::wait);
  timer("group_interval", &RouteSpec::interval);
  timer("repeat_interval", &RouteSpec::repeat);
  if (!route.matchers.empty()) text += ", matchers: " + list(route.matchers);
  if (route.continues) text += ", continue: true";
  if (!route.muted_in.empty()) text += ", mute_time_intervals: " + list(route.muted_in);
  if (!route.active_in.empty()) text += ", active_time_intervals: " + list(route.active_in);
  std::string below;
  for (const RouteSpec& each : route.routes) {
    below += (below.empty() ? "" : ", ") + text_of(each, &route);
  }
  if (!below.empty()) text += ", routes: [" + below + "]";
  return text + "}";
}

std::string text_of(const Spec& spec) {
  std::string text = fmt::format(
      "global: {{resolve_timeout: {}}}\n"
      "sources: [{{name: fake, url: 'http://source.test'}}]\nroute: {}\nreceivers:\n",
      format_duration(spec.resolve_timeout), text_of(spec.route, nullptr));
  for (const ReceiverSpec& receiver : spec.receivers) {
    std::string hooks;
    for (const ChannelSpec& channel : receiver.channels) {
      hooks += fmt::format("{}{{url: 'http://{}/', send_resolved: {}", hooks.empty() ? "" : ", ",
                           channel.url, channel.send_resolved);
      if (channel.most > 0) {
        hooks += fmt::format(", rate_limit: {}/{}", channel.most, format_duration(channel.per));
      }
      hooks += '}';
    }
    text += fmt::format("- {{name: {}, webhook_configs: [{}]}}\n", receiver.name, hooks);
  }
  text += "inhibit_rules:\n";
  for (const InhibitSpec& each : spec.inhibitions) {
    text += fmt::format("- {{source_matchers: {}, target_matchers: {}, equal: {}}}\n",
                        list(each.source), list(each.target), list(each.equal));
  }
  static constexpr const char* kDays[] = {"sunday",   "monday", "tuesday", "wednesday",
                                          "thursday", "friday", "saturday"};
  text += "time_intervals:\n";
  for (const IntervalSpec& each : spec.intervals) {
    text += fmt::format(
        "- {{name: {}, time_intervals: [{{times: [{{start_time: '{}', end_time: '{}'}}], "
        "weekdays: ['{}:{}']}}]}}\n",
        each.name, time_of_day(each.from), time_of_day(each.to), kDays[each.first_weekday],
        kDays[each.last_weekday]);
  }
  return spec.broken ? text + "rout: {}\n" : text;
}

std::string rules_of(const Spec& spec) {
  std::string text = "groups:\n";
  for (const RuleGroupSpec& group : spec.groups) {
    text += fmt::format("- name: {}\n  interval: {}\n  rules:\n", group.name,
                        format_duration(group.interval));
    for (const RuleSpec& rule : group.rules) {
      text += fmt::format(
          "  - {{alert: {}, expr: {}, for: {}, keep_firing_for: {}, labels: {{severity: {}}}, "
          "annotations: {{summary: 'is {{{{ $value }}}}'}}}}\n",
          rule.name, rule.expression, format_duration(rule.hold), format_duration(rule.keep),
          rule.severity);
    }
  }
  return text;
}

}  // namespace

std::string to_text(const MatcherSpec& matcher) {
  return fmt::format("{}{}\"{}\"", matcher.name, matcher.op, fmt::join(matcher.values, "|"));
}

std::string rule_key(const RuleGroupSpec& group, const RuleSpec& rule) {
  return fmt::format("{}/{}/{}", group.name, rule.name, rule.severity);
}

std::shared_ptr<const config::Config> load(const Spec& spec) {
  auto config = std::make_shared<config::Config>(
      *config::parse(text_of(spec), "simulation.yaml", [](const auto&) { return std::nullopt; }));
  std::vector<Diagnostic> problems;
  config->groups = config::parse_rule_file(rules_of(spec), "rules.yaml", problems);
  if (!problems.empty()) throw InvalidInput(problems);
  rule::name_rules(config->groups);
  return config;
}

}  // namespace tocsin::simulation
