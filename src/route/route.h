// The routing tree: which receivers hear of an alert, and with which timing.
//
// Source of the semantics: alertmanager dispatch/route.go.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/labels.h"
#include "model/matcher.h"
#include "model/time.h"

namespace tocsin::route {

/// A node of the tree with inheritance already applied (receiver, grouping and timers come from
/// the parent where the file leaves them out; matchers, `continue` and time intervals do not).
struct Route {
  std::string receiver;
  std::vector<std::string> group_by;  ///< sorted; ignored when group_by_all
  bool group_by_all = false;          ///< group_by: ['...']
  Duration group_wait = std::chrono::seconds{30};
  Duration group_interval = std::chrono::minutes{5};
  Duration repeat_interval = std::chrono::hours{4};
  Matchers matchers;  ///< sorted
  bool continue_after = false;
  /// Templates of texts that messages may show, by name; the parents' are among them.
  Labels labels;
  /// Names of time intervals; not inherited. Muted within any of the former, and outside of all of
  /// the latter where there are some.
  std::vector<std::string> mute_time_intervals;
  std::vector<std::string> active_time_intervals;
  std::vector<Route> routes;

  /// The parents' and own matcher lists joined by '/', the root is "{}": `{}/{team="a"}`. Appears
  /// in webhook payloads, hence Alertmanager's exact text.
  std::string key;
  /// The key with "/<index among siblings>" after each node: unique in the tree.
  std::string id;
};

/// Fills key and id of the whole tree. Called once after loading.
void name_routes(Route& root);

/// The nodes that take the alert, in order: depth first, a node only if no child of it matched,
/// siblings after a match only where that sibling says `continue`. Pointers into `root`.
std::vector<const Route*> match(const Route& root, const Labels& labels);

/// All nodes, depth first.
std::vector<const Route*> all_routes(const Route& root);

/// The labels by which this route groups the alert.
Labels group_labels(const Route& route, const Labels& labels);

}  // namespace tocsin::route
