#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include "journal/journal.h"

namespace tocsin::journal {
namespace {

// The key of each kind of item: the vectors of Contents ascend by it.
constexpr auto kAlertKey = [](const AlertPtr& alert) { return alert->fingerprint; };
constexpr auto kTellKey = [](const notify::TellRecord& record) {
  return std::tie(record.group_id, record.receiver, record.channel);
};

template <class Item, class KeyOf>
void put(std::vector<Item>& items, const Item& item, KeyOf key_of) {
  const auto at = std::ranges::lower_bound(items, std::invoke(key_of, item), {}, key_of);
  if (at != items.end() && std::invoke(key_of, *at) == std::invoke(key_of, item)) {
    *at = item;
  } else {
    items.insert(at, item);
  }
}

template <class Item, class Key, class KeyOf>
void drop(std::vector<Item>& items, const Key& key, KeyOf key_of) {
  items.erase(std::ranges::lower_bound(items, key, {}, key_of),
              std::ranges::upper_bound(items, key, {}, key_of));
}

/// Erases from the set or map under `key`, and `key` itself when nothing is left under it.
template <class Outer>
void drop_inner(Outer& outer, const std::string& key, Fingerprint fingerprint) {
  const auto at = outer.find(key);
  if (at == outer.end()) return;
  at->second.erase(fingerprint);
  if (at->second.empty()) outer.erase(at);
}

struct Apply {
  Contents& contents;

  void operator()(const PutAlert& put_alert) const {
    put(contents.alerts, put_alert.alert, kAlertKey);
  }
  void operator()(const ExtendAlert& extend) const {
    const auto at = std::ranges::lower_bound(contents.alerts, extend.fingerprint, {}, kAlertKey);
    if (at == contents.alerts.end() || (*at)->fingerprint != extend.fingerprint) return;
    *at = extended(**at, extend.ends_at, extend.updated_at);
  }
  void operator()(const DropAlert& alert) const {
    drop(contents.alerts, alert.fingerprint, kAlertKey);
  }
  void operator()(const PutRuleState& state) const {
    contents.rule_states[state.rule_id].insert_or_assign(state.active.labels.fingerprint(),
                                                         state.active);
  }
  void operator()(const DropRuleState& state) const {
    drop_inner(contents.rule_states, state.rule_id, state.fingerprint);
  }
  void operator()(const PutGroup& group) const {
    put(contents.groups, group.group, &group::Group::id);
  }
  void operator()(const DropGroup& group) const {
    drop(contents.groups, group.group_id, &group::Group::id);
    drop(contents.tell_records, group.group_id, &notify::TellRecord::group_id);
    contents.members.erase(group.group_id);
  }
  void operator()(const AddMember& member) const {
    contents.members[member.group_id].insert(member.fingerprint);
  }
  void operator()(const DropMember& member) const {
    drop_inner(contents.members, member.group_id, member.fingerprint);
  }
  void operator()(const PutSilence& silence) const {
    put(contents.silences, silence.silence, &route::Silence::id);
  }
  void operator()(const DropSilence& silence) const {
    drop(contents.silences, silence.id, &route::Silence::id);
  }
  void operator()(const PutTellRecord& record) const {
    put(contents.tell_records, record.record, kTellKey);
  }
  void operator()(const DropTellRecord& record) const {
    drop(contents.tell_records, std::tie(record.group_id, record.receiver, record.channel),
         kTellKey);
  }
  void operator()(const PutOutbox& outbox) const {
    put(contents.outbox, outbox.row, &notify::OutboxRow::id);
    contents.last_outbox_id = std::max(contents.last_outbox_id, outbox.row.id);
  }
  void operator()(const DropOutbox& outbox) const {
    drop(contents.outbox, outbox.id, &notify::OutboxRow::id);
  }
  void operator()(const AddEvent&) const {}
  void operator()(const AddEvents&) const {}
  void operator()(const PutMeta& meta) const { contents.meta[meta.key] = meta.value; }
};

}  // namespace

void apply(Contents& contents, const Change& change) { std::visit(Apply{contents}, change); }

}  // namespace tocsin::journal
