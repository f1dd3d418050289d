// Whether alerts can reach the routes that are there for them.
#pragma once

#include <string>
#include <vector>

#include "check/finding.h"
#include "check/label_facts.h"
#include "config/node.h"
#include "model/labels.h"
#include "route/route.h"
#include "rule/rule.h"

namespace tocsin::check {

/// What an alert of a rule can look like.
struct AlertShape {
  std::string name;
  std::vector<rule::TemplatedLabel> labels;
  LabelFacts series;
};

/// Whether an alert of this shape may have labels that all of these match.
bool may_match(const AlertShape& alert, const Labels& external_labels, const Matchers& matchers);

/// The routes that no alert comes to: because none can look like that, or because a sibling before
/// takes them all. `node` is the YAML of `root`, `file` its name. Without alerts, routes are only
/// compared with one another.
std::vector<Finding> unreachable_routes(const route::Route& root, const config::Node& node,
                                        const std::string& file,
                                        const std::vector<AlertShape>& alerts,
                                        const Labels& external_labels);

}  // namespace tocsin::check
