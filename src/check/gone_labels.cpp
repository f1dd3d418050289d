#include <set>

#include <fmt/format.h>

#include "check/finding.h"
#include "check/rule_lints.h"
#include "query/syntax/print.h"
#include "template/uses.h"

namespace tocsin::check {
namespace {

/// The label of the sample that is read, or nothing.
std::string_view label_of(const tmpl::FieldUse& use) {
  const auto& path = use.path;
  if (path.size() == 2 && path[0] == "$labels") return path[1];
  if (path.size() == 3 && path[0] == "." && path[1] == "Labels") return path[2];
  return "";
}

std::string_view first_word(std::string_view text) { return text.substr(0, text.find('(')); }

/// "sum by (job)" for what takes the label away.
std::string describe(const query::Expr& remover) {
  if (const auto* aggregation = remover.as<query::Aggregation>()) {
    std::string text = query::print_aggregator(*aggregation);
    if (text.ends_with(' ')) text.pop_back();
    return text;
  }
  if (const auto* binary = remover.as<query::Binary>()) {
    return fmt::format("\"{}\"{}", to_string(binary->op), query::print_matching(*binary));
  }
  const std::string text = query::to_string(remover);
  if (remover.as<query::Call>() != nullptr) return std::string(first_word(text)) + "()";
  constexpr std::size_t kLongest = 60;
  return text.size() <= kLongest ? text : text.substr(0, kLongest) + "…";
}

void look_through(const rule::TemplatedLabel& text, bool is_annotation, const rule::Rule& rule,
                  const LabelFacts& labels, std::vector<GoneLabel>& gone) {
  const std::vector<tmpl::FieldUse> uses = tmpl::uses_of(text.value).fields;
  std::set<std::string_view> done;  // said once, and what is tested is known to be absent at times
  for (const tmpl::FieldUse& use : uses) {
    if (use.is_tested) done.insert(label_of(use));
  }
  for (const tmpl::FieldUse& use : uses) {
    const std::string label(label_of(use));
    if (label.empty() || label == kMetricName || labels.may_have(label)) continue;
    if (!done.insert(label_of(use)).second) continue;
    gone.push_back({is_annotation, text.name, use.at,
                    fmt::format("the label {} is always empty here: {} leaves series without it; "
                                "keep it there, or take it out of the text",
                                label, describe(remover_of(*rule.parsed, label)))});
  }
}

}  // namespace

std::vector<GoneLabel> gone_labels(const rule::Rule& rule, const LabelFacts& labels) {
  std::vector<GoneLabel> gone;
  if (rule.kind != rule::Kind::Alerting) return gone;
  for (const auto& each : rule.labels) look_through(each, false, rule, labels, gone);
  for (const auto& each : rule.annotations) look_through(each, true, rule, labels, gone);
  return gone;
}

}  // namespace tocsin::check
