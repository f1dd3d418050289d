// Rules and answers as the tests of this folder need them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rule/rule.h"
#include "rule/rule_template.h"

namespace tocsin::rule {

using Texts = std::vector<std::pair<std::string, std::string>>;  // name, template

inline std::vector<TemplatedLabel> templated(const Texts& texts) {
  std::vector<TemplatedLabel> labels;
  for (const auto& [name, text] : texts) labels.push_back({name, parse_rule_template(text, name)});
  return labels;
}

inline Rule alerting(const Texts& labels, const Texts& annotations = {}) {
  Rule rule;
  rule.name = "Slow";
  rule.expression = "slow";
  rule.labels = templated(labels);
  rule.annotations = templated(annotations);
  return rule;
}

inline Rule recording(const Texts& labels = {}) {
  Rule rule;
  rule.kind = Kind::Recording;
  rule.name = "job:slow";
  rule.expression = "slow";
  rule.labels = templated(labels);
  return rule;
}

inline query::Sample sample(Labels labels, double value = 1) {
  return {std::move(labels), Timestamp{}, value};
}

}  // namespace tocsin::rule
