// What becomes of an alert at the nodes of the routing tree that take it: when a message would go
// out.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "route/walk.h"

namespace tocsin::cli {

/// What becomes of an alert at a node that takes it.
struct Outlook {
  const route::Route* route = nullptr;
  Labels group;
  std::vector<std::string> muted_by;     ///< time intervals in which the first flush falls
  std::vector<std::string> inactive_by;  ///< all active ones, when it falls outside of them
  Timestamp first_flush;
  /// The first flush that no time interval mutes; nothing when there is none in a year.
  std::optional<Timestamp> first_message;
};

/// For a new group whose first alert starts firing at `now`.
Outlook outlook(const config::Config& config, const route::Route& route, const Labels& labels,
                Timestamp now);

/// The rules that inhibit the alert when another one fires that they take as a source.
std::vector<const route::InhibitRule*> rules_that_could_inhibit(const config::Config& config,
                                                                const Labels& labels);

}  // namespace tocsin::cli
