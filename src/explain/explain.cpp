#include "explain/explain.h"

#include <algorithm>

#include "explain/parts.h"

namespace tocsin::explain {
namespace {

constexpr std::size_t kMostEvents = 20;

}  // namespace

bool is_of_state(EventKind kind) {
  return kind == EventKind::AlertPending || kind == EventKind::AlertFiring ||
         kind == EventKind::AlertPendingDropped || kind == EventKind::AlertKept ||
         kind == EventKind::AlertResolved;
}

bool is_of_delivery(EventKind kind) {
  return kind == EventKind::NotificationDecided || kind == EventKind::NotificationReplaced ||
         kind == EventKind::NotificationSent || kind == EventKind::NotificationRetry ||
         kind == EventKind::NotificationDead || kind == EventKind::NotificationQuiet ||
         kind == EventKind::OutboxRetried || kind == EventKind::OutboxDropped;
}

Explanation explain(const Facts& facts, Timestamp now) {
  Explanation out;
  out.at = now;
  out.fingerprint = facts.fingerprint;
  out.labels = facts.labels;
  add_state(facts, now, out);
  if (facts.fingerprint != 0 && !facts.labels.empty()) {
    add_routes(facts, out);
    add_mutes(facts, now, out);
  }
  add_groups(facts, now, out);
  out.timeline.assign(facts.timeline.begin(),
                      facts.timeline.begin() + static_cast<std::ptrdiff_t>(
                                                   std::min(facts.timeline.size(), kMostEvents)));
  return out;
}

}  // namespace tocsin::explain
