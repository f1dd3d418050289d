// The tables of tocsin.db, and how older files become newer ones.
//
// The file is an SQLite database in WAL mode: beside it lie tocsin.db-wal (commits that are not yet
// in the main file; it belongs to the data) and tocsin.db-shm (an index of it; it does not). The
// header's application_id is kApplicationId, its user_version the version of the schema. The folder
// also holds tocsin.lock, whose lock says that a Tocsin is running here.
//
// Conventions: times are milliseconds since the Unix epoch; a time that is absent is NULL.
// Fingerprints are the 64 bits as a signed integer (SQLite has no unsigned). Label sets are JSON
// objects, matchers JSON arrays (journal/codec.h), so that any SQLite tool can look into them.
// Numbers that may be NaN live in columns of type ANY: a REAL, or the text NaN. All tables are
// STRICT; those with short rows and a textual key are WITHOUT ROWID.
//
// A key that comes in no order (a fingerprint, a group's id) has no index where there may be many
// of it: with one, every row of a batch would dirty a page of its own. Rows lie in the order in
// which they came instead, under numbers, and the program remembers who has which
// (journal/row_numbers.h).
//
//   alerts         one row an alert, each under a number: whatever the book holds, firing or
//   resolved rule_state     one row for each pending or firing alert of a rule, with its clocks
//   group_ids      the number of each group that was ever heard of and not dropped since
//   groups         one row a group with its timer (next_flush)
//   group_members  which alerts are in a group; goes with the group
//   silences       every version of every silence: what it was, who changed it (changed_by), since
//                  when (updated_at) and until when (superseded_at; NULL for the one in force)
//   tell_records   what a channel was last told about a group; firing and resolved are sets of
//                  fingerprints, 8 bytes each, big-endian and ascending (one that is in both is in
//                  doubt); message is where the channel keeps what it said, if it can change that;
//                  goes with the group
//   outbox         messages decided and not yet delivered, or given up; the notification is JSON
//                  with a version of its own (journal/notification_codec.h). AUTOINCREMENT, so that
//                  sqlite_sequence remembers the highest id of all times
//   events         the timeline, in the order it happened; fingerprint 0 is "not about one alert"
//   event_packs    the timeline where much happened at once: many events in a row, as JSON arrays
//                  [at, kind, [fingerprint, ...], subject, detail], one event for each of the
//                  fingerprints. `id` is the first one's, they share the ids with `events`; `keys`
//                  says which alerts and subjects are in it, so that most packs stay unopened
//                  (journal/event_log.h)
//   meta           small facts of the installation by name
//
// Recipe for a change of the schema: append a step to kMigrations in schema.cpp, never touch one
// that was released; raise kSchemaVersion; describe it here; add a test that opens a file of the
// version before.
#pragma once

#include <cstdint>
#include <span>

namespace SQLite {
class Database;
}

namespace tocsin::journal {

/// "TOCS"
inline constexpr std::int32_t kApplicationId = 0x544F4353;

/// SQL that takes a database from version i to i + 1, for i from 0 on.
std::span<const char* const> migrations();

/// PRAGMA user_version; 0 for a new file.
int schema_version(SQLite::Database& database);

/// Runs the steps that the database has not seen, all of them in one transaction. Throws
/// SQLite::Exception when one fails; the database is then as it was.
void migrate(SQLite::Database& database, std::span<const char* const> steps);

}  // namespace tocsin::journal
