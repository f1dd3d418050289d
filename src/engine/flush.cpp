// One flush of one group: mute -> decide -> outbox, and what the group keeps afterwards.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/dispatch.h"
#include "notify/notification.h"

namespace tocsin::engine {
namespace {

bool waits(const notify::OutboxRow& row) { return row.state == notify::RowState::Pending; }

/// What a channel must be taken to know: what it was told, or what is on its way to it already.
std::optional<notify::TellRecord> known_to(const Book& book, const GroupEntry& entry,
                                           const ChannelKey& key) {
  for (const notify::OutboxRow* row : book.rows(entry.group.id, key)) {
    if (waits(*row) && row->perhaps_heard()) {
      return notify::record_of(*row->notification, row->notification->decided_at);
    }
  }
  const auto told = entry.told.find(key);
  if (told == entry.told.end()) return std::nullopt;
  return told->second;
}

/// What of a group is said on a channel.
std::vector<notify::Told> said_on(const notifiers::Channel& channel,
                                  std::vector<notify::Told> alerts) {
  if (!channel.send_resolved) {
    std::erase_if(alerts, [](const auto& each) { return each.status == notify::Status::Resolved; });
  }
  return alerts;
}

bool same_alerts(const std::vector<notify::Told>& a, const std::vector<notify::Told>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.alert->fingerprint == y.alert->fingerprint && x.status == y.status;
  });
}

/// Whether a row says of an alert that is not muted now that it is over, and its channel is not
/// known to have been told so.
bool tells_an_end(const notify::OutboxRow& row, const FingerprintSet& muted,
                  const notify::TellRecord* known) {
  const auto& alerts = row.notification->alerts;
  return std::any_of(alerts.begin(), alerts.end(), [&](const notify::Told& told) {
    const Fingerprint fingerprint = told.alert->fingerprint;
    return told.status == notify::Status::Resolved && !muted.contains(fingerprint) &&
           (known == nullptr || !known->knows(fingerprint, notify::Status::Resolved));
  });
}

/// Alerts of the group of which a receiver is still to be told that they are over.
FingerprintSet awaited(const Book& book, const GroupEntry& entry) {
  FingerprintSet found;
  for (const notify::OutboxRow* row : book.rows(entry.group.id)) {
    if (!waits(*row)) continue;
    for (const notify::Told& told : row->notification->alerts) {
      if (told.status == notify::Status::Resolved) found.insert(told.alert->fingerprint);
    }
  }
  return found;
}

/// Whether a channel that wants to hear of the ends of alerts believes that this one fires.
bool is_to_be_told(const GroupEntry& entry, const config::Receiver& receiver,
                   Fingerprint fingerprint) {
  return std::any_of(receiver.channels.begin(), receiver.channels.end(),
                     [&](const notifiers::Channel& channel) {
                       const auto told = entry.told.find({receiver.name, channel.name});
                       return channel.send_resolved && told != entry.told.end() &&
                              told->second.firing.contains(fingerprint);
                     });
}

std::vector<Fingerprint> fingerprints_of(const notify::Notification& notification,
                                         notify::Status status) {
  std::vector<Fingerprint> found;
  for (const notify::Told& told : notification.alerts) {
    if (told.status == status) found.push_back(told.alert->fingerprint);
  }
  return found;
}

std::string target_of(const ChannelKey& key) {
  return fmt::format("{}/{}", key.receiver, key.channel);
}

}  // namespace

void Dispatch::flush(const std::string& group_id, Timestamp now) {
  const GroupEntry& entry = *book_.group(group_id);
  const auto route = routes_.find(entry.group.route_id);
  const config::Receiver* receiver =
      route == routes_.end() ? nullptr : config_->receiver(route->second->receiver);
  if (receiver == nullptr) {  // configure() drops such groups; this one must not flush for ever
    book_.apply(journal::DropGroup{group_id});
    return;
  }
  Flush flush{entry, *route->second, *receiver, now};
  sort_out_muted(flush);
  for (const notifiers::Channel& channel : receiver->channels) tell(flush, channel);
  group::Group next = entry.group;
  next.next_flush = group::next_flush(flush.route, now);
  next.flushed = true;
  book_.apply(journal::PutGroup{std::move(next)});
  let_go(flush);
}

