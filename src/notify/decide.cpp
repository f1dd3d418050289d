#include "notify/decide.h"

#include <algorithm>

namespace tocsin::notify {
namespace {

Decision say(Reason reason) { return {reason, Quiet::NothingNew}; }
Decision quiet(Quiet why) { return {std::nullopt, why}; }

/// Whether the channel does not know of an alert with this status.
bool any_unknown(const std::vector<Told>& alerts, Status status, const TellRecord& last) {
  return std::any_of(alerts.begin(), alerts.end(), [&](const Told& told) {
    return told.status == status && !last.knows(told.alert->fingerprint, status);
  });
}

}  // namespace

std::string_view to_string(Quiet quiet) {
  switch (quiet) {
    case Quiet::NothingFiring:
      return "nothing fires";
    case Quiet::NothingNew:
      return "nothing new";
    case Quiet::RepeatNotDue:
      return "told already, the repeat is not due";
  }
  return "nothing new";
}

Decision decide(const std::vector<Told>& alerts, const TellRecord* last, const TellOptions& options,
                Timestamp now) {
  const bool firing = std::any_of(alerts.begin(), alerts.end(),
                                  [](const Told& told) { return told.status == Status::Firing; });
  if (last == nullptr) {
    return firing ? say(Reason::FirstNotification) : quiet(Quiet::NothingFiring);
  }
  if (any_unknown(alerts, Status::Firing, *last)) {
    return say(last->firing.empty() ? Reason::FirstNotification : Reason::NewAlerts);
  }
  if (!firing) {
    return last->firing.empty() ? quiet(Quiet::NothingFiring) : say(Reason::AllResolved);
  }
  if (options.send_resolved && any_unknown(alerts, Status::Resolved, *last)) {
    return say(Reason::SomeResolved);
  }
  // ">=": a repeat that is due with this flush comes with it. Alertmanager compares strictly with
  // the time after the delivery, so that its repeats slip by a whole group_interval; see record_of.
  if (now - last->at >= options.repeat_interval) return say(Reason::RepeatInterval);
  return quiet(Quiet::RepeatNotDue);
}

TellRecord record_of(const Notification& notification, Timestamp at) {
  const bool prompt = at - notification.decided_at <= kPrompt;
  TellRecord record{notification.group_id,
                    notification.receiver,
                    notification.channel,
                    prompt ? notification.decided_at : at,
                    {},
                    {},
                    {}};
  record.firing.max_load_factor(kDense);
  record.resolved.max_load_factor(kDense);
  record.firing.reserve(notification.count(Status::Firing));
  record.resolved.reserve(notification.count(Status::Resolved));
  for (const Told& told : notification.alerts) {
    (told.status == Status::Firing ? record.firing : record.resolved)
        .insert(told.alert->fingerprint);
  }
  return record;
}

std::string_view message_to_change(const Notification& notification, const TellRecord* last) {
  if (last == nullptr || notification.reason == Reason::FirstNotification) return {};
  return last->message;
}

TellRecord doubt(TellRecord record, Fingerprint alert, Status perhaps) {
  if (record.firing.contains(alert) && perhaps == Status::Resolved) record.resolved.insert(alert);
  if (record.resolved.contains(alert) && perhaps == Status::Firing) record.firing.insert(alert);
  return record;
}

TellRecord forget(TellRecord record, Fingerprint fingerprint) {
  record.firing.erase(fingerprint);
  record.resolved.erase(fingerprint);
  return record;
}

}  // namespace tocsin::notify
