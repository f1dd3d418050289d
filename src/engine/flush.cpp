// One flush of one group: mute -> decide -> outbox, and what the group keeps afterwards.
#include <algorithm>

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
    // An attempt may have been heard although its answer was lost.
    if (waits(*row) && row->attempts > 0) {
      return notify::record_of(row->notification, row->notification.decided_at);
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

/// Alerts of the group of which a receiver is still to be told that they are over.
std::unordered_set<Fingerprint> awaited(const Book& book, const GroupEntry& entry) {
  std::unordered_set<Fingerprint> found;
  for (const notify::OutboxRow* row : book.rows(entry.group.id)) {
    if (!waits(*row)) continue;
    for (const notify::Told& told : row->notification.alerts) {
      if (told.status == notify::Status::Resolved) found.insert(told.alert->fingerprint);
    }
  }
  return found;
}

bool sends_resolved(const config::Receiver& receiver, const std::string& channel) {
  return std::any_of(receiver.channels.begin(), receiver.channels.end(),
                     [&](const auto& each) { return each.name == channel && each.send_resolved; });
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
  Flush flush{entry, *route->second, *receiver, {}, {}, now};
  sort_out_muted(flush);
  for (const notifiers::Channel& channel : receiver->channels) tell(flush, channel);
  group::Group next = entry.group;
  next.next_flush = group::next_flush(flush.route, now);
  next.flushed = true;
  book_.apply(journal::PutGroup{std::move(next)});
  let_go(flush);
}

void Dispatch::sort_out_muted(Flush& flush) {
  const std::string& group_id = flush.entry.group.id;
  std::unordered_set<Fingerprint>& known_muted = muted_[group_id];
  for (const Fingerprint fingerprint : flush.entry.members) {
    AlertPtr alert = book_.alert(fingerprint);
    if (!alert) continue;
    const std::vector<std::string> silences = book_.silences().muting(alert->labels, flush.now);
    if (silences.empty()) {
      known_muted.erase(fingerprint);
      const auto status =
          alert->resolved(flush.now) ? notify::Status::Resolved : notify::Status::Firing;
      flush.alerts.push_back({std::move(alert), status});
      continue;
    }
    flush.muted.insert(fingerprint);
    if (known_muted.insert(fingerprint).second) {
      book_.log(flush.now, EventKind::Muted, fingerprint, group_id,
                fmt::format("silenced by {}", fmt::join(silences, ", ")));
    }
  }
  notify::sorted_for_message(flush.alerts);
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
  if (decision.say) return put_in_outbox(flush, channel, *decision.say, std::move(said));
  withdraw(flush, key, Withdraw::Untried, "it is no longer true");
  retell(flush, channel, said);
}

void Dispatch::withdraw(const Flush& flush, const ChannelKey& key, Withdraw which,
                        std::string_view why) {
  for (const notify::OutboxRow* row : book_.rows(flush.entry.group.id, key)) {
    if (!waits(*row) || (which == Withdraw::Untried && row->attempts > 0)) continue;
    book_.log(flush.now, EventKind::NotificationReplaced, 0, target_of(key),
              fmt::format("notification {} about {} was withdrawn after {} attempts: {}", row->id,
                          flush.entry.group.key, row->attempts, why));
    book_.apply(journal::DropOutbox{std::int64_t{row->id}});
  }
}

void Dispatch::retell(const Flush& flush, const notifiers::Channel& channel,
                      const std::vector<notify::Told>& said) {
  for (const notify::OutboxRow* row :
       book_.rows(flush.entry.group.id, {flush.route.receiver, channel.name})) {
    const auto& alerts = row->notification.alerts;
    const bool outdated = std::any_of(alerts.begin(), alerts.end(), [&](const notify::Told& told) {
      return flush.muted.contains(told.alert->fingerprint);
    });
    if (waits(*row) && outdated)
      return put_in_outbox(flush, channel, row->notification.reason, said);
  }
}

void Dispatch::put_in_outbox(const Flush& flush, const notifiers::Channel& channel,
                             notify::Reason reason, std::vector<notify::Told> alerts) {
  const group::Group& group = flush.entry.group;
  const Timestamp now = flush.now;
  const ChannelKey key{group.receiver, channel.name};
  notify::OutboxRow row;
  row.notification = {group.receiver,    channel.name, group.id, group.key,    group.labels,
                      std::move(alerts), reason,       now,      external_url_};
  // People want the latest truth, not a backlog. A row that is in flight notices when it is done.
  for (const notify::OutboxRow* older : book_.rows(group.id, key)) {
    if (waits(*older)) {
      if (same_alerts(older->notification.alerts, row.notification.alerts)) return;
      // What was tried of the one it replaces may have been heard.
      row.attempts = std::max(row.attempts, older->attempts);
    }
    book_.log(
        now, EventKind::NotificationReplaced, 0, target_of(key),
        fmt::format("notification {} about {} gave way to a newer decision", older->id, group.key));
    book_.apply(journal::DropOutbox{std::int64_t{older->id}});
  }
  if (row.notification.alerts.empty()) {
    // Everything is over, and this channel does not want to hear of that: it starts afresh.
    book_.apply(journal::PutTellRecord{notify::record_of(row.notification, now)});
    return;
  }
  row.id = book_.next_row_id();
  row.retry_at = now;
  for (const notify::Told& each : row.notification.alerts) {
    book_.log(now, EventKind::NotificationDecided, each.alert->fingerprint, target_of(key),
              fmt::format("{} ({}), group {}, notification {}", to_string(reason),
                          to_string(each.status), group.key, row.id));
  }
  book_.apply(journal::PutOutbox{std::move(row)});
}

void Dispatch::let_go(const Flush& flush) {
  const std::string group_id = flush.entry.group.id;
  // Should the message that it is over be replaced by a newer one, that has to say so as well.
  const std::unordered_set<Fingerprint> stay = awaited(book_, flush.entry);
  std::vector<Fingerprint> over;
  for (const Fingerprint fingerprint : flush.entry.members) {
    const AlertPtr alert = book_.alert(fingerprint);
    if ((!alert || alert->resolved(flush.now)) && !stay.contains(fingerprint)) {
      over.push_back(fingerprint);
    }
  }
  // Of what was muted, or what the channel does not want to hear of, nobody is told that it is
  // over; but when it fires again, everybody is.
  const auto told = flush.entry.told;
  for (const auto& [key, record] : told) {
    const bool hears = sends_resolved(flush.receiver, key.channel);
    notify::TellRecord left = record;
    for (const Fingerprint fingerprint : over) {
      if (!hears || flush.muted.contains(fingerprint)) {
        left = notify::forget(std::move(left), fingerprint);
      }
    }
    if (!(left == record)) book_.apply(journal::PutTellRecord{std::move(left)});
  }
  leave(group_id, over);
}

void Dispatch::settle(const notify::Notification& notification, Timestamp now) {
  const GroupEntry* entry = book_.group(notification.group_id);
  if (entry == nullptr) return;
  const std::unordered_set<Fingerprint> stay = awaited(book_, *entry);
  std::vector<Fingerprint> over;
  for (const notify::Told& told : notification.alerts) {
    const Fingerprint fingerprint = told.alert->fingerprint;
    const AlertPtr alert = book_.alert(fingerprint);
    if (told.status == notify::Status::Resolved && entry->members.contains(fingerprint) &&
        (!alert || alert->resolved(now)) && !stay.contains(fingerprint)) {
      over.push_back(fingerprint);
    }
  }
  if (!over.empty()) leave(notification.group_id, over);
}

void Dispatch::leave(const std::string& group_id, const std::vector<Fingerprint>& over) {
  for (const Fingerprint fingerprint : over) {
    book_.apply(journal::DropMember{group_id, fingerprint});
    muted_[group_id].erase(fingerprint);
  }
  if (!book_.group(group_id)->members.empty()) return;
  book_.apply(journal::DropGroup{group_id});
  muted_.erase(group_id);
}

}  // namespace tocsin::engine
