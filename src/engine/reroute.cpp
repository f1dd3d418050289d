// A new routing tree: every alert finds its groups anew, groups that mean the same go on, and
// groups that are new know what was told already.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "engine/dispatch.h"

namespace tocsin::engine {
namespace {

/// What makes an old group and a new one the same to the people who read its messages.
using Meaning = std::pair<std::string, std::string>;  // key, receiver

/// Where an alert belongs in the new tree.
struct Place {
  const route::Route* route;
  Labels labels;
  std::vector<AlertPtr> alerts;
};

using Places = std::map<std::string, Place>;  // by the id of the group
using Groups = std::unordered_map<std::string, GroupEntry>;
using Records = std::map<ChannelKey, notify::TellRecord>;

/// Old names of receivers -> new ones.
using Renames = std::map<std::string, std::string>;

Places place_alerts(const Book& book, const route::Route& root, Timestamp now) {
  Places places;
  for (const auto& [fingerprint, alert] : book.alerts()) {
    if (alert->resolved(now) && !book.is_grouped(fingerprint)) continue;
    for (const route::Route* route : route::match(root, alert->labels)) {
      Labels labels = route::group_labels(*route, alert->labels);
      const std::string id = group::group_key(route->id, labels);
      Place& place = places[id];
      place.route = route;
      place.labels = std::move(labels);
      place.alerts.push_back(alert);
    }
  }
  return places;
}

/// Receivers whose name is gone, while a new one has the very same channels.
Renames renamed(const config::Config* before, const config::Config& after) {
  Renames renames;
  if (before == nullptr) return renames;
  for (const config::Receiver& old : before->receivers) {
    if (old.channels.empty() || after.receiver(old.name) != nullptr) continue;
    const auto same = std::find_if(
        after.receivers.begin(), after.receivers.end(), [&](const config::Receiver& each) {
          return before->receiver(each.name) == nullptr && each.channels == old.channels;
        });
    if (same != after.receivers.end()) renames[old.name] = same->name;
  }
  return renames;
}

std::string name_now(const std::string& receiver, const Renames& renames) {
  const auto found = renames.find(receiver);
  return found == renames.end() ? receiver : found->second;
}

/// Whether all of its alerts were told as they are now, so that its timer counts towards nothing.
bool has_nothing_to_say(const Book& book, const GroupEntry& entry, Timestamp now) {
  if (!entry.group.flushed || entry.told.empty() || !book.rows(entry.group.id).empty()) {
    return false;
  }
  return std::all_of(entry.members.begin(), entry.members.end(), [&](Fingerprint member) {
    const AlertPtr alert = book.alert(member);
    return alert != nullptr && !alert->resolved(now) &&
           std::all_of(entry.told.begin(), entry.told.end(),
                       [&](const auto& told) { return told.second.firing.contains(member); });
  });
}

/// The new group, continuing `old` where there is one. At a restart timers go on in any case.
group::Group continued(const Place& place, const GroupEntry* old, bool at_once, Timestamp now) {
  Timestamp oldest = Timestamp::max();
  for (const AlertPtr& alert : place.alerts) oldest = std::min(oldest, alert->starts_at);
  group::Group group = group::open(*place.route, place.labels, oldest, now);
  if (old == nullptr) return group;
  group.created_at = old->group.created_at;
  group.flushed = old->group.flushed;
  const Timestamp latest = group::next_flush(*place.route, now);  // the interval may be shorter now
  group.next_flush = at_once ? now : std::min(old->group.next_flush, latest);
  return group;
}

/// The records of one group for another one, or under another name of the receiver.
Records moved(const Records& told, const std::string& group_id, const std::string& receiver) {
  Records records;
  for (const auto& [key, record] : told) {
    notify::TellRecord& copy = records[{receiver, key.channel}] = record;
    copy.group_id = group_id;
    copy.receiver = receiver;
  }
  return records;
}

/// Adds what a channel may have heard: where it did not know so before, that is in doubt.
void add_perhaps(Records& records, const notify::Notification& message) {
  const auto [known, is_new] = records.try_emplace({message.receiver, message.channel});
  notify::TellRecord& record = known->second;
  if (is_new) {
    record = {message.group_id, message.receiver, message.channel, message.decided_at, {}, {}};
  }
  for (const notify::Told& told : message.alerts) {
    const Fingerprint alert = told.alert->fingerprint;
    if (told.status == notify::Status::Firing && !record.knows(alert, told.status)) {
      record.firing.insert(alert);
      record.resolved.insert(alert);
    } else {
      record = notify::doubt(std::move(record), alert, told.status);
    }
  }
}

/// What the channels of a group were told, or may have been.
Records told_by(const Book& book, const GroupEntry& entry) {
  Records records = entry.told;
  for (const notify::OutboxRow* row : book.rows(entry.group.id)) {
    const bool waits = row->state == notify::RowState::Pending;
    if (waits && row->perhaps_heard()) add_perhaps(records, *row->notification);
  }
  return records;
}

Records only(const std::vector<ChannelKey>& channels, const Records& all) {
  Records records;
  for (const ChannelKey& channel : channels) {
    const auto record = all.find(channel);
    if (record != all.end()) records.insert(*record);
  }
  return records;
}

bool speaks_of(const notify::OutboxRow& row, const FingerprintSet& alerts) {
  return std::ranges::any_of(row.notification->alerts, [&](const notify::Told& told) {
    return alerts.contains(told.alert->fingerprint);
  });
}

/// How the groups of the old tree live on.
struct Heritage {
  Renames renames;
  std::unordered_map<const GroupEntry*, Records> told;  // by the groups that told something
  std::map<std::string, const GroupEntry*> same;        // by the id in the new tree
  /// Those that told something and do not hold an alert any more, by the alert.
  std::unordered_map<Fingerprint, std::vector<const GroupEntry*>> gone;
};

Meaning meaning_of(const GroupEntry& entry, const Heritage& heritage) {
  return {entry.group.key, name_now(entry.group.receiver, heritage.renames)};
}

std::vector<Fingerprint> all_of(const GroupEntry& entry) {
  return {entry.members.begin(), entry.members.end()};
}

/// The members of a group that are somewhere else in the new tree.
std::vector<Fingerprint> lost_by(const GroupEntry& entry, const Place& place) {
  FingerprintSet lost = entry.members;
  for (const AlertPtr& alert : place.alerts) lost.erase(alert->fingerprint);
  return {lost.begin(), lost.end()};
}

Meaning meaning_of_place(const Place& place) {
  return {group::group_key(place.route->key, place.labels), place.route->receiver};
}

Heritage heritage_of(const Book& book, const Groups& old, const Places& places, Renames renames) {
  Heritage heritage{std::move(renames), {}, {}, {}};
  std::map<Meaning, const GroupEntry*> by_meaning;
  for (const auto& [id, entry] : old) by_meaning[meaning_of(entry, heritage)] = &entry;
  std::unordered_map<const GroupEntry*, const Place*> goes_on;
  for (const auto& [id, place] : places) {
    const Meaning meaning = meaning_of_place(place);
    const auto same = by_meaning.find(meaning);
    if (same == by_meaning.end()) continue;
    // Routes with the same matchers have groups of the same meaning: each goes on as itself.
    const auto itself = old.find(id);
    const bool as_it_was = itself != old.end() && meaning_of(itself->second, heritage) == meaning;
    const std::string& heir_of = same->second->group.id;
    if (!as_it_was && places.contains(heir_of) && meaning_of_place(places.at(heir_of)) == meaning) {
      continue;
    }
    heritage.same[id] = as_it_was ? &itself->second : same->second;
    goes_on[heritage.same[id]] = &place;
  }
  for (const auto& [id, entry] : old) {
    Records told = told_by(book, entry);
    if (told.empty()) continue;
    heritage.told[&entry] = std::move(told);
    const auto place = goes_on.find(&entry);
    for (const Fingerprint member :
         place == goes_on.end() ? all_of(entry) : lost_by(entry, *place->second)) {
      heritage.gone[member].push_back(&entry);
    }
  }
  return heritage;
}

/// Adds what was told about one alert to what is known of it.
void inherit(Records& records, const notify::TellRecord& told, const std::string& group_id,
             const std::string& receiver, Fingerprint alert) {
  if (!told.firing.contains(alert) && !told.resolved.contains(alert)) return;
  const auto [known, is_new] = records.try_emplace({receiver, told.channel});
  notify::TellRecord& record = known->second;
  if (is_new) record = {group_id, receiver, told.channel, told.at, {}, {}};
  record.at = std::min(record.at, told.at);
  if (told.firing.contains(alert)) record.firing.insert(alert);
  if (told.resolved.contains(alert)) record.resolved.insert(alert);
}

/// What the receiver of a place was told about its alerts by groups that are gone.
Records inherited(const std::string& id, const Place& place, const Heritage& heritage) {
  Records records;
  const std::string& receiver = place.route->receiver;
  for (const AlertPtr& alert : place.alerts) {
    const auto gone = heritage.gone.find(alert->fingerprint);
    if (gone == heritage.gone.end()) continue;
    for (const GroupEntry* entry : gone->second) {
      if (name_now(entry->group.receiver, heritage.renames) != receiver) continue;
      for (const auto& [key, told] : heritage.told.at(entry)) {
        inherit(records, told, id, receiver, alert->fingerprint);
      }
    }
  }
  return records;
}

}  // namespace

void Dispatch::configure(std::shared_ptr<const config::Config> config, Timestamp now) {
  book_.begin();
  const bool at_start = config_ == nullptr;
  Renames renames = renamed(config_.get(), *config);
  config_ = std::move(config);
  book_.set_inhibit_rules(config_->inhibit_rules);
  routes_.clear();
  for (const route::Route* route : route::all_routes(config_->route)) routes_[route->id] = route;

  const Groups old = book_.groups();
  std::erase_if(muted_, [&](const auto& each) { return !old.contains(each.first); });
  const Places places = place_alerts(book_, config_->route, now);
  const Heritage heritage = heritage_of(book_, old, places, std::move(renames));
  for (const auto& [channel, hold] : std::map(book_.holds())) {
    const std::string receiver = name_now(channel.receiver, heritage.renames);
    if (receiver != channel.receiver) book_.hold({receiver, channel.channel}, hold);
  }
  for (const auto& [channel, starts] : std::map(book_.starts())) {
    const std::string receiver = name_now(channel.receiver, heritage.renames);
    if (receiver != channel.receiver) book_.set_starts({receiver, channel.channel}, starts);
  }
  for (const auto& [id, entry] : old) {
    if (!places.contains(id)) close(id, now);
  }
  for (const auto& [id, place] : places) {
    const auto found = heritage.same.find(id);
    const GroupEntry* same = found == heritage.same.end() ? nullptr : found->second;
    const bool idle = same != nullptr && !at_start && has_nothing_to_say(book_, *same, now);
    const bool stays =
        same != nullptr && same->group.id == id && same->group.receiver == place.route->receiver;
    // The same place in the tree may now mean something else: what was told there does not count.
    if (!stays && old.contains(id)) close(id, now);
    const std::vector<Fingerprint> lost =
        same != nullptr ? lost_by(*same, place) : std::vector<Fingerprint>();
    const std::vector<ChannelKey> outdated =
        stays ? take_back(id, lost, now) : std::vector<ChannelKey>();
    Records records;
    if (same == nullptr) {
      records = inherited(id, place, heritage);
    } else if (const auto told = heritage.told.find(same); told != heritage.told.end()) {
      records =
          stays ? only(outdated, told->second) : moved(told->second, id, place.route->receiver);
    }
    const bool at_once = idle || !outdated.empty();
    if (!enter(continued(place, same, at_once, now), place.alerts, same, records, now)) {
      if (book_.group(id) != nullptr) close(id, now);
      continue;
    }
    for (const auto& [key, record] : records) book_.apply(journal::PutTellRecord{record});
    if (!lost.empty()) leave(id, lost);
  }
}

void Dispatch::close(const std::string& group_id, Timestamp now) {
  for (const notify::OutboxRow* row : book_.rows(group_id)) {
    if (row->state == notify::RowState::Pending) take_back(*row, now);
  }
  book_.apply(journal::DropGroup{group_id});
}

std::vector<ChannelKey> Dispatch::take_back(const std::string& group_id,
                                            const std::vector<Fingerprint>& lost, Timestamp now) {
  const FingerprintSet elsewhere(lost.begin(), lost.end());
  std::vector<ChannelKey> channels;
  if (elsewhere.empty()) return channels;
  for (const notify::OutboxRow* row : book_.rows(group_id)) {
    if (row->state != notify::RowState::Pending || !speaks_of(*row, elsewhere)) continue;
    channels.push_back({row->notification->receiver, row->notification->channel});
    take_back(*row, now);
  }
  return channels;
}

void Dispatch::take_back(const notify::OutboxRow& row, Timestamp now) {
  const notify::Notification& about = *row.notification;
  book_.log(now, EventKind::NotificationReplaced, 0,
            fmt::format("{}/{}", about.receiver, about.channel),
            fmt::format("notification {} about {} was withdrawn after {} attempts: the routes have "
                        "changed, its alerts are in other groups now",
                        row.id, about.group_key, row.attempts));
  book_.apply(journal::DropOutbox{std::int64_t{row.id}});
}

bool Dispatch::enter(group::Group group, const std::vector<AlertPtr>& alerts,
                     const GroupEntry* same, const std::map<ChannelKey, notify::TellRecord>& told,
                     Timestamp now) {
  // A resolved alert comes along only where somebody is still to be told so.
  const auto comes = [&](const AlertPtr& alert) {
    return !alert->resolved(now) ||
           (same != nullptr && same->members.contains(alert->fingerprint)) ||
           std::any_of(told.begin(), told.end(), [&](const auto& each) {
             return each.second.firing.contains(alert->fingerprint);
           });
  };
  if (std::none_of(alerts.begin(), alerts.end(), comes)) return false;
  const std::string id = group.id;
  const GroupEntry* there = book_.group(id);
  if (there == nullptr || !(there->group == group)) {
    book_.apply(journal::PutGroup{std::move(group)});
  }
  for (const AlertPtr& alert : alerts) {
    if (comes(alert) && !book_.group(id)->members.contains(alert->fingerprint)) {
      book_.apply(journal::AddMember{id, alert->fingerprint});
    }
  }
  return true;
}

}  // namespace tocsin::engine
