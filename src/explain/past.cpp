// How it was: what the timeline and the versions of silences say of an earlier instant.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "explain/parts.h"
#include "model/moment.h"

namespace tocsin::explain {
namespace {

constexpr std::size_t kMostEvents = 20;

std::string_view state_after(EventKind kind) {
  switch (kind) {
    case EventKind::AlertPending:
      return "pending";
    case EventKind::AlertFiring:
    case EventKind::AlertKept:
      return "firing";
    case EventKind::AlertResolved:
      return "resolved";
    default:
      return "inactive";
  }
}

std::string event_text(const Event& event, Timestamp at) {
  return fmt::format("{}: {}: {}", moment_text(event.at, at), to_string(event.kind), event.detail);
}

/// The version that was in force.
const journal::SilenceVersion* version_at(const std::vector<journal::SilenceVersion>& versions,
                                          const std::string& id, Timestamp at) {
  for (const journal::SilenceVersion& each : versions) {
    if (each.silence.id == id && each.silence.updated_at <= at &&
        (!each.superseded_at || *each.superseded_at > at)) {
      return &each;
    }
  }
  return nullptr;
}

void add_past_state(const std::vector<Event>& before, Timestamp at, Explanation& out) {
  const auto last = std::find_if(before.begin(), before.end(), [&](const Event& event) {
    return event.fingerprint == out.fingerprint && is_of_state(event.kind);
  });
  const auto grouped = std::find_if(before.begin(), before.end(), [&](const Event& event) {
    return event.fingerprint == out.fingerprint && event.kind == EventKind::Grouped;
  });
  if (last == before.end() && grouped == before.end()) {
    out.state = "unknown";
    out.why = {"the timeline has nothing of it up to then"};
    return;
  }
  // Posted alerts have no event of their own when they begin to fire: they join a group.
  const bool joined_later = grouped != before.end() && (last == before.end() || grouped < last);
  out.state = joined_later ? "firing" : std::string(state_after(last->kind));
  if (last != before.end()) out.why.push_back(event_text(*last, at));
  if (grouped != before.end()) out.why.push_back(event_text(*grouped, at));
}

void add_past_silences(const Facts& facts, Timestamp at, Explanation& out) {
  std::vector<std::string> seen;
  for (const journal::SilenceVersion& each : facts.silence_versions) {
    const std::string& id = each.silence.id;
    if (std::find(seen.begin(), seen.end(), id) != seen.end()) continue;
    seen.push_back(id);
    const journal::SilenceVersion* then = version_at(facts.silence_versions, id, at);
    if (then == nullptr) continue;
    const bool matches = facts.labels.empty() || all_match(then->silence.matchers, facts.labels);
    if (!matches || route::state(then->silence, at) != route::SilenceState::Active) continue;
    out.mutes.push_back({MuteSaid::Kind::Silence, id, then->silence.ends_at, true,
                         fmt::format("silenced by {}: {} (from {})", id,
                                     silence_text(then->silence, at), then->changed_by)});
  }
}

/// What kept it out of messages, as the flushes before then noted it.
void add_past_mutes(const std::vector<Event>& before, Timestamp at, Explanation& out) {
  for (const Event& event : before) {
    if (event.fingerprint != out.fingerprint) continue;
    if (event.kind == EventKind::NotificationDecided || event.kind == EventKind::AlertResolved) {
      return;
    }
    if (event.kind != EventKind::Muted) continue;
    out.why.push_back(
        fmt::format("left out of messages since {}: {}", moment_text(event.at, at), event.detail));
    return;
  }
}

/// For each channel, the last thing that happened up to then.
void add_past_deliveries(const std::vector<Event>& before, Timestamp at, Explanation& out) {
  std::map<std::string, const Event*> last;
  for (const Event& event : before) {
    if (is_of_delivery(event.kind) && event.fingerprint == out.fingerprint) {
      last.try_emplace(event.subject, &event);
    }
  }
  for (const auto& [channel, event] : last) {
    out.answer.push_back(fmt::format("{}: {}", channel, event_text(*event, at)));
  }
  for (const Event& event : before) {
    if (event.kind != EventKind::NotificationQuiet) continue;
    out.answer.push_back(event_text(event, at));
    break;
  }
  if (last.empty()) out.answer.emplace_back("nobody had been told anything about it by then");
}

void add_what_came_next(const std::vector<Event>& after, Timestamp at, Explanation& out) {
  const auto next = std::find_if(after.rbegin(), after.rend(), [&](const Event& event) {
    return event.fingerprint == out.fingerprint;
  });
  if (next != after.rend()) out.answer.push_back("next, " + event_text(*next, at));
}

}  // namespace

Explanation explain_past(const Facts& facts, Timestamp at, Timestamp now) {
  Explanation out;
  out.at = at;
  out.past = true;
  out.fingerprint = facts.fingerprint;
  out.labels = facts.labels;
  const auto first = std::find_if(facts.timeline.begin(), facts.timeline.end(),
                                  [at](const Event& event) { return event.at <= at; });
  const std::vector<Event> before(first, facts.timeline.end());
  const std::vector<Event> after(facts.timeline.begin(), first);
  add_past_state(before, at, out);
  add_past_mutes(before, at, out);
  if (!facts.labels.empty()) add_routes(facts, out);
  add_past_silences(facts, at, out);
  add_past_deliveries(before, at, out);
  add_what_came_next(after, at, out);
  if (now - at > std::chrono::hours{24 * 30}) {
    out.why.emplace_back("the timeline is kept for 30 days: more may have happened");
  }
  out.timeline.assign(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(
                                                           std::min(before.size(), kMostEvents)));
  return out;
}

}  // namespace tocsin::explain
