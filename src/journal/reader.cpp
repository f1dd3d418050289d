#include "journal/reader.h"

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>

#include "journal/codec.h"
#include "journal/notification_codec.h"
#include "journal/sql.h"
#include "model/error.h"

namespace tocsin::journal {
namespace {

/// Calls `take` with each row of `from` (a table and perhaps a condition); what it throws becomes a
/// complaint that names the row by its first column.
template <class Take>
void each_row(SQLite::Database& database, std::string_view from, std::string_view columns,
              std::vector<std::string>& complaints, Take take) {
  SQLite::Statement statement(database, fmt::format("SELECT {} FROM {}", columns, from));
  while (statement.executeStep()) {
    try {
      take(Row(statement));
    } catch (const Error& e) {
      complaints.push_back(
          fmt::format("a row of the table {} ({} = {}) cannot be understood, {}; it is left there",
                      from.substr(0, from.find(' ')), statement.getColumnName(0),
                      Row(statement).text(), e.what()));
    }
  }
}

AlertPtr read_alert(Row& row, Fingerprint fingerprint) {
  auto alert = std::make_shared<Alert>();
  alert->fingerprint = fingerprint;
  alert->labels = decode_labels(row.text());
  alert->annotations = decode_labels(row.text());
  alert->generator_url = row.text();
  alert->starts_at = row.time();
  alert->ends_at = row.optional_time();
  alert->updated_at = row.time();
  alert->origin = parse_origin(row.text());
  alert->ends_by_timeout = row.flag();
  alert->value = row.number();
  return alert;
}

state::Active read_active(Row& row) {
  state::Active active;
  active.labels = decode_labels(row.text());
  active.annotations = decode_labels(row.text());
  active.value = row.number().value_or(0);
  active.phase = parse_phase(row.text());
  active.active_at = row.time();
  active.fired_at = row.optional_time();
  active.keep_firing_since = row.optional_time();
  return active;
}

/// The ids of groups by their numbers.
using GroupIds = std::unordered_map<std::int64_t, std::string>;

const std::string& id_in(const GroupIds& ids, std::int64_t number) {
  const auto at = ids.find(number);
  if (at == ids.end()) throw Error("no group has this number");
  return at->second;
}

group::Group read_group(Row row, const GroupIds& ids) {
  group::Group group;
  group.id = id_in(ids, row.integer());
  group.key = row.text();
  group.route_id = row.text();
  group.receiver = row.text();
  group.labels = decode_labels(row.text());
  group.created_at = row.time();
  group.next_flush = row.time();
  group.flushed = row.flag();
  return group;
}

constexpr std::string_view kSilenceColumns =
    "id, matchers, starts_at, ends_at, updated_at, created_by, comment, annotations";

route::Silence read_silence(Row& row) {
  route::Silence silence;
  silence.id = row.text();
  silence.matchers = decode_matchers(row.text());
  silence.starts_at = row.time();
  silence.ends_at = row.time();
  silence.updated_at = row.time();
  silence.created_by = row.text();
  silence.comment = row.text();
  silence.annotations = decode_labels(row.text());
  return silence;
}

notify::TellRecord read_tell_record(Row row, const GroupIds& ids) {
  notify::TellRecord record;
  record.group_id = id_in(ids, row.integer());
  record.receiver = row.text();
  record.channel = row.text();
  record.at = row.time();
  record.firing = decode_fingerprints(row.text());
  record.resolved = decode_fingerprints(row.text());
  record.message = row.text();
  return record;
}

notify::OutboxRow read_outbox_row(Row row, const std::vector<AlertPtr>& alerts) {
  notify::OutboxRow outbox;
  outbox.id = row.integer();
  const auto find = [&](Fingerprint fingerprint) -> AlertPtr {
    constexpr auto kKey = [](const AlertPtr& alert) { return alert->fingerprint; };
    const auto at = std::ranges::lower_bound(alerts, fingerprint, {}, kKey);
    return at == alerts.end() || (*at)->fingerprint != fingerprint ? nullptr : *at;
  };
  outbox.notification =
      std::make_shared<const notify::Notification>(decode_notification(row.text(), find));
  outbox.state = parse_row_state(row.text());
  outbox.attempts = static_cast<int>(row.integer());
  outbox.retry_at = row.time();
  outbox.last_error = row.text();
  return outbox;
}

void read_alerts(SQLite::Database& database, Contents& contents, RowNumbers& numbers) {
  const auto count =
      static_cast<std::size_t>(database.execAndGet("SELECT count(*) FROM alerts").getInt64());
  contents.alerts.reserve(count);
  numbers.alerts.reserve(count);
  each_row(database, "alerts",
           "fingerprint, number, labels, annotations, generator_url, starts_at, ends_at, "
           "updated_at, origin, ends_by_timeout, value",
           contents.complaints, [&](Row row) {
             const Fingerprint fingerprint = row.fingerprint();
             const std::int64_t number = row.integer();
             numbers.alerts[fingerprint] = number;
             numbers.next_alert = std::max(numbers.next_alert, number + 1);
             contents.alerts.push_back(read_alert(row, fingerprint));
           });
  std::ranges::sort(contents.alerts, {}, [](const AlertPtr& alert) { return alert->fingerprint; });
}

void read_rule_states(SQLite::Database& database, Contents& contents) {
  each_row(database, "rule_state",
           "rule_id, fingerprint, labels, annotations, value, phase, active_at, fired_at, "
           "keep_firing_since",
           contents.complaints, [&](Row row) {
             const std::string rule = row.text();
             const Fingerprint fingerprint = row.fingerprint();
             contents.rule_states[rule].insert_or_assign(fingerprint, read_active(row));
           });
  std::erase_if(contents.rule_states, [](const auto& each) { return each.second.empty(); });
}

GroupIds read_group_ids(SQLite::Database& database, Contents& contents, RowNumbers& numbers) {
  GroupIds ids;
  each_row(database, "group_ids", "number, id", contents.complaints, [&](Row row) {
    const std::int64_t number = row.integer();
    const std::string& id = ids[number] = row.text();
    numbers.groups[id] = number;
    numbers.next_group = std::max(numbers.next_group, number + 1);
  });
  return ids;
}

void read_groups(SQLite::Database& database, Contents& contents, RowNumbers& numbers) {
  const GroupIds ids = read_group_ids(database, contents, numbers);
  each_row(database, "groups",
           "number, key, route_id, receiver, labels, created_at, next_flush, flushed",
           contents.complaints, [&](Row row) { contents.groups.push_back(read_group(row, ids)); });
  std::ranges::sort(contents.groups, {}, &group::Group::id);
  each_row(database, "group_members", "group_number, fingerprint", contents.complaints,
           [&](Row row) {
             const std::string& group = id_in(ids, row.integer());
             contents.members[group].insert(row.fingerprint());
           });
  each_row(database, "tell_records",
           "group_number, receiver, channel, at, firing, resolved, message", contents.complaints,
           [&](Row row) { contents.tell_records.push_back(read_tell_record(row, ids)); });
  std::ranges::sort(contents.tell_records, {}, [](const notify::TellRecord& record) {
    return std::tie(record.group_id, record.receiver, record.channel);
  });
}

void read_silences(SQLite::Database& database, Contents& contents) {
  each_row(database, "silences WHERE superseded_at IS NULL", kSilenceColumns, contents.complaints,
           [&](Row row) { contents.silences.push_back(read_silence(row)); });
  std::ranges::sort(contents.silences, {}, &route::Silence::id);
}

void read_outbox(SQLite::Database& database, Contents& contents) {
  each_row(database, "outbox", "id, notification, state, attempts, retry_at, last_error",
           contents.complaints,
           [&](Row row) { contents.outbox.push_back(read_outbox_row(row, contents.alerts)); });
  std::ranges::sort(contents.outbox, {}, &notify::OutboxRow::id);
  contents.last_outbox_id =
      database.execAndGet("SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'outbox'")
          .getInt64();
}

}  // namespace

Contents read_contents(SQLite::Database& database, RowNumbers& numbers) {
  const SQLite::Transaction as_of_one_instant(database);
  Contents contents;
  numbers = {};
  numbers.next_event = next_event_id(database);
  read_alerts(database, contents, numbers);
  read_rule_states(database, contents);
  read_groups(database, contents, numbers);
  read_silences(database, contents);
  read_outbox(database, contents);
  each_row(database, "meta", "key, value", contents.complaints, [&](Row row) {
    std::string key = row.text();
    contents.meta.insert_or_assign(std::move(key), row.text());
  });
  return contents;
}

std::vector<SilenceVersion> read_silence_versions(SQLite::Database& database,
                                                  const std::string& id) {
  SQLite::Statement statement(
      database, fmt::format("SELECT {}, version, changed_by, superseded_at FROM silences WHERE "
                            "id = ? ORDER BY version",
                            kSilenceColumns));
  bind_value(statement, 1, id);
  std::vector<SilenceVersion> versions;
  while (statement.executeStep()) {
    Row row(statement);
    SilenceVersion version;
    version.silence = read_silence(row);
    version.version = row.integer();
    version.changed_by = row.text();
    version.superseded_at = row.optional_time();
    versions.push_back(std::move(version));
  }
  return versions;
}

}  // namespace tocsin::journal
