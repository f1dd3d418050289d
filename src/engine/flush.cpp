// One flush of one group: mute -> decide -> outbox, and what the group keeps afterwards.
#include <algorithm>

#include <fmt/format.h>

#include "engine/dispatch.h"
#include "notify/notification.h"

namespace tocsin::engine {
namespace {

/// What a channel must be taken to know: what it was told, or what is on its way to it already.
std::optional<notify::TellRecord> known_to(const Book& book, const GroupEntry& entry,
                                           const ChannelKey& key) {
  for (const notify::OutboxRow* row : book.rows(entry.group.id, key)) {
    // An attempt may have been heard although its answer was lost.
    if (row->state == notify::RowState::Pending && row->attempts > 0) {
      return notify::record_of(row->notification, row->notification.decided_at);
    }
  }
  const auto told = entry.told.find(key);
  if (told == entry.told.end()) return std::nullopt;
  return told->second;
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
  std::vector<Fingerprint> muted;
  const std::vector<notify::Told> alerts = unmuted(entry, now, muted);
  for (const notifiers::Channel& channel : receiver->channels) {
    tell(entry, channel, alerts, *route->second, now);
  }
  group::Group next = entry.group;
  next.next_flush = group::next_flush(*route->second, now);
  next.flushed = true;
  book_.apply(journal::PutGroup{std::move(next)});
  let_go(group_id, muted, now);
}

std::vector<notify::Told> Dispatch::unmuted(const GroupEntry& entry, Timestamp now,
                                            std::vector<Fingerprint>& muted) {
  std::vector<notify::Told> alerts;
  std::unordered_set<Fingerprint>& known_muted = muted_[entry.group.id];
  for (const Fingerprint fingerprint : entry.members) {
    AlertPtr alert = book_.alert(fingerprint);
    if (!alert) continue;
    const std::vector<std::string> silences = book_.silences().muting(alert->labels, now);
    if (silences.empty()) {
      known_muted.erase(fingerprint);
      const auto status = alert->resolved(now) ? notify::Status::Resolved : notify::Status::Firing;
      alerts.push_back({std::move(alert), status});
      continue;
    }
    muted.push_back(fingerprint);
    if (known_muted.insert(fingerprint).second) {
      book_.log(now, EventKind::Muted, fingerprint, entry.group.id,
                fmt::format("silenced by {}", fmt::join(silences, ", ")));
    }
  }
  notify::sorted_for_message(alerts);
  return alerts;
}

void Dispatch::tell(const GroupEntry& entry, const notifiers::Channel& channel,
                    const std::vector<notify::Told>& alerts, const route::Route& route,
                    Timestamp now) {
  const ChannelKey key{route.receiver, channel.name};
  if (alerts.empty()) return withdraw(entry, key, "everything in the group is muted now", now);
  const std::optional<notify::TellRecord> known = known_to(book_, entry, key);
  const notify::Decision decision = notify::decide(
      alerts, known ? &*known : nullptr, {channel.send_resolved, route.repeat_interval}, now);
  if (!decision.say) return withdraw(entry, key, "it is no longer true", now);
  std::vector<notify::Told> said = alerts;
  if (!channel.send_resolved) {
    std::erase_if(said, [](const auto& each) { return each.status == notify::Status::Resolved; });
  }
  put_in_outbox(entry, channel, *decision.say, std::move(said), now);
}

void Dispatch::withdraw(const GroupEntry& entry, const ChannelKey& key, std::string_view why,
                        Timestamp now) {
  for (const notify::OutboxRow* row : book_.rows(entry.group.id, key)) {
    if (row->state != notify::RowState::Pending || row->attempts > 0) continue;
    book_.log(now, EventKind::NotificationReplaced, 0,
              fmt::format("{}/{}", key.receiver, key.channel),
              fmt::format("notification {} about {} was withdrawn before its first attempt: {}",
                          row->id, entry.group.key, why));
    book_.apply(journal::DropOutbox{std::int64_t{row->id}});
  }
}

void Dispatch::put_in_outbox(const GroupEntry& entry, const notifiers::Channel& channel,
                             notify::Reason reason, std::vector<notify::Told> alerts,
                             Timestamp now) {
  const group::Group& group = entry.group;
  notify::OutboxRow row;
  row.notification = {group.receiver,    channel.name, group.id, group.key,    group.labels,
                      std::move(alerts), reason,       now,      external_url_};
  const ChannelKey key{group.receiver, channel.name};
  const std::string target = fmt::format("{}/{}", key.receiver, key.channel);
  // People want the latest truth, not a backlog. A row that is in flight notices when it is done.
  for (const notify::OutboxRow* older : book_.rows(group.id, key)) {
    book_.log(
        now, EventKind::NotificationReplaced, 0, target,
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
    book_.log(now, EventKind::NotificationDecided, each.alert->fingerprint, target,
              fmt::format("{} ({}), group {}, notification {}", to_string(reason),
                          to_string(each.status), group.key, row.id));
  }
  book_.apply(journal::PutOutbox{std::move(row)});
}

void Dispatch::let_go(const std::string& group_id, const std::vector<Fingerprint>& muted,
                      Timestamp now) {
  const GroupEntry& entry = *book_.group(group_id);
  std::vector<Fingerprint> over;
  for (const Fingerprint fingerprint : entry.members) {
    const AlertPtr alert = book_.alert(fingerprint);
    if (!alert || alert->resolved(now)) over.push_back(fingerprint);
  }
  for (const Fingerprint fingerprint : over) {
    book_.apply(journal::DropMember{group_id, fingerprint});
    muted_[group_id].erase(fingerprint);
  }
  if (entry.members.empty()) {
    book_.apply(journal::DropGroup{group_id});
    muted_.erase(group_id);
    return;
  }
  // Resolved while it was muted: nobody is told, but when it fires again everybody is.
  const auto told = entry.told;
  for (const auto& [channel, record] : told) {
    notify::TellRecord left = record;
    for (const Fingerprint fingerprint : over) {
      if (std::find(muted.begin(), muted.end(), fingerprint) == muted.end()) continue;
      left = notify::forget(std::move(left), fingerprint);
    }
    if (!(left == record)) book_.apply(journal::PutTellRecord{std::move(left)});
  }
}

}  // namespace tocsin::engine
