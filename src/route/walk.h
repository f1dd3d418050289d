// The way of an alert through the routing tree, for people: which nodes take it, and why others do
// not.
#pragma once

#include <cstddef>
#include <vector>

#include "route/route.h"

namespace tocsin::route {

struct RouteStep {
  enum class Kind {
    Descends,  ///< matches, and children of it took the alert
    Takes,     ///< matches, and no child did
    Refuses,   ///< `refused` does not hold
    NotTried   ///< a sibling before it took the alert and does not continue
  };
  const route::Route* route = nullptr;
  std::size_t depth = 0;
  Kind kind = Kind::Refuses;
  const Matcher* refused = nullptr;
};

/// Every node that was looked at, depth first; those that take the alert are route::match()'s.
std::vector<RouteStep> walk(const route::Route& root, const Labels& labels);

}  // namespace tocsin::route
