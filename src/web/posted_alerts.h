// The body of POST /api/v2/alerts.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "state/posted.h"
#include "web/refusal.h"

namespace tocsin::web {

/// No sender has more alerts in one request: they are taken in one piece or not at all.
inline constexpr std::size_t kMostPostedAlerts = 100'000;

/// The alerts of a body, or what is wrong with it: then none of it counts. Unknown members are
/// ignored, of members that occur twice the last one counts.
std::variant<std::vector<state::Posted>, SchemaError> parse_posted_alerts(std::string body);

}  // namespace tocsin::web
