#include "config/rule_reader.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "config/expression.h"
#include "model/text.h"
#include "query/syntax/reach.h"
#include "rule/rule_template.h"
#include "template/uses.h"

namespace tocsin::config {
namespace {

/// Labels or annotations as they stand in the file, by name. Values may be empty nodes.
using Texts = std::map<std::string_view, const Node*>;

std::size_t offset_of(std::string_view text, const Position& where) {
  std::size_t start = 0;
  for (int line = 1; line < where.line; ++line) {
    const std::size_t end = text.find('\n', start);
    if (end == std::string_view::npos) break;
    start = end + 1;
  }
  return start + static_cast<std::size_t>(std::max(where.column, 1) - 1);
}

/// The expressions that a template asks the source for, as far as they are written out.
void check_queries(File& file, const Node& value, const std::string& what,
                   const tmpl::Template& parsed) {
  for (const tmpl::ConstantCall& call : tmpl::uses_of(parsed).calls) {
    if (call.function != "query") continue;
    const auto place = [&](std::size_t byte) {
      return file.inside(value, tmpl::offset_in(call, byte));
    };
    read_expression(file, call.argument, place,
                    fmt::format("{}: its query is no expression", what));
  }
}

/// Parses the template of a value; what is wrong with it is shown where it stands in the file.
std::optional<tmpl::Template> read_template(File& file, const Node& value, const std::string& what,
                                            const std::string& name) {
  try {
    tmpl::Template parsed = rule::parse_rule_template(value.text, name);
    if (!parsed.is_pure()) check_queries(file, value, what, parsed);
    return parsed;
  } catch (const InvalidInput& error) {
    for (const Diagnostic& each : error.diagnostics()) {
      file.problem(file.inside(value, offset_of(value.text, each.where)),
                   fmt::format("{}: {}", what, each.message));
    }
  } catch (const Error& error) {
    file.problem(value, fmt::format("{}: {}", what, error.what()));
  }
  return std::nullopt;
}

/// Reads labels or annotations; checks names and kinds, not templates.
Texts read_texts(Map& map, std::string_view key, std::string_view what) {
  Texts texts;
  const Node* node = map.find(key);
  if (node == nullptr) return texts;
  if (!node->is_mapping()) {
    map.problem(key, fmt::format("{} must be a mapping of names to texts, this is {}", key,
                                 describe(node->kind)));
    return texts;
  }
  for (const Node::Entry& each : node->entries) {
    const bool is_metric = key == "labels" && each.key == kMetricName;
    if (each.key.empty()) {
      map.file().problem(each.mark, fmt::format("the name of a {} is empty", what));
    } else if (!is_utf8(each.key) || is_metric) {
      map.file().problem(each.mark,
                         fmt::format("{} cannot be the name of a {}", shown(each.key), what));
    } else if (!each.value->is_scalar() && !each.value->is_null()) {
      map.file().problem(*each.value, fmt::format("{} {} must be a text, this is {}", what,
                                                  shown(each.key), describe(each.value->kind)));
    } else {
      texts.emplace(each.key, each.value);
    }
  }
  return texts;
}

std::vector<rule::TemplatedLabel> expand(File& file, const Texts& texts, std::string_view what,
                                         const std::string& name) {
  std::vector<rule::TemplatedLabel> labels;
  for (const auto& [label, value] : texts) {
    if (auto parsed = read_template(file, *value, fmt::format("{} {}", what, shown(label)), name)) {
      labels.push_back({std::string(label), std::move(*parsed)});
    }
  }
  return labels;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t from = std::min(text.find_first_not_of(kSpace), text.size());
  return text.substr(from, text.find_last_not_of(kSpace) + 1 - from);
}

query::ExprPtr read_expression(Map& map, rule::Rule& rule) {
  std::string text;
  if (!map.read("expr", text)) {
    if (!map.has("expr")) map.problem("a rule needs an expr, the expression that it evaluates");
    return nullptr;
  }
  rule.expression = trimmed(text);
  const std::size_t start = std::min(text.find(rule.expression), text.size());
  const auto place = [&](std::size_t byte) {
    return map.file().inside(*map.find("expr"), start + byte);
  };
  return read_expression(map.file(), rule.expression, place, "the expr is no expression");
}

/// Which of the two it is, and its name.
void read_name(Map& map, rule::Rule& rule) {
  const std::size_t problems_before = map.file().problems();
  std::string record;
  map.read("alert", rule.name);
  map.read("record", record);
  if (map.file().problems() > problems_before) return;
  if (!rule.name.empty() && !record.empty()) {
    map.problem("a rule is an alert or a record, not both; make two rules of it");
  } else if (rule.name.empty() && record.empty()) {
    map.problem("a rule needs a name: \"alert\" for an alert, \"record\" for a recording rule");
  } else if (rule.name.empty()) {
    rule.kind = rule::Kind::Recording;
    rule.name = std::move(record);
  }
}

void read_alerting(Map& map, const Texts& group_labels, rule::Rule& rule) {
  map.read("for", rule.hold.for_duration);
  map.read("keep_firing_for", rule.hold.keep_firing_for);
  const std::string name = "__alert_" + rule.name;
  Texts labels = read_texts(map, "labels", "label");
  rule.labels = expand(map.file(), labels, "label", name);
  for (const auto& [label, value] : group_labels) {
    if (labels.contains(label)) continue;
    rule.labels.push_back({std::string(label), rule::parse_rule_template(value->text, name)});
  }
  rule.annotations =
      expand(map.file(), read_texts(map, "annotations", "annotation"), "annotation", name);
}

void read_recording(Map& map, const Texts& group_labels, rule::Rule& rule) {
  if (rule.name.find_first_of("{}") != std::string::npos) {
    map.problem("record", "the name of a recording rule has braces; do they belong into expr?");
  }
  for (const std::string_view key : {"for", "keep_firing_for"}) {
    Duration duration{0};
    if (map.read(key, duration) && duration != Duration{0}) {
      map.problem(key, fmt::format("\"{}\" makes no sense in a recording rule; remove it", key));
    }
  }
  map.refuse("annotations", "makes no sense in a recording rule; remove it");
  Texts labels = read_texts(map, "labels", "label");
  labels.insert(group_labels.begin(), group_labels.end());
  rule.labels = expand(map.file(), labels, "label", rule.name);
}

/// Returns the tree of its expression, too.
query::ExprPtr read_rule(const Node& node, File& file, const Texts& group_labels,
                         rule::Rule& rule) {
  rule.where = file.position(node.mark);
  Map map(node, "rule", file);
  if (!map.usable()) return nullptr;
  read_name(map, rule);
  query::ExprPtr expr = read_expression(map, rule);
  if (rule.kind == rule::Kind::Alerting) {
    read_alerting(map, group_labels, rule);
  } else {
    read_recording(map, group_labels, rule);
  }
  const auto by_name = [](const rule::TemplatedLabel& a, const rule::TemplatedLabel& b) {
    return a.name < b.name;
  };
  std::sort(rule.labels.begin(), rule.labels.end(), by_name);
  return expr;
}

void read_group_name(Map& map, std::set<std::string>& names, std::string& name) {
  map.read("name", name);
  if (name.empty()) {
    map.problem("a rule group needs a name");
  } else if (!names.insert(name).second) {
    map.problem("name",
                fmt::format("there are two groups named {} in this file; rename one", shown(name)));
  }
}

/// Our own key, which Prometheus does not know.
void read_tocsin(Map& map, const RuleContext& context, std::string& source) {
  const Node* node = map.find("tocsin");
  if (node == nullptr) return;
  Map own(*node, "tocsin", map.file());
  if (!own.usable() || !own.read("source", source) || context.sources == nullptr) return;
  std::vector<std::string_view> names;
  for (const net::SourceSettings& each : *context.sources) names.push_back(each.name);
  if (std::find(names.begin(), names.end(), source) != names.end()) return;
  own.problem("source", fmt::format("there is no source {}{}", shown(source),
                                    did_you_mean(source, names).empty()
                                        ? "; add it under \"sources\" in the configuration"
                                        : did_you_mean(source, names)));
}

/// The source that the group asks, or null when there is none or sources are not checked.
const net::SourceSettings* source_of(const rule::RuleGroup& group, const RuleContext& context) {
  if (context.sources == nullptr) return nullptr;
  for (const net::SourceSettings& each : *context.sources) {
    if (group.source.empty() || group.source == each.name) return &each;
  }
  return nullptr;
}

void check_writable(Map& map, const rule::RuleGroup& group, const RuleContext& context) {
  const net::SourceSettings* source = source_of(group, context);
  if (source == nullptr || source->writable()) return;
  for (const rule::Rule& rule : group.rules) {
    if (rule.kind != rule::Kind::Recording) continue;
    map.file().problem(rule.where,
                       fmt::format("recording rule {} has nowhere to write to; give source {} a "
                                   "remote_write_url in the configuration, or remove the rule",
                                   shown(rule.name), shown(source->name)));
    return;
  }
}

}  // namespace

rule::RuleGroup read_group(const Node& node, File& file, const RuleContext& context,
                           std::set<std::string>& names) {
  rule::RuleGroup group;
  group.file = file.name();
  group.interval = context.interval;
  group.query_offset = context.query_offset;
  Map map(node, "rule group", file);
  if (!map.usable()) return group;
  read_group_name(map, names, group.name);
  map.read("interval", group.interval);
  if (group.interval <= Duration{0}) group.interval = context.interval;
  map.read("query_offset", group.query_offset);
  map.read("limit", group.limit);
  map.refuse("partial_response_strategy", "is Thanos' own and has no use here; remove it",
             {"abort"});
  read_tocsin(map, context, group.source);
  Texts labels = read_texts(map, "labels", "label");
  std::erase_if(labels, [&](const auto& each) {
    return !read_template(file, *each.second, fmt::format("label {}", shown(each.first)), "labels");
  });
  map.for_each("rules", [&](const Node& each) {
    rule::Rule rule;
    const query::ExprPtr expr = read_rule(each, file, labels, rule);
    if (expr != nullptr) group.reach = std::max(group.reach, query::reach_of(*expr));
    if (context.observer) context.observer({group, rule, expr.get(), each, file});
    group.rules.push_back(std::move(rule));
  });
  check_writable(map, group, context);
  // Beside the data nothing is spared by spreading groups, and what is asked at the same time is
  // computed once.
  const net::SourceSettings* source = source_of(group, context);
  if (source != nullptr && source->embedded) group.offset = Duration{0};
  return group;
}

}  // namespace tocsin::config
