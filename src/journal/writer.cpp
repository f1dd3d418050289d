#include "journal/writer.h"

#include <string>

#include "journal/codec.h"
#include "journal/notification_codec.h"
#include "journal/sql.h"

namespace tocsin::journal {
namespace {

constexpr const char* kPutRuleState =
    "INSERT INTO rule_state VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
    "ON CONFLICT (rule_id, fingerprint) DO UPDATE SET labels = ?3, annotations = ?4, value = ?5, "
    "phase = ?6, active_at = ?7, fired_at = ?8, keep_firing_since = ?9";

}  // namespace

Writer::Writer(SQLite::Database& database)
    : database_(database),
      put_alert_(database, "REPLACE INTO alerts VALUES (?,?,?,?,?,?,?,?,?,?,?)"),
      extend_alert_(database, "UPDATE alerts SET ends_at = ?, updated_at = ? WHERE number = ?"),
      drop_alert_(database, "DELETE FROM alerts WHERE number = ?"),
      put_rule_state_(database, kPutRuleState),
      drop_rule_state_(database, "DELETE FROM rule_state WHERE rule_id = ? AND fingerprint = ?"),
      add_group_id_(database, "INSERT INTO group_ids VALUES (?,?)"),
      drop_group_id_(database, "DELETE FROM group_ids WHERE number = ?"),
      put_group_(database, "REPLACE INTO groups VALUES (?,?,?,?,?,?,?,?)"),
      drop_group_(database, "DELETE FROM groups WHERE number = ?"),
      drop_members_(database, "DELETE FROM group_members WHERE group_number = ?"),
      drop_tell_records_(database, "DELETE FROM tell_records WHERE group_number = ?"),
      add_member_(database, "INSERT OR IGNORE INTO group_members VALUES (?,?)"),
      drop_member_(database,
                   "DELETE FROM group_members WHERE group_number = ? AND fingerprint = ?"),
      supersede_silence_(
          database, "UPDATE silences SET superseded_at = ? WHERE id = ? AND superseded_at IS NULL"),
      add_silence_(database,
                   "INSERT INTO silences SELECT ?1, ifnull(max(version), 0) + 1, ?2, ?3, ?4, ?5, "
                   "?6, ?7, ?8, ?9, NULL FROM silences WHERE id = ?1"),
      drop_silence_(database, "DELETE FROM silences WHERE id = ?"),
      put_tell_record_(database, "REPLACE INTO tell_records VALUES (?,?,?,?,?,?,?)"),
      drop_tell_record_(
          database,
          "DELETE FROM tell_records WHERE group_number = ? AND receiver = ? AND channel = ?"),
      put_outbox_(database, "REPLACE INTO outbox VALUES (?,?,?,?,?,?)"),
      drop_outbox_(database, "DELETE FROM outbox WHERE id = ?"),
      put_meta_(database, "REPLACE INTO meta VALUES (?,?)"),
      events_(database) {}

void Writer::write(std::span<const Change> changes) {
  if (!numbers_) numbers_ = read_row_numbers(database_);
  for (const Change& change : changes) std::visit([this](const auto& each) { put(each); }, change);
  events_.write(timeline_, numbers_->next_event);
  timeline_.clear();
}

void Writer::forget() {
  numbers_.reset();
  timeline_.clear();
}

std::int64_t Writer::group(const std::string& id) {
  const GroupNumber group = number_of_group(*numbers_, id);
  if (group.is_new) run(add_group_id_, group.number, id);
  return group.number;
}

std::optional<std::int64_t> Writer::known_group(const std::string& id) const {
  const auto at = numbers_->groups.find(id);
  return at == numbers_->groups.end() ? std::nullopt : std::optional(at->second);
}

void Writer::put(const PutAlert& change) {
  const Alert& alert = *change.alert;
  const auto [at, is_new] = numbers_->alerts.try_emplace(alert.fingerprint, numbers_->next_alert);
  if (is_new) ++numbers_->next_alert;
  run(put_alert_, at->second, alert.fingerprint, encode_labels(alert.labels),
      encode_labels(alert.annotations), alert.generator_url, alert.starts_at, alert.ends_at,
      alert.updated_at, std::string(to_text(alert.origin)), alert.ends_by_timeout,
      Number{alert.value});
}

void Writer::put(const ExtendAlert& change) {
  const auto at = numbers_->alerts.find(change.fingerprint);
  if (at == numbers_->alerts.end()) return;
  run(extend_alert_, change.ends_at, change.updated_at, at->second);
}

void Writer::put(const DropAlert& change) {
  const auto at = numbers_->alerts.find(change.fingerprint);
  if (at == numbers_->alerts.end()) return;
  run(drop_alert_, at->second);
  numbers_->alerts.erase(at);
}

void Writer::put(const PutRuleState& change) {
  const state::Active& active = change.active;
  run(put_rule_state_, change.rule_id, active.labels.fingerprint(), encode_labels(active.labels),
      encode_labels(active.annotations), Number{active.value}, std::string(to_text(active.phase)),
      active.active_at, active.fired_at, active.keep_firing_since);
}

void Writer::put(const DropRuleState& change) {
  run(drop_rule_state_, change.rule_id, change.fingerprint);
}

void Writer::put(const PutGroup& change) {
  const group::Group& group = change.group;
  run(put_group_, this->group(group.id), group.key, group.route_id, group.receiver,
      encode_labels(group.labels), group.created_at, group.next_flush, group.flushed);
}

void Writer::put(const DropGroup& change) {
  const std::optional<std::int64_t> number = known_group(change.group_id);
  if (!number) return;
  run(drop_group_, *number);
  run(drop_members_, *number);
  run(drop_tell_records_, *number);
  run(drop_group_id_, *number);
  numbers_->groups.erase(change.group_id);
}

void Writer::put(const AddMember& change) {
  run(add_member_, group(change.group_id), change.fingerprint);
}

void Writer::put(const DropMember& change) {
  if (const auto number = known_group(change.group_id)) {
    run(drop_member_, *number, change.fingerprint);
  }
}

void Writer::put(const PutSilence& change) {
  const route::Silence& silence = change.silence;
  run(supersede_silence_, silence.updated_at, silence.id);
  run(add_silence_, silence.id, encode_matchers(silence.matchers), silence.starts_at,
      silence.ends_at, silence.updated_at, silence.created_by, silence.comment,
      encode_labels(silence.annotations), change.changed_by);
}

void Writer::put(const DropSilence& change) { run(drop_silence_, change.id); }

void Writer::put(const PutTellRecord& change) {
  const notify::TellRecord& record = change.record;
  run(put_tell_record_, group(record.group_id), record.receiver, record.channel, record.at,
      Blob{encode_fingerprints(record.firing)}, Blob{encode_fingerprints(record.resolved)},
      record.message);
}

void Writer::put(const DropTellRecord& change) {
  if (const auto number = known_group(change.group_id)) {
    run(drop_tell_record_, *number, change.receiver, change.channel);
  }
}

void Writer::put(const PutOutbox& change) {
  const notify::OutboxRow& row = change.row;
  const auto is_here = [&](const Alert& alert) {
    return change.refers && alert.origin == Origin::Posted &&
           numbers_->alerts.contains(alert.fingerprint);
  };
  run(put_outbox_, row.id, encode_notification(*row.notification, is_here),
      std::string(to_text(row.state)), std::int64_t{row.attempts}, row.retry_at, row.last_error);
}

void Writer::put(const DropOutbox& change) { run(drop_outbox_, change.id); }

void Writer::put(const AddEvent& change) {
  timeline_.push_back({&change.event, {&change.event.fingerprint, 1}});
}

void Writer::put(const AddEvents& change) { timeline_.push_back({&change.event, change.alerts}); }

void Writer::put(const PutMeta& change) { run(put_meta_, change.key, change.value); }

}  // namespace tocsin::journal
