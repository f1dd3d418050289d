#include "engine/intake.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/literal.h"

namespace tocsin::engine {
namespace {

/// Nothing but the time changed: the common case, as senders repeat their alerts.
bool says_the_same(const Alert& a, const Alert& b) {
  return a.origin == b.origin && a.starts_at == b.starts_at &&
         a.ends_by_timeout == b.ends_by_timeout && a.generator_url == b.generator_url &&
         a.annotations == b.annotations;
}

}  // namespace

Intake::Intake(Book& book, Settings settings, AlertChanged changed)
    : book_(book),
      settings_(settings),
      changed_(std::move(changed)),
      ended_until_(book.ended_until()) {
  if (settings_.per_alertname == 0) return;
  for (const auto& [fingerprint, alert] : book_.alerts()) {
    by_name_[std::string(alert->labels.get(kAlertName))][fingerprint] =
        alert->ends_at.value_or(Timestamp::max());
  }
}

IntakeResult Intake::take(std::vector<state::Posted> batch, Duration resolve_timeout,
                          Timestamp now) {
  book_.begin();
  IntakeResult result;
  for (state::Posted& posted : batch) {
    Alert alert = state::received(std::move(posted), now, resolve_timeout);
    ++(alert.resolved(now) ? status_.resolved : status_.firing);
    std::string objection = state::objection(alert, settings_.names);
    if (!objection.empty()) {
      ++status_.invalid;
      result.objections.push_back(std::move(objection));
    } else if (!has_room(alert, now)) {
      ++status_.limited;
    } else {
      put(std::move(alert), now);
    }
  }
  return result;
}

bool Intake::has_room(const Alert& alert, Timestamp now) {
  if (settings_.per_alertname == 0) return true;
  auto& known = by_name_[std::string(alert.labels.get(kAlertName))];
  const Timestamp end = alert.ends_at.value_or(Timestamp::max());
  if (const auto at = known.find(alert.fingerprint); at != known.end()) {
    at->second = end;
    return true;
  }
  if (known.size() >= settings_.per_alertname) {
    std::erase_if(known, [now](const auto& each) { return each.second <= now; });
  }
  if (known.size() >= settings_.per_alertname) return false;
  known.emplace(alert.fingerprint, end);
  return true;
}

void Intake::put(Alert alert, Timestamp now) {
  const AlertPtr stored = book_.alert(alert.fingerprint);
  if (!stored) {
    const auto fresh = std::make_shared<const Alert>(std::move(alert));
    book_.apply(journal::PutAlert{fresh});
    if (fresh->resolved(now)) return;  // nobody heard of it: nothing to take back
    return changed_(fresh, now);
  }
  const bool fired = !stored->resolved(now);
  if (fired && stored->origin == Origin::Rule) return;
  alert = state::merged(*stored, std::move(alert), now);
  if (says_the_same(*stored, alert)) {
    book_.apply(journal::ExtendAlert{alert.fingerprint, *alert.ends_at, now});
  } else {
    book_.apply(journal::PutAlert{std::make_shared<const Alert>(std::move(alert))});
  }
  const AlertPtr merged = book_.alert(stored->fingerprint);
  const bool fires = !merged->resolved(now);
  if (fired && !fires) {
    book_.log(now, EventKind::AlertResolved, merged->fingerprint, "",
              fmt::format("{}: posted as resolved at {}", merged->labels.to_string(),
                          format_rfc3339(*merged->ends_at)));
  }
  if (fires && !fired) changed_(merged, now);
}

void Intake::log_end(const Alert& alert) {
  // Whoever ended it earlier said so then.
  if (alert.origin != Origin::Posted || alert.updated_at >= *alert.ends_at) return;
  book_.log(*alert.ends_at, EventKind::AlertResolved, alert.fingerprint, "",
            fmt::format("{}: {}", alert.labels.to_string(),
                        alert.ends_by_timeout ? "not posted again within resolve_timeout"
                                              : "its end has come, it was not posted again"));
}

Timestamp Intake::tick(Timestamp now) {
  const auto& endings = book_.endings();
  const auto first = endings.upper_bound(ended_until_);
  auto at = first;
  for (; at != endings.end() && at->first <= now; ++at) {
    std::vector<Fingerprint> ended(at->second.begin(), at->second.end());
    std::ranges::sort(ended);
    for (const Fingerprint fingerprint : ended) log_end(*book_.alert(fingerprint));
  }
  if (at != first) {
    ended_until_ = now;
    book_.set_ended_until(now);
  }
  return at == endings.end() ? Timestamp::max() : at->first;
}

}  // namespace tocsin::engine
