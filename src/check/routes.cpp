#include "check/routes.h"

#include <algorithm>

#include <fmt/format.h>

namespace tocsin::check {
namespace {

using config::Node;

/// The text of a label when every alert of the shape has the same one.
struct LabelText {
  bool is_known = false;
  std::string text = {};
};

LabelText text_of(const AlertShape& alert, const Labels& external_labels, const std::string& name) {
  if (name == kAlertName) return {true, alert.name};
  const std::string external(external_labels.get(name));
  for (const rule::TemplatedLabel& label : alert.labels) {
    if (label.name != name) continue;
    if (!label.value.is_literal()) return {};
    return {true, label.value.text().empty() ? external : label.value.text()};
  }
  if (name == kMetricName) return {true, external};
  const auto fixed = alert.series.fixed.find(name);
  if (fixed != alert.series.fixed.end()) return {true, fixed->second};
  if (alert.series.may_have(name)) return {};
  return {true, external};
}

/// Whether whatever all of `known` match is matched by `matcher`, too.
bool is_implied(const Matcher& matcher, const Matchers& known) {
  return std::any_of(known.begin(), known.end(), [&](const Matcher& each) {
    if (each == matcher) return true;
    return each.name() == matcher.name() && each.op() == MatchOp::Equal &&
           matcher.matches(each.value());
  });
}

class Walk {
 public:
  Walk(std::string file, const std::vector<AlertShape>& alerts, const Labels& external_labels)
      : file_(std::move(file)), alerts_(alerts), external_labels_(external_labels) {}

  std::vector<Finding> findings;

  /// `above`: the matchers of the route and of all above it.
  void children(const route::Route& route, const Node& node, const Matchers& above) {
    const std::vector<const Node*> nodes = route_nodes(node);
    if (nodes.size() != route.routes.size()) return;  // does not happen to a file that loads
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      Matchers all = above;
      all.insert(all.end(), route.routes[i].matchers.begin(), route.routes[i].matchers.end());
      if (is_shadowed(route, nodes, i, all) || is_unreachable(*nodes[i], all)) continue;
      children(route.routes[i], *nodes[i], all);
    }
  }

 private:
  static std::vector<const Node*> route_nodes(const Node& node) {
    std::vector<const Node*> nodes;
    for (const Node::Entry& each : node.entries) {
      if (each.key == "routes") nodes.assign(each.value->list.begin(), each.value->list.end());
    }
    return nodes;
  }

  bool is_shadowed(const route::Route& parent, const std::vector<const Node*>& nodes,
                   std::size_t index, const Matchers& all) {
    for (std::size_t i = 0; i < index; ++i) {
      const route::Route& before = parent.routes[i];
      if (before.continue_after) continue;
      const bool takes_all =
          std::all_of(before.matchers.begin(), before.matchers.end(),
                      [&](const Matcher& each) { return is_implied(each, all); });
      if (!takes_all) continue;
      found(*nodes[index],
            fmt::format("no alert comes to this route: the one in line {} takes all that it is "
                        "for; move it before that one, or give that one \"continue: true\"",
                        nodes[i]->mark.line));
      return true;
    }
    return false;
  }

  bool is_unreachable(const Node& node, const Matchers& all) {
    if (alerts_.empty()) return false;
    const bool is_reached = std::any_of(alerts_.begin(), alerts_.end(), [&](const auto& alert) {
      return may_match(alert, external_labels_, all);
    });
    if (is_reached) return false;
    found(node, fmt::format("no alert of the rule files can come to this route: none can have "
                            "labels that {} matches; correct the matchers, or remove it",
                            to_string(all)));
    return true;
  }

  void found(const Node& node, std::string message) {
    findings.push_back({kRouteUnreachable,
                        Severity::Warning,
                        {{file_, node.mark.line, node.mark.column}, std::move(message)},
                        0});
  }

  std::string file_;
  const std::vector<AlertShape>& alerts_;
  const Labels& external_labels_;
};

}  // namespace

bool may_match(const AlertShape& alert, const Labels& external_labels, const Matchers& matchers) {
  return std::all_of(matchers.begin(), matchers.end(), [&](const Matcher& matcher) {
    const LabelText label = text_of(alert, external_labels, matcher.name());
    return !label.is_known || matcher.matches(label.text);
  });
}

std::vector<Finding> unreachable_routes(const route::Route& root, const Node& node,
                                        const std::string& file,
                                        const std::vector<AlertShape>& alerts,
                                        const Labels& external_labels) {
  Walk walk(file, alerts, external_labels);
  walk.children(root, node, root.matchers);
  return std::move(walk.findings);
}

}  // namespace tocsin::check
