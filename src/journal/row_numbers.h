// Where the rows of alerts and groups lie, which no index says.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include <SQLiteCpp/Database.h>

#include "model/fingerprints.h"

namespace tocsin::journal {

struct RowNumbers {
  FingerprintMap<std::int64_t> alerts;
  std::unordered_map<std::string, std::int64_t> groups;  ///< by id
  std::int64_t next_alert = 1;
  std::int64_t next_group = 1;
  std::int64_t next_event = 1;
};

/// As they are on disk: a pass over the rows of alerts and group_ids.
RowNumbers read_row_numbers(SQLite::Database& database);

/// An id above those of all events.
std::int64_t next_event_id(SQLite::Database& database);

/// The number of a group, a new one if it has none.
struct GroupNumber {
  std::int64_t number;
  bool is_new;
};
GroupNumber number_of_group(RowNumbers& numbers, const std::string& id);

}  // namespace tocsin::journal
