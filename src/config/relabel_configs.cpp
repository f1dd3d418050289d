#include <array>

#include <fmt/format.h>

#include "config/scrape_parts.h"

namespace tocsin::config {
namespace {

using scrape::RelabelAction;
using scrape::RelabelRule;

/// In these texts ${1} and ${name} are groups of the regular expression, never the environment.
bool read_plain(Map& map, std::string_view key, std::string& out) {
  const Node::Entry* entry = map.entry(key);
  if (entry == nullptr) return false;
  if (entry->value->is_null()) {
    out.clear();
    return true;
  }
  if (!entry->value->is_scalar()) {
    map.problem(key, fmt::format("{} must be a single value, this is {}", key,
                                 describe(entry->value->kind)));
    return false;
  }
  out = entry->value->text;
  return true;
}

void read_action(Map& map, RelabelRule& rule) {
  std::string text;
  if (!map.read("action", text)) return;
  std::vector<std::string_view> names;
  std::string word = text;
  for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  for (int i = 0; i <= static_cast<int>(RelabelAction::Uppercase); ++i) {
    const auto action = static_cast<RelabelAction>(i);
    names.push_back(scrape::to_string(action));
    if (word != names.back()) continue;
    rule.action = action;
    return;
  }
  map.problem("action", fmt::format("there is no relabel action {}{}", shown(text),
                                    did_you_mean(word, names)));
}

void read_regex(Map& map, RelabelRule& rule) {
  std::string text;
  if (!read_plain(map, "regex", text)) return;
  try {
    rule.regex = scrape::Pattern(std::move(text));
  } catch (const Error& error) {
    map.problem("regex", error.what());
  }
}

RelabelRule read_rule(Map& map) {
  RelabelRule rule;
  const std::size_t problems_before = map.file().problems();
  read_action(map, rule);
  map.read("source_labels", rule.source_labels);
  read_plain(map, "separator", rule.separator);
  read_regex(map, rule);
  read_plain(map, "target_label", rule.target_label);
  read_plain(map, "replacement", rule.replacement);
  std::size_t modulus = 0;
  if (map.read("modulus", modulus)) rule.modulus = modulus;
  if (map.file().problems() == problems_before) {
    if (std::string what = problem_of(rule); !what.empty()) map.problem(std::move(what));
  }
  return rule;
}

}  // namespace

std::vector<RelabelRule> read_relabel_rules(Map& map, std::string_view key) {
  std::vector<RelabelRule> rules;
  map.for_each(key, [&](const Node& node) {
    Map inner(node, "relabel rule", map.file());
    if (inner.usable()) rules.push_back(read_rule(inner));
  });
  return rules;
}

}  // namespace tocsin::config
