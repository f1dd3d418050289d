#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "config/parts.h"
#include "notifiers/message_data.h"

namespace tocsin::config {
namespace {

constexpr int kMaxRouteDepth = 32;  // below the top; all who walk the tree recurse

/// What is the same for all routes of the tree.
struct Tree {
  std::vector<std::string_view> receivers;  // their names
  std::vector<std::string_view> intervals;  // likewise
  const Templating& templating;
  std::vector<Diagnostic>& warnings;
};

void read_receiver(Map& map, const Tree& tree, std::string& receiver) {
  if (!map.read("receiver", receiver) || receiver.empty()) return;
  if (std::find(tree.receivers.begin(), tree.receivers.end(), receiver) != tree.receivers.end()) {
    return;
  }
  map.problem("receiver", fmt::format("there is no receiver {}{}", shown(receiver),
                                      did_you_mean(receiver, tree.receivers).empty()
                                          ? "; add it under \"receivers\""
                                          : did_you_mean(receiver, tree.receivers)));
}

void read_group_by(Map& map, route::Route& route) {
  std::vector<std::string> names;
  if (!map.read("group_by", names)) return;
  route.group_by_all = false;
  route.group_by.clear();
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (name.empty()) map.problem("group_by", "a label name in group_by is empty; remove it");
    if (name != "...") check_label_name(map, "group_by", name);
    if (!seen.insert(name).second) {
      map.problem("group_by",
                  fmt::format("label {} is twice in group_by; remove one", shown(name)));
    }
  }
  route.group_by_all = seen.contains("...");
  if (route.group_by_all && seen.size() > 1) {
    map.problem("group_by",
                "group_by: ['...'] means all labels and stands alone; remove the others");
  }
  if (!route.group_by_all) route.group_by.assign(seen.begin(), seen.end());
}

void read_positive(Map& map, std::string_view key, Duration& out) {
  Duration duration{0};
  if (!map.read(key, duration)) return;
  if (duration <= Duration{0}) {
    map.problem(key, fmt::format("{} must be longer than 0", key));
  } else {
    out = duration;
  }
}

void read_timers(Map& map, Tree& tree, route::Route& route) {
  map.read("group_wait", route.group_wait);
  read_positive(map, "group_interval", route.group_interval);
  read_positive(map, "repeat_interval", route.repeat_interval);
  const bool own = map.has("group_interval") || map.has("repeat_interval");
  if (!own || route.repeat_interval >= route.group_interval) return;
  tree.warnings.push_back(
      {map.file().position(map.node().mark),
       fmt::format(
           "repeat_interval ({}) is shorter than group_interval ({}): messages are repeated "
           "every {}",
           format_duration(route.repeat_interval), format_duration(route.group_interval),
           format_duration(route.group_interval))});
}

void read_intervals(Map& map, const Tree& tree, std::string_view key,
                    std::vector<std::string>& names) {
  const Node* list = map.find(key);
  const std::size_t problems_before = map.file().problems();
  if (!map.read(key, names) || map.file().problems() > problems_before) return;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto& known = tree.intervals;
    if (std::find(known.begin(), known.end(), names[i]) != known.end()) continue;
    const std::string meant = did_you_mean(names[i], known);
    map.file().problem(*list->list[i],
                       fmt::format("there is no time interval {}{}", shown(names[i]),
                                   meant.empty() ? "; add it under \"time_intervals\"" : meant));
  }
}

/// Those of the parent stay where the route does not give them anew.
void read_labels(Map& map, const Tree& tree, Labels& labels) {
  Labels own;
  if (!map.read("labels", own)) return;
  for (const LabelView& label : own) {
    if (label.name.empty()) map.problem("labels", "a name in labels is empty; remove it");
    const Mark where = map.find("labels")->mark;
    check_field(map.file(), where, fmt::format("label {}", shown(label.name)),
                std::string(label.value), tree.templating);
    labels.set(label.name, label.value);
  }
  if (tree.templating.templates == nullptr) return;
  const std::string circle = notifiers::circle_of(labels, *tree.templating.templates);
  if (!circle.empty()) map.problem("labels", circle);
}

void read_children(Map& map, Tree& tree, route::Route& route, int depth);

/// Fills `route`, which holds what it has from its parent and stands `depth` levels below the top.
void read_node(Map& map, Tree& tree, route::Route& route, int depth) {
  read_receiver(map, tree, route.receiver);
  read_group_by(map, route);
  route.matchers = read_matchers(map, {"match", "match_re", "matchers"}, tree.warnings);
  read_timers(map, tree, route);
  map.read("continue", route.continue_after);
  read_intervals(map, tree, "mute_time_intervals", route.mute_time_intervals);
  read_intervals(map, tree, "active_time_intervals", route.active_time_intervals);
  read_labels(map, tree, route.labels);
  read_children(map, tree, route, depth + 1);
}

void read_children(Map& map, Tree& tree, route::Route& route, int depth) {
  route::Route inherited = route;
  inherited.matchers.clear();
  inherited.continue_after = false;
  inherited.mute_time_intervals.clear();
  inherited.active_time_intervals.clear();
  map.for_each("routes", [&](const Node& node) {
    if (depth > kMaxRouteDepth) {
      map.file().problem(node, fmt::format("this route is nested deeper than {} levels; move it "
                                           "further up",
                                           kMaxRouteDepth));
      return;
    }
    Map child_map(node, "route", map.file());
    if (!child_map.usable()) return;
    route::Route child = inherited;
    read_node(child_map, tree, child, depth);
    route.routes.push_back(std::move(child));
  });
}

void check_root(Map& map, const route::Route& root) {
  if (!map.has("receiver") || map.find("receiver")->text.empty()) {
    map.problem("the top route needs a receiver, for alerts that no other route takes");
  }
  for (const std::string_view key : {"match", "match_re", "matchers"}) {
    const Node* node = map.find(key);
    if (node == nullptr || (node->list.empty() && node->entries.empty())) continue;
    map.problem(key, fmt::format("the top route takes all alerts and cannot have {}; move it to a "
                                 "route under \"routes\"",
                                 key));
  }
  for (const std::string_view key : {"mute_time_intervals", "active_time_intervals"}) {
    const Node* node = map.find(key);
    if (node == nullptr || node->list.empty()) continue;
    map.problem(key, fmt::format("the top route cannot have {}; move it to a route under "
                                 "\"routes\"",
                                 key));
  }
  if (root.continue_after) {
    map.problem("continue", "the top route has no siblings to continue with; remove \"continue\"");
  }
}

}  // namespace

route::Route read_route(Map& root, const std::vector<Receiver>& receivers,
                        const std::vector<route::TimeInterval>& intervals,
                        const Templating& templating, std::vector<Diagnostic>& warnings) {
  route::Route route;
  const Node* node = root.find("route");
  if (node == nullptr) {
    root.problem("there is no \"route\"; add one that names a receiver");
    return route;
  }
  Map map(*node, "route", root.file());
  if (!map.usable()) return route;
  Tree tree{{}, {}, templating, warnings};
  for (const Receiver& each : receivers) tree.receivers.push_back(each.name);
  for (const route::TimeInterval& each : intervals) tree.intervals.push_back(each.name);
  read_node(map, tree, route, 0);
  check_root(map, route);
  route::name_routes(route);
  return route;
}

}  // namespace tocsin::config
