// Changes as SQL: one prepared statement for each kind of change.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "journal/journal.h"

namespace tocsin::journal {

/// Belongs to one connection, on which all tables exist, and must not outlive it.
class Writer {
 public:
  explicit Writer(SQLite::Database& database);

  /// REQUIRES: a transaction is open. Throws SQLite::Exception.
  void write(const Change& change);

 private:
  void put(const PutAlert& change);
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
  void put(const PutMeta& change);

  SQLite::Statement put_alert_, drop_alert_;
  SQLite::Statement put_rule_state_, drop_rule_state_;
  SQLite::Statement put_group_, drop_group_, drop_members_, drop_tell_records_;
  SQLite::Statement add_member_, drop_member_;
  SQLite::Statement supersede_silence_, add_silence_, drop_silence_;
  SQLite::Statement put_tell_record_, drop_tell_record_;
  SQLite::Statement put_outbox_, drop_outbox_;
  SQLite::Statement add_event_;
  SQLite::Statement put_meta_;
};

}  // namespace tocsin::journal
