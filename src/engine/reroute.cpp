// A new routing tree: every alert finds its groups anew, and groups that mean the same go on.
#include <map>

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

std::map<std::string, Place> place_alerts(const Book& book, const route::Route& root,
                                          Timestamp now) {
  std::map<std::string, Place> places;
  for (const auto& [fingerprint, alert] : book.alerts()) {
    if (alert->resolved(now) && book.groups_of(fingerprint).empty()) continue;
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

/// The new group, continuing `old` where there is one.
group::Group continued(const Place& place, const GroupEntry* old, Timestamp now) {
  Timestamp oldest = Timestamp::max();
  for (const AlertPtr& alert : place.alerts) oldest = std::min(oldest, alert->starts_at);
  group::Group group = group::open(*place.route, place.labels, oldest, now);
  if (old == nullptr) return group;
  group.created_at = old->group.created_at;
  group.flushed = old->group.flushed;
  const Timestamp latest = group::next_flush(*place.route, now);  // the interval may be shorter now
  group.next_flush = std::min(old->group.next_flush, latest);
  return group;
}

}  // namespace

void Dispatch::configure(std::shared_ptr<const config::Config> config, Timestamp now) {
  book_.begin();
  config_ = std::move(config);
  routes_.clear();
  for (const route::Route* route : route::all_routes(config_->route)) routes_[route->id] = route;

  const std::unordered_map<std::string, GroupEntry> old = book_.groups();
  std::map<Meaning, const GroupEntry*> by_meaning;
  for (const auto& [id, entry] : old) by_meaning[{entry.group.key, entry.group.receiver}] = &entry;

  std::erase_if(muted_, [&](const auto& each) { return !old.contains(each.first); });
  const std::map<std::string, Place> places = place_alerts(book_, config_->route, now);
  for (const auto& [id, entry] : old) {
    if (!places.contains(id)) book_.apply(journal::DropGroup{id});
  }
  for (const auto& [id, place] : places) {
    const Meaning meaning{group::group_key(place.route->key, place.labels), place.route->receiver};
    const auto same = by_meaning.find(meaning);
    const GroupEntry* before = same == by_meaning.end() ? nullptr : same->second;
    group::Group group = continued(place, before, now);
    if (before == nullptr || !(before->group == group)) {
      // The same place in the tree may now mean something else: what was told there does not count.
      const bool same_place = before != nullptr && before->group.id == id;
      if (!same_place && old.contains(id)) book_.apply(journal::DropGroup{id});
      book_.apply(journal::PutGroup{std::move(group)});
    }
    for (const AlertPtr& alert : place.alerts) {
      if (book_.group(id)->members.contains(alert->fingerprint)) continue;
      // A resolved alert comes along only where it was waiting to be told as such.
      if (alert->resolved(now) &&
          (before == nullptr || !before->members.contains(alert->fingerprint))) {
        continue;
      }
      book_.apply(journal::AddMember{id, alert->fingerprint});
    }
    if (before == nullptr || before->group.id == id) continue;
    for (const auto& [channel, record] : before->told) {
      notify::TellRecord moved = record;
      moved.group_id = id;
      book_.apply(journal::PutTellRecord{std::move(moved)});
    }
  }
}

}  // namespace tocsin::engine
