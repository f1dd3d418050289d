#include "journal/writer.h"

#include <string>

#include "journal/codec.h"
#include "journal/notification_codec.h"
#include "journal/sql.h"

namespace tocsin::journal {
namespace {

// An update, where a REPLACE would be shorter: it leaves the row where it is. Rows lie in the order
// in which they came, so alerts that came together lie together, and a batch that changes them
// again touches few pages. (In the order of fingerprints, 100,000 alerts are written five times
// slower.)
constexpr const char* kPutAlert =
    "INSERT INTO alerts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
    "ON CONFLICT (fingerprint) DO UPDATE SET labels = ?2, annotations = ?3, generator_url = ?4, "
    "starts_at = ?5, ends_at = ?6, updated_at = ?7, origin = ?8, ends_by_timeout = ?9, value = ?10";
constexpr const char* kPutRuleState =
    "INSERT INTO rule_state VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
    "ON CONFLICT (rule_id, fingerprint) DO UPDATE SET labels = ?3, annotations = ?4, value = ?5, "
    "phase = ?6, active_at = ?7, fired_at = ?8, keep_firing_since = ?9";

}  // namespace

Writer::Writer(SQLite::Database& database)
    : put_alert_(database, kPutAlert),
      drop_alert_(database, "DELETE FROM alerts WHERE fingerprint = ?"),
      put_rule_state_(database, kPutRuleState),
      drop_rule_state_(database, "DELETE FROM rule_state WHERE rule_id = ? AND fingerprint = ?"),
      put_group_(database, "REPLACE INTO groups VALUES (?,?,?,?,?,?,?,?)"),
      drop_group_(database, "DELETE FROM groups WHERE id = ?"),
      drop_members_(database, "DELETE FROM group_members WHERE group_id = ?"),
      drop_tell_records_(database, "DELETE FROM tell_records WHERE group_id = ?"),
      add_member_(database, "INSERT OR IGNORE INTO group_members VALUES (?,?)"),
      drop_member_(database, "DELETE FROM group_members WHERE group_id = ? AND fingerprint = ?"),
      supersede_silence_(
          database, "UPDATE silences SET superseded_at = ? WHERE id = ? AND superseded_at IS NULL"),
      add_silence_(database,
                   "INSERT INTO silences SELECT ?1, ifnull(max(version), 0) + 1, ?2, ?3, ?4, ?5, "
                   "?6, ?7, ?8, ?9, NULL FROM silences WHERE id = ?1"),
      drop_silence_(database, "DELETE FROM silences WHERE id = ?"),
      put_tell_record_(database, "REPLACE INTO tell_records VALUES (?,?,?,?,?,?)"),
      drop_tell_record_(
          database, "DELETE FROM tell_records WHERE group_id = ? AND receiver = ? AND channel = ?"),
      put_outbox_(database, "REPLACE INTO outbox VALUES (?,?,?,?,?,?)"),
      drop_outbox_(database, "DELETE FROM outbox WHERE id = ?"),
      add_event_(database, "INSERT INTO events VALUES (NULL,?,?,?,?,?)"),
      put_meta_(database, "REPLACE INTO meta VALUES (?,?)") {}

void Writer::write(const Change& change) {
  std::visit([this](const auto& each) { put(each); }, change);
}

void Writer::put(const PutAlert& change) {
  const Alert& alert = *change.alert;
  run(put_alert_, alert.fingerprint, encode_labels(alert.labels), encode_labels(alert.annotations),
      alert.generator_url, alert.starts_at, alert.ends_at, alert.updated_at,
      std::string(to_text(alert.origin)), alert.ends_by_timeout, Number{alert.value});
}

void Writer::put(const DropAlert& change) { run(drop_alert_, change.fingerprint); }

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
  run(put_group_, group.id, group.key, group.route_id, group.receiver, encode_labels(group.labels),
      group.created_at, group.next_flush, group.flushed);
}

void Writer::put(const DropGroup& change) {
  run(drop_group_, change.group_id);
  run(drop_members_, change.group_id);
  run(drop_tell_records_, change.group_id);
}

void Writer::put(const AddMember& change) { run(add_member_, change.group_id, change.fingerprint); }

void Writer::put(const DropMember& change) {
  run(drop_member_, change.group_id, change.fingerprint);
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
  run(put_tell_record_, record.group_id, record.receiver, record.channel, record.at,
      Blob{encode_fingerprints(record.firing)}, Blob{encode_fingerprints(record.resolved)});
}

void Writer::put(const DropTellRecord& change) {
  run(drop_tell_record_, change.group_id, change.receiver, change.channel);
}

void Writer::put(const PutOutbox& change) {
  const notify::OutboxRow& row = change.row;
  run(put_outbox_, row.id, encode_notification(row.notification), std::string(to_text(row.state)),
      std::int64_t{row.attempts}, row.retry_at, row.last_error);
}

void Writer::put(const DropOutbox& change) { run(drop_outbox_, change.id); }

void Writer::put(const AddEvent& change) {
  const Event& event = change.event;
  run(add_event_, event.at, std::string(to_string(event.kind)), event.fingerprint, event.subject,
      event.detail);
}

void Writer::put(const PutMeta& change) { run(put_meta_, change.key, change.value); }

}  // namespace tocsin::journal
