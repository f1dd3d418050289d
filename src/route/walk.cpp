#include "route/walk.h"

#include <algorithm>

namespace tocsin::route {
namespace {

/// Whether the node or something below it takes the alert.
bool visit(const Route& route, std::size_t depth, const Labels& labels,
           std::vector<RouteStep>& steps) {
  const auto refused =
      std::find_if(route.matchers.begin(), route.matchers.end(),
                   [&labels](const Matcher& each) { return !each.matches(labels); });
  if (refused != route.matchers.end()) {
    steps.push_back({&route, depth, RouteStep::Kind::Refuses, &*refused});
    return false;
  }
  const std::size_t own = steps.size();
  steps.push_back({&route, depth, RouteStep::Kind::Takes, nullptr});
  bool done = false;
  for (const Route& child : route.routes) {
    if (done) {
      steps.push_back({&child, depth + 1, RouteStep::Kind::NotTried, nullptr});
    } else if (visit(child, depth + 1, labels, steps)) {
      steps[own].kind = RouteStep::Kind::Descends;
      done = !child.continue_after;
    }
  }
  return true;
}

}  // namespace

std::vector<RouteStep> walk(const Route& root, const Labels& labels) {
  std::vector<RouteStep> steps;
  visit(root, 0, labels, steps);
  return steps;
}

}  // namespace tocsin::route
