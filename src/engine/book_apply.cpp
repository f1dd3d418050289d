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

route::Inhibitions& Book::own_inhibitions() {
  if (inhibitions_.use_count() > 1) {
    inhibitions_ = std::make_shared<route::Inhibitions>(*inhibitions_);
  }
  return *inhibitions_;
}

void Book::file_source(const Alert* before, const Alert* after) {
  const bool same = before != nullptr && after != nullptr && before->ends_at == after->ends_at;
  if (same || !inhibitions_->concern((after != nullptr ? after : before)->labels)) return;
  if (before != nullptr) own_inhibitions().drop(*before);
  if (after != nullptr) own_inhibitions().put(*after);
}

LabelIndex& Book::own_labels() {
  if (labels_.use_count() > 1) labels_ = std::make_shared<LabelIndex>(*labels_);
  return *labels_;
}

void Book::forget_labels(const Labels& labels) {
  own_labels().forget(labels);
  if (!labels_->is_stale()) return;
  labels_ = std::make_shared<LabelIndex>();
  for (const auto& [fingerprint, alert] : *alerts_) labels_->add(fingerprint, alert->labels);
}

void Book::set_ending(const Alert* before, const Alert* after) {
  if (before != nullptr && before->ends_at) {
    if (after != nullptr && after->ends_at == before->ends_at) return;
    const auto at = endings_.find(*before->ends_at);
    at->second.erase(before->fingerprint);
    if (at->second.empty()) endings_.erase(at);
  }
  if (after != nullptr && after->ends_at) endings_[*after->ends_at].insert(after->fingerprint);
}

void Book::put_alert(AlertPtr alert) {
  AlertPtr& slot = own_alerts()[alert->fingerprint];
  if (!slot) own_labels().add(alert->fingerprint, alert->labels);
  file_source(slot.get(), alert.get());
  set_ending(slot.get(), alert.get());
  slot = std::move(alert);
}

void Book::drop_alert(Fingerprint fingerprint) {
  Alerts& alerts = own_alerts();
  const auto at = alerts.find(fingerprint);
  if (at == alerts.end()) return;
  const AlertPtr gone = at->second;
  set_ending(gone.get(), nullptr);
  file_source(gone.get(), nullptr);
  alerts.erase(at);
  forget_labels(gone->labels);
}

void Book::put_group(group::Group group) {
  GroupEntry& entry = groups_[group.id];
  entry.members.max_load_factor(kDense);
  if (!entry.group.id.empty()) flushes_.erase({entry.group.next_flush, entry.group.id});
  flushes_.insert({group.next_flush, group.id});
  entry.group = std::move(group);
}

void Book::drop_group(const std::string& id) {
  const auto at = groups_.find(id);
  if (at == groups_.end()) return;
  flushes_.erase({at->second.group.next_flush, id});
  const FingerprintSet members = std::move(at->second.members);
  groups_.erase(at);
  set_muted(id, {});
  for (const Fingerprint member : members) left_group(member);
}

void Book::add_member(const std::string& group_id, Fingerprint fingerprint) {
  const auto at = groups_.find(group_id);
  if (at == groups_.end() || !at->second.members.insert(fingerprint).second) return;
  ++memberships_[fingerprint];
}

void Book::drop_member(const std::string& group_id, Fingerprint fingerprint) {
  const auto at = groups_.find(group_id);
  if (at == groups_.end() || at->second.members.erase(fingerprint) == 0) return;
  left_group(fingerprint);
}

void Book::left_group(Fingerprint fingerprint) {
  const auto at = memberships_.find(fingerprint);
  if (--at.value() == 0) memberships_.erase(at);
}

void Book::put_row(notify::OutboxRow row) {
  drop_row(row.id);
  last_row_id_ = std::max(last_row_id_, row.id);
  const notify::Notification& about = *row.notification;
  const std::int64_t id = row.id;
  std::vector<std::int64_t>& ids = rows_by_group_[about.group_id];
  ids.insert(std::ranges::upper_bound(ids, id), id);
  if (row.state == notify::RowState::Pending) {
    due_rows_[{about.receiver, about.channel}].insert({row.retry_at, id});
  }
  outbox_.emplace(id, std::move(row));
}

void Book::not_due(const notify::OutboxRow& row) {
  const auto due = due_rows_.find({row.notification->receiver, row.notification->channel});
  if (due == due_rows_.end()) return;
  due->second.erase({row.retry_at, row.id});
  if (due->second.empty()) due_rows_.erase(due);
}

void Book::drop_row(std::int64_t id) {
  const auto at = outbox_.find(id);
  if (at == outbox_.end()) return;
  not_due(at->second);
  const auto about = rows_by_group_.find(at->second.notification->group_id);
  std::erase(about->second, id);
  if (about->second.empty()) rows_by_group_.erase(about);
  outbox_.erase(at);
}

void Book::apply_to_memory(const journal::Change& change) {
  std::visit(
      Overloaded{
          [&](const journal::PutAlert& put) { put_alert(put.alert); },
          [&](const journal::ExtendAlert& extend) {
            const AlertPtr known = alert(extend.fingerprint);
            if (known) put_alert(extended(*known, extend.ends_at, extend.updated_at));
          },
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
          [](const journal::AddEvents&) {},
          [](const journal::PutMeta&) {},
      },
      change);
}

}  // namespace tocsin::engine
