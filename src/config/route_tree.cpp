#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "config/parts.h"

namespace tocsin::config {
namespace {

constexpr int kMaxRouteDepth = 32;  // below the top; all who walk the tree recurse

/// What is the same for all routes of the tree.
struct Tree {
  std::vector<std::string_view> receivers;  // their names
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

void add_matcher(Map& map, const Node& value, const std::string& name, MatchOp op,
                 const std::string& text, Matchers& matchers) {
  if (!is_legacy_label_name(name)) {
    map.file().problem(
        value, fmt::format("{} cannot be a label name here; use \"matchers\" for it", shown(name)));
    return;
  }
  try {
    matchers.emplace_back(name, op, text);
  } catch (const Error& error) {
    map.file().problem(value, error.what());
  }
}

/// match and match_re, the old ways.
void read_match(Map& map, std::string_view key, MatchOp op, Matchers& matchers) {
  Labels pairs;
  const Node* node = map.find(key);
  if (!map.read(key, pairs)) return;
  for (const Node::Entry& entry : node->entries) {
    add_matcher(map, *entry.value, std::string(entry.key), op, std::string(pairs.get(entry.key)),
                matchers);
  }
}

void read_matcher_list(Map& map, Tree& tree, Matchers& matchers) {
  std::vector<std::string> texts;
  const Node* list = map.find("matchers");
  const std::size_t problems_before = map.file().problems();
  if (!map.read("matchers", texts) || map.file().problems() > problems_before) return;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Node& node = *list->list[i];
    try {
      ParsedMatchers parsed = parse_matchers(texts[i]);
      matchers.insert(matchers.end(), parsed.matchers.begin(), parsed.matchers.end());
      if (!parsed.warning.empty()) {
        tree.warnings.push_back({map.file().position(node.mark), std::move(parsed.warning)});
      }
    } catch (const Error& error) {
      map.file().problem(node, error.what());
    }
  }
}

void read_matchers(Map& map, Tree& tree, Matchers& matchers) {
  read_match(map, "match", MatchOp::Equal, matchers);
  read_match(map, "match_re", MatchOp::Regex, matchers);
  read_matcher_list(map, tree, matchers);
  std::sort(matchers.begin(), matchers.end());
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

void read_children(Map& map, Tree& tree, route::Route& route, int depth);

/// Fills `route`, which holds what it has from its parent and stands `depth` levels below the top.
void read_node(Map& map, Tree& tree, route::Route& route, int depth) {
  read_receiver(map, tree, route.receiver);
  read_group_by(map, route);
  read_matchers(map, tree, route.matchers);
  read_timers(map, tree, route);
  map.read("continue", route.continue_after);
  map.refuse("mute_time_intervals", kNotYet);
  map.refuse("active_time_intervals", kNotYet);
  map.refuse("labels", kNotYet);
  read_children(map, tree, route, depth + 1);
}

void read_children(Map& map, Tree& tree, route::Route& route, int depth) {
  route::Route inherited = route;
  inherited.matchers.clear();
  inherited.continue_after = false;
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
  if (root.continue_after) {
    map.problem("continue", "the top route has no siblings to continue with; remove \"continue\"");
  }
}

}  // namespace

route::Route read_route(Map& root, const std::vector<Receiver>& receivers,
                        std::vector<Diagnostic>& warnings) {
  route::Route route;
  const Node* node = root.find("route");
  if (node == nullptr) {
    root.problem("there is no \"route\"; add one that names a receiver");
    return route;
  }
  Map map(*node, "route", root.file());
  if (!map.usable()) return route;
  Tree tree{{}, warnings};
  for (const Receiver& each : receivers) tree.receivers.push_back(each.name);
  read_node(map, tree, route, 0);
  check_root(map, route);
  route::name_routes(route);
  return route;
}

}  // namespace tocsin::config
