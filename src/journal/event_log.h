// The timeline on disk. Events that come alone have a row each, which indexes find. A batch of many
// is packed into rows of hundreds: an index entry for each event's alert and subject would dirty a
// page each, which made the timeline the most expensive part of a batch of alerts. A pack says in
// its keys which alerts and subjects it speaks of.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "journal/journal.h"

namespace tocsin::journal {

/// So many events of one batch have rows of their own.
inline constexpr std::size_t kMostLooseEvents = 63;

/// What happened to each of some alerts, in their order; of one that is not about an alert, 0.
struct Happened {
  const Event* event;
  std::span<const Fingerprint> alerts;
};

/// Belongs to one connection, on which all tables exist, and must not outlive it.
class EventLog {
 public:
  explicit EventLog(SQLite::Database& database);

  /// Writes the events of one batch in their order; `next_id` is the first one's id and is moved
  /// on. REQUIRES: a transaction is open.
  void write(std::span<const Happened> events, std::int64_t& next_id);

  /// Deletes at most `most` of the oldest before `before`, packs as a whole (so it may be up to a
  /// pack more), and returns how many. REQUIRES: a transaction is open.
  std::int64_t trim(Timestamp before, std::int64_t most);

 private:
  void write_loose(std::span<const Happened> events, std::int64_t& next_id);
  void write_pack(std::span<const Happened> events, std::int64_t& next_id);

  SQLite::Statement add_event_, add_pack_;
  SQLite::Statement trim_events_, oldest_packs_, drop_pack_;
};

/// Newest first. Throws Error for a row that cannot be understood.
std::vector<Event> read_events(SQLite::Database& database, const EventQuery& query);

}  // namespace tocsin::journal
