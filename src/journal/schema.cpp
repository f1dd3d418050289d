#include "journal/schema.h"

#include <array>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Transaction.h>
#include <fmt/format.h>

#include "journal/sqlite_journal.h"

namespace tocsin::journal {
namespace {

constexpr std::array<const char*, kSchemaVersion> kMigrations = {R"sql(
CREATE TABLE alerts (
  fingerprint INTEGER NOT NULL UNIQUE,
  labels TEXT NOT NULL,
  annotations TEXT NOT NULL,
  generator_url TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER,
  updated_at INTEGER NOT NULL,
  origin TEXT NOT NULL,
  ends_by_timeout INTEGER NOT NULL,
  value ANY
) STRICT;

CREATE TABLE rule_state (
  rule_id TEXT NOT NULL,
  fingerprint INTEGER NOT NULL,
  labels TEXT NOT NULL,
  annotations TEXT NOT NULL,
  value ANY NOT NULL,
  phase TEXT NOT NULL,
  active_at INTEGER NOT NULL,
  fired_at INTEGER,
  keep_firing_since INTEGER,
  PRIMARY KEY (rule_id, fingerprint)
) STRICT;

CREATE TABLE groups (
  id TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  route_id TEXT NOT NULL,
  receiver TEXT NOT NULL,
  labels TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  next_flush INTEGER NOT NULL,
  flushed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE group_members (
  group_id TEXT NOT NULL,
  fingerprint INTEGER NOT NULL,
  PRIMARY KEY (group_id, fingerprint)
) STRICT, WITHOUT ROWID;

CREATE TABLE silences (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  matchers TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  comment TEXT NOT NULL,
  annotations TEXT NOT NULL,
  changed_by TEXT NOT NULL,
  superseded_at INTEGER,
  PRIMARY KEY (id, version)
) STRICT;
CREATE INDEX silences_superseded ON silences (superseded_at) WHERE superseded_at IS NOT NULL;

CREATE TABLE tell_records (
  group_id TEXT NOT NULL,
  receiver TEXT NOT NULL,
  channel TEXT NOT NULL,
  at INTEGER NOT NULL,
  firing BLOB NOT NULL,
  resolved BLOB NOT NULL,
  PRIMARY KEY (group_id, receiver, channel)
) STRICT;

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  notification TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  retry_at INTEGER NOT NULL,
  last_error TEXT NOT NULL
) STRICT;

CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  fingerprint INTEGER NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_time ON events (at);
CREATE INDEX events_by_alert ON events (fingerprint, at);
CREATE INDEX events_by_subject ON events (subject, at);

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql",
                                                                 R"sql(
CREATE TABLE numbered_alerts (
  number INTEGER PRIMARY KEY,
  fingerprint INTEGER NOT NULL,
  labels TEXT NOT NULL,
  annotations TEXT NOT NULL,
  generator_url TEXT NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER,
  updated_at INTEGER NOT NULL,
  origin TEXT NOT NULL,
  ends_by_timeout INTEGER NOT NULL,
  value ANY
) STRICT;
INSERT INTO numbered_alerts SELECT NULL, * FROM alerts;
DROP TABLE alerts;
ALTER TABLE numbered_alerts RENAME TO alerts;

CREATE TABLE group_ids (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL
) STRICT;
INSERT INTO group_ids (id)
  SELECT id FROM groups UNION SELECT group_id FROM group_members
  UNION SELECT group_id FROM tell_records ORDER BY 1;
CREATE UNIQUE INDEX group_numbers ON group_ids (id);

CREATE TABLE numbered_groups (
  number INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  route_id TEXT NOT NULL,
  receiver TEXT NOT NULL,
  labels TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  next_flush INTEGER NOT NULL,
  flushed INTEGER NOT NULL
) STRICT;
INSERT INTO numbered_groups
  SELECT number, key, route_id, receiver, labels, created_at, next_flush, flushed
  FROM groups JOIN group_ids USING (id);
DROP TABLE groups;
ALTER TABLE numbered_groups RENAME TO groups;

CREATE TABLE numbered_members (
  group_number INTEGER NOT NULL,
  fingerprint INTEGER NOT NULL,
  PRIMARY KEY (group_number, fingerprint)
) STRICT, WITHOUT ROWID;
INSERT INTO numbered_members
  SELECT number, fingerprint FROM group_members JOIN group_ids ON id = group_id;
DROP TABLE group_members;
ALTER TABLE numbered_members RENAME TO group_members;

CREATE TABLE numbered_records (
  group_number INTEGER NOT NULL,
  receiver TEXT NOT NULL,
  channel TEXT NOT NULL,
  at INTEGER NOT NULL,
  firing BLOB NOT NULL,
  resolved BLOB NOT NULL,
  PRIMARY KEY (group_number, receiver, channel)
) STRICT, WITHOUT ROWID;
INSERT INTO numbered_records
  SELECT number, receiver, channel, at, firing, resolved
  FROM tell_records JOIN group_ids ON id = group_id;
DROP TABLE tell_records;
ALTER TABLE numbered_records RENAME TO tell_records;
DROP INDEX group_numbers;

CREATE TABLE event_packs (
  id INTEGER PRIMARY KEY,
  count INTEGER NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  keys BLOB NOT NULL,
  events TEXT NOT NULL
) STRICT;
CREATE INDEX event_packs_by_time ON event_packs (last_at);
)sql",
                                                                 R"sql(
ALTER TABLE tell_records ADD COLUMN message TEXT NOT NULL DEFAULT '';
)sql"};

}  // namespace

std::span<const char* const> migrations() { return kMigrations; }

int schema_version(SQLite::Database& database) {
  return database.execAndGet("PRAGMA user_version").getInt();
}

void migrate(SQLite::Database& database, std::span<const char* const> steps) {
  const auto done = static_cast<std::size_t>(schema_version(database));
  if (done >= steps.size()) return;
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  for (const char* const step : steps.subspan(done)) database.exec(step);
  database.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
  database.exec(fmt::format("PRAGMA user_version = {}", steps.size()));
  transaction.commit();
}

}  // namespace tocsin::journal
