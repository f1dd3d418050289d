#include "simulation/witness.h"

#include <algorithm>

namespace tocsin::simulation {
namespace {

/// Whether the sentence is about this row.
bool is_about(const std::string& detail, std::int64_t row) {
  const std::string name = fmt::format("notification {}", row);
  for (std::size_t at = detail.find(name); at != std::string::npos;
       at = detail.find(name, at + 1)) {
    const std::size_t after = at + name.size();
    if (after == detail.size() || std::isdigit(static_cast<unsigned char>(detail[after])) == 0) {
      return true;
    }
  }
  return false;
}

const Event* event_of(const journal::Change& change) {
  if (const auto* added = std::get_if<journal::AddEvent>(&change)) return &added->event;
  if (const auto* added = std::get_if<journal::AddEvents>(&change)) return &added->event;
  return nullptr;
}

bool says(Disk::Changes batch, EventKind kind, std::int64_t row) {
  return std::any_of(batch.begin(), batch.end(), [&](const journal::Change& change) {
    const Event* event = event_of(change);
    return event != nullptr && event->kind == kind && is_about(event->detail, row);
  });
}

bool asked_by_client(const journal::Change& change) {
  return std::holds_alternative<journal::PutSilence>(change);
}

}  // namespace

Said said_by(const notify::Notification& notification) {
  Said said;
  for (const notify::Told& told : notification.alerts) {
    said[told.alert->fingerprint] = told.status == notify::Status::Firing;
  }
  return said;
}

const Decision& Witness::decision(std::int64_t row) const {
  const auto at = decisions_.find(row);
  if (at == decisions_.end()) broken(kToldAfterCommit, "row {} was never journalled", row);
  return at->second;
}

void Witness::attempted(Disk::Changes changes) {
  // What could not be written comes again, at the front.
  std::size_t at = looked_at_;
  for (; at < changes.size() && !asked_by_client(changes[at]); ++at) look_at(changes[at]);
  looked_at_ = at;
}

void Witness::look_at(const journal::Change& change) {
  if (const auto* put = std::get_if<journal::PutOutbox>(&change)) {
    if (!decisions_.contains(put->row.id)) decided(put->row);
  } else if (const auto* group = std::get_if<journal::PutGroup>(&change)) {
    timer(group->group);
  } else if (const auto* drop = std::get_if<journal::DropGroup>(&change)) {
    timers_.erase(drop->group_id);
  } else if (const auto* added = std::get_if<journal::AddEvent>(&change)) {
    reason(added->event.kind, added->event.fingerprint);
  } else if (const auto* each = std::get_if<journal::AddEvents>(&change)) {
    for (const Fingerprint alert : each->alerts) reason(each->event.kind, alert);
  }
}

void Witness::reason(EventKind kind, Fingerprint alert) {
  if (kind == EventKind::Muted || kind == EventKind::NotificationDead) {
    reasons_[alert] = scene_.elapsed;
  }
}

void Witness::timer(const group::Group& group) {
  const auto [known, is_new] = timers_.try_emplace(group.id, group.next_flush);
  if (is_new) return;
  const Timestamp now = scene_.wall();
  if (group.next_flush > known->second && known->second > now) {
    broken(kTimers, "group {} was due at {}, was flushed at {}", group.id,
           format_rfc3339(known->second), format_rfc3339(now));
  }
  known->second = group.next_flush;
}

void Witness::decided(const notify::OutboxRow& row) {
  const notify::Notification& about = *row.notification;
  const Timestamp now = scene_.wall();
  const Model& model = scene_.oracle.memory();
  ++decisions;
  Decision decision{row.id,
                    about.decided_at,
                    scene_.elapsed,
                    about.group_id,
                    about.receiver,
                    about.channel,
                    said_by(about),
                    0,
                    scene_.tree_version,
                    Duration::max()};
  std::string alerts;
  for (const notify::Told& told : about.alerts) {
    alerts += fmt::format(" {}={}", format_fingerprint(told.alert->fingerprint).substr(0, 6),
                          to_string(told.status));
  }
  scene_.note("row {}: {} to {}/{} about {}:{}", row.id, to_string(about.reason), about.receiver,
              about.channel, about.group_key, alerts);
  if (about.decided_at != now) broken(kTimers, "row {} was decided at another time", row.id);
  if (now < held_until_) broken(kTimers, "row {} was decided before the start delay", row.id);
  const auto timer = timers_.find(about.group_id);
  if (timer != timers_.end() && timer->second > now) {
    broken(kTimers, "row {} was decided before its group was due", row.id);
  }
  for (const notify::Told& told : about.alerts) {
    const Labels& labels = told.alert->labels;
    bool led = false, open = false;
    for (const RouteSpec* route : routes_for(model.spec.route, labels)) {
      if (route->receiver != about.receiver || grouping(*route, labels) != about.group_labels) {
        continue;
      }
      led = true;
      open = open || !model.muted(*route, now);
      decision.repeat = std::min(decision.repeat, route->repeat);
    }
    if (!led) {
      broken(kRightReceiver, "row {}: no route leads {} to {}", row.id, labels.to_string(),
             about.receiver);
    }
    const bool silenced = model.silenced(labels, now);
    const KnownAlert* inhibitor = model.inhibitor(labels, now);
    if (!open || silenced || inhibitor != nullptr) {
      broken(kNotMuted, "row {}: {} is {}", row.id, labels.to_string(),
             silenced               ? "silenced"
             : inhibitor != nullptr ? "inhibited by " + inhibitor->labels.to_string()
                                    : "muted at this time");
    }
    const KnownAlert* alert = model.alert(told.alert->fingerprint);
    const bool fires = told.status == notify::Status::Firing;
    if (alert == nullptr || alert->fires(now) != fires) {
      broken(alert != nullptr && alert->of_rule ? kForHonoured : kTrueStatus,
             "row {}: {} is not {} at {}", row.id, labels.to_string(), to_string(told.status),
             format_rfc3339(now));
    }
    decision.changes += alert->changes;
  }
  decisions_.emplace(row.id, std::move(decision));
}

void Witness::written(Disk::Changes changes) {
  looked_at_ = 0;
  for (const journal::Change& change : changes) {
    ended(change, changes);
  }
}

void Witness::ended(const journal::Change& change, Disk::Changes batch) {
  if (const auto* put = std::get_if<journal::PutOutbox>(&change)) {
    const bool dead = put->row.state == notify::RowState::Dead;
    if (dead && !says(batch, EventKind::NotificationDead, put->row.id)) {
      broken(kDecisionEnds, "row {} died without a word", put->row.id);
    }
    return;
  }
  const auto* drop = std::get_if<journal::DropOutbox>(&change);
  if (drop == nullptr) return;
  if (says(batch, EventKind::NotificationSent, drop->id)) {
    if (!heard_.contains(drop->id)) {
      broken(kSentMeansHeard, "row {} is called sent, but nobody heard it", drop->id);
    }
    sent_.insert(drop->id);
  } else if (!says(batch, EventKind::NotificationReplaced, drop->id)) {
    broken(kDecisionEnds, "row {} went without a word", drop->id);
  }
  decisions_.erase(drop->id);
}

void Witness::killed(const journal::Contents& contents) {
  looked_at_ = 0;
  std::set<std::int64_t> rows;
  for (const notify::OutboxRow& row : contents.outbox) rows.insert(row.id);
  std::erase_if(decisions_, [&](const auto& each) { return !rows.contains(each.first); });
  std::erase_if(heard_, [&](std::int64_t row) { return row > contents.last_outbox_id; });
  timers_.clear();
  for (const group::Group& group : contents.groups) timers_[group.id] = group.next_flush;
}

bool Witness::has_reason(Fingerprint fingerprint, Duration since) const {
  const auto at = reasons_.find(fingerprint);
  return at != reasons_.end() && at->second >= since;
}

}  // namespace tocsin::simulation