void Dispatch::tell(const Flush& flush, const notifiers::Channel& channel) {
  const ChannelKey key{flush.route.receiver, channel.name};
  if (flush.alerts.empty()) {
    return withdraw(flush, key, Withdraw::All, "everything in the group is muted now");
  }
  const std::optional<notify::TellRecord> known = known_to(book_, flush.entry, key);
  const notify::Decision decision =
      notify::decide(flush.alerts, known ? &*known : nullptr,
                     {channel.send_resolved, flush.route.repeat_interval}, flush.now);
  std::vector<notify::Told> said = said_on(channel, flush.alerts);
  if (decision.say) {
    if (const auto at = quiet_.find(flush.entry.group.id); at != quiet_.end())
      at->second.erase(key);
    return put_in_outbox(flush, channel, *decision.say, std::move(said));
  }
  note_quiet(flush, key, decision.quiet);
  withdraw(flush, key, Withdraw::Unheard, "it is no longer true");
  retell(flush, channel, said);
}

void Dispatch::note_quiet(const Flush& flush, const ChannelKey& key, notify::Quiet quiet) {
  const std::string& group_id = flush.entry.group.id;
  const auto [at, is_new] = quiet_[group_id].try_emplace(key, quiet);
  if (!is_new && std::exchange(at->second, quiet) == quiet) return;
  book_.log(flush.now, EventKind::NotificationQuiet, 0, group_id,
            fmt::format("{} is told nothing: {}", target_of(key), to_string(quiet)));
}

void Dispatch::withdraw(const Flush& flush, const ChannelKey& key, Withdraw which,
                        std::string_view why) {
  for (const notify::OutboxRow* row : book_.rows(flush.entry.group.id, key)) {
    if (!waits(*row) || (which == Withdraw::Unheard && row->perhaps_heard())) continue;
    book_.log(flush.now, EventKind::NotificationReplaced, 0, target_of(key),
              fmt::format("notification {} about {} was withdrawn after {} attempts: {}", row->id,
                          flush.entry.group.key, row->attempts, why));
    if (row->perhaps_heard()) doubt(flush.entry, key, *row);
    book_.apply(journal::DropOutbox{std::int64_t{row->id}});
  }
}

void Dispatch::doubt(const GroupEntry& entry, const ChannelKey& key, const notify::OutboxRow& row) {
  const auto told = entry.told.find(key);
  if (told == entry.told.end()) return;
  notify::TellRecord known = told->second;
  for (const notify::Told& each : row.notification->alerts) {
    known = notify::doubt(std::move(known), each.alert->fingerprint, each.status);
  }
  if (!(known == told->second)) book_.apply(journal::PutTellRecord{std::move(known)});
}

void Dispatch::retell(const Flush& flush, const notifiers::Channel& channel,
                      const std::vector<notify::Told>& said) {
  const ChannelKey key{flush.route.receiver, channel.name};
  const auto rows = book_.rows(flush.entry.group.id, key);
  const bool outdated = std::any_of(rows.begin(), rows.end(), [&](const notify::OutboxRow* row) {
    const auto& alerts = row->notification->alerts;
    return waits(*row) && std::any_of(alerts.begin(), alerts.end(), [&](const notify::Told& told) {
             return flush.muted.contains(told.alert->fingerprint);
           });
  });
  if (!outdated) return;
  // Without the muted ones there may be nothing in it that the channel was not told before.
  const auto told = flush.entry.told.find(key);
  const notify::TellRecord* known = told == flush.entry.told.end() ? nullptr : &told->second;
  const notify::Decision decision = notify::decide(
      flush.alerts, known, {channel.send_resolved, flush.route.repeat_interval}, flush.now);
  if (decision.say) return put_in_outbox(flush, channel, *decision.say, said);
  // The record does not know of what was heard without an answer: an end goes on being told then.
  for (const notify::OutboxRow* row : rows) {
    if (waits(*row) && row->perhaps_heard() && tells_an_end(*row, flush.muted, known)) {
      return put_in_outbox(flush, channel, row->notification->reason, said);
    }
  }
  withdraw(flush, key, Withdraw::All, "what it said beyond what was told is muted now");
}

