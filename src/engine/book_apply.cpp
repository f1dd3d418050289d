// How each kind of change shows in memory: the counterpart of the journal's tables.
#include <algorithm>
#include <variant>

#include "engine/book.h"
#include "model/overloaded.h"

namespace tocsin::engine {
Alerts& Book::own_alerts() {
  if (alerts_.use_count() > 1) alerts_ = std::make_shared<Alerts>(*alerts_);
  return *alerts_;
}

route::Silences& Book::own_silences() {
  if (silences_.use_count() > 1) silences_ = std::make_shared<route::Silences>(*silences_);
  return *silences_;
}

void Book::put_alert(AlertPtr alert) {
  AlertPtr& slot = own_alerts()[alert->fingerprint];
  if (slot && slot->ends_at) endings_.erase({*slot->ends_at, slot->fingerprint});
  if (alert->ends_at) endings_.insert({*alert->ends_at, alert->fingerprint});
  slot = std::move(alert);
}

void Book::drop_alert(Fingerprint fingerprint) {
  Alerts& alerts = own_alerts();
  const auto at = alerts.find(fingerprint);
  if (at == alerts.end()) return;
  if (at->second->ends_at) endings_.erase({*at->second->ends_at, fingerprint});
  alerts.erase(at);
}

void Book::put_group(group::Group group) {
  GroupEntry& entry = groups_[group.id];
  if (!entry.group.id.empty()) flushes_.erase({entry.group.next_flush, entry.group.id});
  flushes_.insert({group.next_flush, group.id});
  entry.group = std::move(group);
}

void Book::drop_group(const std::string& id) {
  const auto at = groups_.find(id);
  if (at == groups_.end()) return;
  flushes_.erase({at->second.group.next_flush, id});
  const std::unordered_set<Fingerprint> members = std::move(at->second.members);
  groups_.erase(at);
  for (const Fingerprint member : members) drop_member(id, member);
}

void Book::add_member(const std::string& group_id, Fingerprint fingerprint) {
  const auto at = groups_.find(group_id);
  if (at == groups_.end()) return;
  at->second.members.insert(fingerprint);
  memberships_[fingerprint].insert(group_id);
}

void Book::drop_member(const std::string& group_id, Fingerprint fingerprint) {
  if (const auto at = groups_.find(group_id); at != groups_.end()) {
    at->second.members.erase(fingerprint);
  }
  const auto memberships = memberships_.find(fingerprint);
  if (memberships == memberships_.end()) return;
  memberships->second.erase(group_id);
  if (memberships->second.empty()) memberships_.erase(memberships);
}

void Book::put_row(notify::OutboxRow row) {
  drop_row(row.id);
  last_row_id_ = std::max(last_row_id_, row.id);
  const notify::Notification& about = row.notification;
  const ChannelKey channel{about.receiver, about.channel};
  rows_by_target_[{about.group_id, channel}].insert(row.id);
  if (row.state == notify::RowState::Pending) due_rows_[channel].insert({row.retry_at, row.id});
  const std::int64_t id = row.id;
  outbox_.emplace(id, std::move(row));
}

void Book::drop_row(std::int64_t id) {
  const auto at = outbox_.find(id);
  if (at == outbox_.end()) return;
  const notify::Notification& about = at->second.notification;
  const ChannelKey channel{about.receiver, about.channel};
  if (const auto due = due_rows_.find(channel); due != due_rows_.end()) {
    due->second.erase({at->second.retry_at, id});
    if (due->second.empty()) due_rows_.erase(due);
  }
  const auto target = rows_by_target_.find({about.group_id, channel});
  if (target != rows_by_target_.end()) {
    target->second.erase(id);
    if (target->second.empty()) rows_by_target_.erase(target);
  }
  outbox_.erase(at);
}

void Book::apply_to_memory(const journal::Change& change) {
  std::visit(
      Overloaded{
          [&](const journal::PutAlert& put) { put_alert(put.alert); },
          [&](const journal::DropAlert& drop) { drop_alert(drop.fingerprint); },
          // Rule states pass through take_actives and give_actives as a whole.
          [](const journal::PutRuleState&) {},
          [](const journal::DropRuleState&) {},
          [&](const journal::PutGroup& put) { put_group(put.group); },
          [&](const journal::DropGroup& drop) { drop_group(drop.group_id); },
          [&](const journal::AddMember& add) { add_member(add.group_id, add.fingerprint); },
          [&](const journal::DropMember& drop) { drop_member(drop.group_id, drop.fingerprint); },
          [&](const journal::PutSilence& put) { own_silences().put(put.silence); },
          [&](const journal::DropSilence& drop) { own_silences().erase(drop.id); },
          [&](const journal::PutTellRecord& put) {
            const auto at = groups_.find(put.record.group_id);
            if (at == groups_.end()) return;
            at->second.told[{put.record.receiver, put.record.channel}] = put.record;
          },
          [&](const journal::DropTellRecord& drop) {
            const auto at = groups_.find(drop.group_id);
            if (at != groups_.end()) at->second.told.erase({drop.receiver, drop.channel});
          },
          [&](const journal::PutOutbox& put) { put_row(put.row); },
          [&](const journal::DropOutbox& drop) { drop_row(drop.id); },
          [](const journal::AddEvent&) {},
          [](const journal::PutMeta&) {},
      },
      change);
}

}  // namespace tocsin::engine
