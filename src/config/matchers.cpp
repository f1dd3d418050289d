// Lists of matchers, and the older keys for them.
#include <algorithm>

#include <fmt/format.h>

#include "config/parts.h"

namespace tocsin::config {
namespace {

void add_matcher(Map& map, const Node& value, const std::string& name, MatchOp op,
                 const std::string& text, Matchers& matchers) {
  if (!is_legacy_label_name(name)) {
    map.file().problem(
        value, fmt::format("{} cannot be a label name here; use matchers for it", shown(name)));
    return;
  }
  try {
    const Matcher checked(name, op, text);
    // Alertmanager's own way to say that it is anchored, and so what the keys of groups have.
    matchers.emplace_back(name, op, op == MatchOp::Regex ? "^(?:" + text + ")$" : text);
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
    if (op == MatchOp::Regex && entry.value->is_null()) {
      map.file().problem(entry.mark, fmt::format("{} needs a regular expression; write one, or '' "
                                                 "for alerts without the label",
                                                 shown(entry.key)));
      continue;
    }
    add_matcher(map, *entry.value, std::string(entry.key), op, std::string(pairs.get(entry.key)),
                matchers);
  }
}

void read_list(Map& map, std::string_view key, std::vector<Diagnostic>& warnings,
               Matchers& matchers) {
  std::vector<std::string> texts;
  const Node* list = map.find(key);
  const std::size_t problems_before = map.file().problems();
  if (!map.read(key, texts) || map.file().problems() > problems_before) return;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Node& node = *list->list[i];
    try {
      ParsedMatchers parsed = parse_matchers(texts[i], map.file().matchers);
      matchers.insert(matchers.end(), parsed.matchers.begin(), parsed.matchers.end());
      if (!parsed.warning.empty()) {
        warnings.push_back({map.file().position(node.mark), std::move(parsed.warning)});
      }
    } catch (const Error& error) {
      map.file().problem(node, error.what());
    }
  }
}

}  // namespace

void check_label_name(Map& map, std::string_view key, const std::string& name) {
  if (map.file().matchers != MatcherSyntax::Classic || name.empty()) return;
  if (is_legacy_label_name(name)) return;
  map.problem(key,
              fmt::format("{} cannot be a label name in classic-mode; rename the label, or run "
                          "without --enable-feature=classic-mode",
                          shown(name)));
}

Matchers read_matchers(Map& map, const MatcherKeys& keys, std::vector<Diagnostic>& warnings) {
  Matchers matchers;
  read_match(map, keys.equal, MatchOp::Equal, matchers);
  read_match(map, keys.regex, MatchOp::Regex, matchers);
  read_list(map, keys.list, warnings, matchers);
  std::sort(matchers.begin(), matchers.end());
  return matchers;
}

}  // namespace tocsin::config
