// All that is looked for in rules.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "check/finding.h"
#include "check/routes.h"
#include "check/rule_lints.h"

namespace tocsin::check {

/// Looks at one rule after the other, as they are read.
class RuleChecker {
 public:
  /// Appends what is found to `findings`, which outlives it.
  RuleChecker(const Settings& settings, std::vector<Finding>& findings)
      : settings_(settings), findings_(findings) {}

  void look_at(const config::RuleReading& reading);

  std::size_t rules() const { return rules_; }
  /// What the alerts of the rules seen so far can be.
  const std::vector<AlertShape>& alerts() const { return alerts_; }

 private:
  void expression(const config::RuleReading& reading);
  void templates(const config::RuleReading& reading, const LabelFacts& labels);
  void hold(const config::RuleReading& reading);
  void duplicate(const config::RuleReading& reading);

  Settings settings_;
  std::vector<Finding>& findings_;
  std::size_t rules_ = 0;
  std::vector<AlertShape> alerts_;
  std::map<std::string, int> seen_;  // file, name and labels; the line of the first
};

}  // namespace tocsin::check
