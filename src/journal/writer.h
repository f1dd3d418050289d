// Changes as SQL: one prepared statement for each kind of change.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "journal/event_log.h"
#include "journal/journal.h"
#include "journal/row_numbers.h"

namespace tocsin::journal {

/// Belongs to one connection, on which all tables exist, and must not outlive it.
class Writer {
 public:
  explicit Writer(SQLite::Database& database);

  /// The numbers of the rows, known from reading them. Without them they are looked up when they
  /// are needed.
  void know(RowNumbers numbers) { numbers_ = std::move(numbers); }

  /// One batch. REQUIRES: a transaction is open. Throws SQLite::Exception; whenever the transaction
  /// does not come about, call forget().
  void write(std::span<const Change> changes);
  void forget();

  /// Deletes old events; see EventLog. REQUIRES: a transaction is open.
  std::int64_t trim_events(Timestamp before, std::int64_t most) {
    return events_.trim(before, most);
  }

 private:
  /// The number of a group, which gets one if it has none.
  std::int64_t group(const std::string& id);
  std::optional<std::int64_t> known_group(const std::string& id) const;

  void put(const PutAlert& change);
  void put(const ExtendAlert& change);
  void put(const DropAlert& change);
  void put(const PutRuleState& change);
  void put(const DropRuleState& change);
  void put(const PutGroup& change);
  void put(const DropGroup& change);
  void put(const AddMember& change);
  void put(const DropMember& change);
  void put(const PutSilence& change);
  void put(const DropSilence& change);
  void put(const PutTellRecord& change);
  void put(const DropTellRecord& change);
  void put(const PutOutbox& change);
  void put(const DropOutbox& change);
  void put(const AddEvent& change);
  void put(const AddEvents& change);
  void put(const PutMeta& change);

  SQLite::Database& database_;
  std::optional<RowNumbers> numbers_;
  std::vector<Happened> timeline_;  // of the batch that is being written

  SQLite::Statement put_alert_, extend_alert_, drop_alert_;
  SQLite::Statement put_rule_state_, drop_rule_state_;
  SQLite::Statement add_group_id_, drop_group_id_;
  SQLite::Statement put_group_, drop_group_, drop_members_, drop_tell_records_;
  SQLite::Statement add_member_, drop_member_;
  SQLite::Statement supersede_silence_, add_silence_, drop_silence_;
  SQLite::Statement put_tell_record_, drop_tell_record_;
  SQLite::Statement put_outbox_, drop_outbox_;
  SQLite::Statement put_meta_;
  EventLog events_;
};

}  // namespace tocsin::journal