void Dispatch::put_in_outbox(const Flush& flush, const notifiers::Channel& channel,
                             notify::Reason reason, std::vector<notify::Told> alerts) {
  const group::Group& group = flush.entry.group;
  const Timestamp now = flush.now;
  const ChannelKey key{group.receiver, channel.name};
  notify::OutboxRow row;
  row.notification = std::make_shared<const notify::Notification>(
      notify::Notification{group.receiver, channel.name, group.id, group.key, group.labels,
                           std::move(alerts), reason, now, external_url_, flush.route.labels});
  // People want the latest truth, not a backlog. A row that is in flight notices when it is done.
  for (const notify::OutboxRow* older : book_.rows(group.id, key)) {
    if (waits(*older)) {
      if (same_alerts(older->notification->alerts, row.notification->alerts)) return;
      // What was tried of the one it replaces may have been heard.
      row.attempts = older->attempts;
      row.unheard = older->unheard;
      if (older->perhaps_heard()) doubt(flush.entry, key, *older);
    }
    book_.log(
        now, EventKind::NotificationReplaced, 0, target_of(key),
        fmt::format("notification {} about {} gave way to a newer decision", older->id, group.key));
    book_.apply(journal::DropOutbox{std::int64_t{older->id}});
  }
  if (row.notification->alerts.empty()) {
    // Everything is over, and this channel does not want to hear of that: it starts afresh.
    book_.apply(journal::PutTellRecord{notify::record_of(*row.notification, now)});
    return;
  }
  row.id = book_.next_row_id();
  row.retry_at = now;
  for (const notify::Status status : {notify::Status::Firing, notify::Status::Resolved}) {
    book_.log_each(now, EventKind::NotificationDecided, fingerprints_of(*row.notification, status),
                   target_of(key),
                   fmt::format("{} ({}), group {}, notification {}", to_string(reason),
                               to_string(status), group.key, row.id));
  }
  book_.apply(journal::PutOutbox{std::move(row), true});
}

void Dispatch::let_go(const Flush& flush) {
  if (flush.over.empty()) return;
  const std::string group_id = flush.entry.group.id;
  // Should the message that it is over be replaced by a newer one, that has to say so as well.
  FingerprintSet stay = awaited(book_, flush.entry);
  for (const Fingerprint fingerprint : flush.postponed) {
    if (is_to_be_told(flush.entry, flush.receiver, fingerprint)) stay.insert(fingerprint);
  }
  std::vector<Fingerprint> over;
  for (const Fingerprint fingerprint : flush.over) {
    if (!stay.contains(fingerprint)) over.push_back(fingerprint);
  }
  if (!over.empty()) leave(group_id, over);
}

void Dispatch::settle(const notify::Notification& notification, Timestamp now) {
  const GroupEntry* entry = book_.group(notification.group_id);
  if (entry == nullptr) return;
  const FingerprintSet stay = awaited(book_, *entry);
  std::vector<Fingerprint> over;
  for (const notify::Told& told : notification.alerts) {
    const Fingerprint fingerprint = told.alert->fingerprint;
    if (told.status != notify::Status::Resolved || !entry->members.contains(fingerprint) ||
        stay.contains(fingerprint)) {
      continue;
    }
    const AlertPtr alert = book_.alert(fingerprint);
    if (!alert || alert->resolved(now)) over.push_back(fingerprint);
  }
  if (!over.empty()) leave(notification.group_id, over);
}

void Dispatch::leave(const std::string& group_id, const std::vector<Fingerprint>& over) {
  // A channel that still believes that one of them fires was not told of its end: it was muted, or
  // the channel does not want to hear of it, or could not be reached.
  const std::map<ChannelKey, notify::TellRecord> told = book_.group(group_id)->told;
  for (const auto& [key, record] : told) {
    notify::TellRecord left = record;
    for (const Fingerprint fingerprint : over) {
      if (left.firing.contains(fingerprint)) left = notify::forget(std::move(left), fingerprint);
    }
    if (!(left == record)) book_.apply(journal::PutTellRecord{std::move(left)});
  }
  for (const Fingerprint fingerprint : over) {
    book_.apply(journal::DropMember{group_id, fingerprint});
    if (const auto noted = muted_.find(group_id); noted != muted_.end()) {
      noted->second.erase(fingerprint);
    }
  }
  if (!book_.group(group_id)->members.empty()) return;
  book_.apply(journal::DropGroup{group_id});
  muted_.erase(group_id);
  quiet_.erase(group_id);
}

}  // namespace tocsin::engine
