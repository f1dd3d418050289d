#include "route/route.h"

#include <fmt/format.h>

namespace tocsin::route {
namespace {

void name(Route& route, const std::string& parent_key, const std::string& parent_id,
          std::size_t index) {
  const std::string own = to_string(route.matchers);
  route.key = parent_key.empty() ? own : parent_key + "/" + own;
  route.id = parent_id.empty() ? own : fmt::format("{}/{}/{}", parent_id, own, index);
  for (std::size_t i = 0; i < route.routes.size(); ++i) {
    name(route.routes[i], route.key, route.id, i);
  }
}

/// Whether this node or a child of it took the alert.
bool collect(const Route& route, const Labels& labels, std::vector<const Route*>& found) {
  if (!all_match(route.matchers, labels)) return false;
  bool taken_below = false;
  for (const Route& child : route.routes) {
    if (!collect(child, labels, found)) continue;
    taken_below = true;
    if (!child.continue_after) break;
  }
  if (!taken_below) found.push_back(&route);
  return true;
}

void list(const Route& route, std::vector<const Route*>& all) {
  all.push_back(&route);
  for (const Route& child : route.routes) list(child, all);
}

}  // namespace

void name_routes(Route& root) { name(root, "", "", 0); }

std::vector<const Route*> match(const Route& root, const Labels& labels) {
  std::vector<const Route*> found;
  collect(root, labels, found);
  return found;
}

std::vector<const Route*> all_routes(const Route& root) {
  std::vector<const Route*> all;
  list(root, all);
  return all;
}

Labels group_labels(const Route& route, const Labels& labels) {
  if (route.group_by_all) return labels;
  std::vector<LabelView> chosen;
  for (const std::string& name : route.group_by) {
    if (labels.has(name)) chosen.push_back({name, labels.get(name)});
  }
  return Labels::of(std::move(chosen));
}

}  // namespace tocsin::route
