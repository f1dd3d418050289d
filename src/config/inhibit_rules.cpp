#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "config/parts.h"

namespace tocsin::config {
namespace {

constexpr MatcherKeys kSource = {"source_match", "source_match_re", "source_matchers"};
constexpr MatcherKeys kTarget = {"target_match", "target_match_re", "target_matchers"};

route::InhibitRule read_rule(Map& map, std::vector<Diagnostic>& warnings) {
  route::InhibitRule rule;
  map.read("name", rule.name);
  rule.source_matchers = read_matchers(map, kSource, warnings);
  rule.target_matchers = read_matchers(map, kTarget, warnings);
  std::vector<std::string> equal;
  map.read("equal", equal);
  if (std::find(equal.begin(), equal.end(), "") != equal.end()) {
    map.problem("equal", "a label name in equal is empty; remove it");
  }
  for (const std::string& name : equal) check_label_name(map, "equal", name);
  const std::set<std::string> names(equal.begin(), equal.end());
  rule.equal.assign(names.begin(), names.end());
  return rule;
}

/// Without matchers a side takes every alert: that is allowed, and hardly ever meant.
void warn_of_all(Map& map, std::string_view side, std::vector<Diagnostic>& warnings) {
  warnings.push_back({map.file().position(map.node().mark),
                      fmt::format("this inhibit rule takes every alert as a {0}; give it "
                                  "{0}_matchers",
                                  side)});
}

}  // namespace

std::vector<route::InhibitRule> read_inhibit_rules(Map& root, std::vector<Diagnostic>& warnings) {
  std::vector<route::InhibitRule> rules;
  const Node* list = root.find("inhibit_rules");
  if (list == nullptr) return rules;
  if (!list->is_list()) {
    root.problem("inhibit_rules", fmt::format("inhibit_rules must be a list, this is {}; begin "
                                              "each rule with a dash",
                                              describe(list->kind)));
    return rules;
  }
  for (const Node* node : list->list) {
    if (node->is_null()) continue;  // Alertmanager takes it, and nothing comes of it
    Map map(*node, "inhibit rule", root.file());
    if (!map.usable()) continue;
    route::InhibitRule rule = read_rule(map, warnings);
    if (rule.source_matchers.empty()) warn_of_all(map, "source", warnings);
    if (rule.target_matchers.empty()) warn_of_all(map, "target", warnings);
    rules.push_back(std::move(rule));
  }
  return rules;
}

}  // namespace tocsin::config
