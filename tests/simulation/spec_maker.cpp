#include "simulation/spec_maker.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace tocsin::simulation {
namespace {

constexpr const char* kTeams[] = {"x", "y"};
constexpr const char* kHosts[] = {"a", "b", "c", "d"};
constexpr const char* kSeverities[] = {"page", "warn"};
constexpr const char* kOps[] = {"=", "=", "=~", "!=", "!~"};
constexpr std::uint32_t kRules = 6;
constexpr std::uint32_t kPosted = 3;

Duration pick(Choices& choices, std::initializer_list<Duration> all) {
  return all.begin()[choices.below(static_cast<std::uint32_t>(all.size()))];
}

std::string alert_name(Choices& choices) {
  const std::uint32_t which = choices.below(kRules + kPosted);
  return which < kRules ? fmt::format("Rule{}", which) : fmt::format("Post{}", which - kRules);
}

std::string value_for(const std::string& name, Choices& choices) {
  if (name == "team") return choices.of(kTeams);
  if (name == "host") return choices.of(kHosts);
  if (name == "severity") return choices.of(kSeverities);
  return alert_name(choices);
}

MatcherSpec matcher(Choices& choices) {
  static constexpr const char* kNames[] = {"team", "host", "severity", "alertname"};
  MatcherSpec spec;
  spec.name = choices.of(kNames);
  spec.op = choices.of(kOps);
  const bool regex = spec.op.size() == 2 && spec.op[1] == '~';
  std::set<std::string> values = {value_for(spec.name, choices)};
  if (regex) values.insert(value_for(spec.name, choices));
  spec.values.assign(values.begin(), values.end());
  return spec;
}

std::vector<std::string> some_of(std::initializer_list<const char*> all, Choices& choices) {
  std::vector<std::string> chosen;
  for (const char* each : all) {
    if (choices.one_in(2)) chosen.emplace_back(each);
  }
  return chosen;
}

std::string any_receiver(const Spec& spec, Choices& choices) {
  return spec.receivers[choices.below(static_cast<std::uint32_t>(spec.receivers.size()))].name;
}

void set_timers(RouteSpec& route, Choices& choices) {
  route.wait = pick(choices, {seconds{0}, seconds{10}, seconds{30}, minutes{1}});
  route.interval = pick(choices, {seconds{30}, minutes{1}, minutes{5}, minutes{10}});
  route.repeat = pick(choices, {minutes{30}, hours{1}, hours{4}, hours{12}});
}

RouteSpec route_below(const RouteSpec& parent, const Spec& spec, Choices& choices, int depth) {
  RouteSpec route = parent;
  route.routes.clear();
  route.muted_in.clear();
  route.active_in.clear();
  route.matchers = {matcher(choices)};
  if (choices.one_in(4)) route.matchers.push_back(matcher(choices));
  if (choices.one_in(2)) route.receiver = any_receiver(spec, choices);
  if (choices.one_in(3)) route.group_by = some_of({"alertname", "host", "team"}, choices);
  if (choices.one_in(6)) route.group_by = {"..."};
  if (choices.one_in(2)) set_timers(route, choices);
  route.continues = choices.one_in(3);
  if (!spec.intervals.empty() && choices.one_in(4)) route.muted_in = {spec.intervals[0].name};
  if (spec.intervals.size() > 1 && choices.one_in(4)) route.active_in = {spec.intervals[1].name};
  for (std::uint32_t i = choices.below(3); depth < 3 && i > 0; --i) {
    route.routes.push_back(route_below(route, spec, choices, depth + 1));
  }
  return route;
}

RouteSpec tree(const Spec& spec, Choices& choices) {
  RouteSpec root;
  root.receiver = any_receiver(spec, choices);
  root.group_by = some_of({"alertname", "team", "severity"}, choices);
  set_timers(root, choices);
  RouteSpec parent = root;
  for (std::uint32_t i = choices.below(5); i > 0; --i) {
    root.routes.push_back(route_below(parent, spec, choices, 1));
  }
  return root;
}

RuleSpec rule(std::uint32_t number, Choices& choices) {
  RuleSpec spec;
  spec.name = fmt::format("Rule{}", number);
  spec.expression = fmt::format("metric{}", number);
  spec.hold = pick(choices, {seconds{0}, seconds{17}, minutes{1}, minutes{5}, minutes{20}});
  spec.keep = pick(choices, {seconds{0}, seconds{0}, minutes{2}, minutes{10}});
  spec.severity = choices.of(kSeverities);
  return spec;
}

std::vector<RuleGroupSpec> rule_groups(Choices& choices) {
  std::vector<RuleGroupSpec> groups;
  std::uint32_t number = 0;
  const std::uint32_t rules = 2 + choices.below(kRules - 1);
  while (number < rules) {
    RuleGroupSpec group;
    group.name = fmt::format("group{}", groups.size());
    group.interval = pick(choices, {seconds{30}, minutes{1}, minutes{1}, minutes{2}, minutes{5}});
    for (std::uint32_t i = choices.below(3) + 1; i > 0 && number < rules; --i) {
      group.rules.push_back(rule(number++, choices));
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

std::vector<InhibitSpec> inhibitions(Choices& choices) {
  std::vector<InhibitSpec> all;
  for (std::uint32_t i = choices.below(3); i > 0; --i) {
    all.push_back({{matcher(choices)}, {matcher(choices)}, some_of({"host", "team"}, choices)});
  }
  return all;
}

std::vector<IntervalSpec> intervals(Choices& choices) {
  std::vector<IntervalSpec> all;
  for (std::uint32_t i = choices.below(3); i > 0; --i) {
    IntervalSpec spec;
    spec.name = fmt::format("interval{}", all.size());
    spec.from = static_cast<int>(choices.below(24 * 60 - 1));
    spec.to = spec.from + 1 +
              static_cast<int>(choices.below(24 * 60 - static_cast<std::uint32_t>(spec.from)));
    spec.to = std::min(spec.to, 24 * 60);
    spec.first_weekday = static_cast<int>(choices.below(3));
    spec.last_weekday = 4 + static_cast<int>(choices.below(3));
    all.push_back(std::move(spec));
  }
  return all;
}

void rename_in(RouteSpec& route, const std::string& from, const std::string& to) {
  if (route.receiver == from) route.receiver = to;
  for (RouteSpec& each : route.routes) rename_in(each, from, to);
}

void rename_receiver(Spec& spec, Choices& choices) {
  ReceiverSpec& receiver =
      spec.receivers[choices.below(static_cast<std::uint32_t>(spec.receivers.size()))];
  const std::string old = receiver.name;
  receiver.name = fmt::format("{}n", old);
  rename_in(spec.route, old, receiver.name);
}

void change_rule(Spec& spec, Choices& choices) {
  RuleGroupSpec& group = spec.groups[choices.below(static_cast<std::uint32_t>(spec.groups.size()))];
  RuleSpec& changed = group.rules[choices.below(static_cast<std::uint32_t>(group.rules.size()))];
  const std::string expression = changed.expression;
  const std::string name = changed.name;
  changed = rule(0, choices);
  changed.expression = expression;
  changed.name = name;
  if (choices.one_in(3)) group.interval = pick(choices, {seconds{30}, minutes{1}, minutes{4}});
}

/// What differs between the receivers, so that one that is renamed is known again.
void limit(Spec& spec) {
  int index = 0;
  for (ReceiverSpec& receiver : spec.receivers) {
    for (ChannelSpec& channel : receiver.channels) {
      constexpr std::array<std::pair<int, Duration>, 4> kLimits = {
          {{1, seconds{1}}, {5, seconds{2}}, {0, Duration{0}}, {3, minutes{1}}}};
      std::tie(channel.most, channel.per) = kLimits[static_cast<std::size_t>(index++) % 4];
    }
  }
}

}  // namespace

std::string url_of(std::uint32_t index) { return fmt::format("place{}.test", index); }

Spec make_spec(Choices& choices, bool limited) {
  Spec spec;
  spec.resolve_timeout = pick(choices, {minutes{5}, minutes{5}, minutes{12}});
  for (std::uint32_t i = 0; i < kUrls;) {
    ReceiverSpec receiver;
    receiver.name = fmt::format("team{}", spec.receivers.size());
    for (std::uint32_t k = choices.below(2) + 1; k > 0 && i < kUrls; --k, ++i) {
      receiver.channels.push_back({url_of(i), !choices.one_in(4), 0, {}});
    }
    spec.receivers.push_back(std::move(receiver));
  }
  spec.groups = rule_groups(choices);
  spec.inhibitions = inhibitions(choices);
  spec.intervals = intervals(choices);
  spec.route = tree(spec, choices);
  if (limited) limit(spec);
  return spec;
}

Spec changed_spec(const Spec& spec, Choices& choices) {
  Spec next = spec;
  if (choices.one_in(8)) {
    next.broken = true;
    return next;
  }
  do {
    switch (choices.below(6)) {
      case 0:
        next.route = tree(next, choices);
        break;
      case 1:
        rename_receiver(next, choices);
        break;
      case 2:
        change_rule(next, choices);
        break;
      case 3:
        next.inhibitions = inhibitions(choices);
        break;
      case 4:
        next.groups = rule_groups(choices);
        break;
      default:
        break;  // the same file again
    }
  } while (choices.one_in(3));
  return next;
}

Labels posted_labels(Choices& choices) {
  Labels labels{{"alertname", fmt::format("Post{}", choices.below(kPosted))},
                {"host", choices.of(kHosts)},
                {"severity", choices.of(kSeverities)}};
  if (!choices.one_in(4)) labels.set("team", choices.of(kTeams));
  return labels;
}

MatcherSpecs silence_matchers(Choices& choices) {
  MatcherSpecs matchers;
  bool fit = false;  // one has to match something that is there
  while (!fit) {
    matchers.push_back(matcher(choices));
    fit = matchers.back().op == "=" || matchers.back().op == "=~";
  }
  return matchers;
}

}  // namespace tocsin::simulation
