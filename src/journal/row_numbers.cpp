#include "journal/row_numbers.h"

#include <algorithm>

#include "journal/sql.h"

namespace tocsin::journal {

RowNumbers read_row_numbers(SQLite::Database& database) {
  RowNumbers numbers;
  SQLite::Statement alerts(database, "SELECT number, fingerprint FROM alerts");
  while (alerts.executeStep()) {
    Row row(alerts);
    const std::int64_t number = row.integer();
    numbers.alerts[row.fingerprint()] = number;
    numbers.next_alert = std::max(numbers.next_alert, number + 1);
  }
  SQLite::Statement groups(database, "SELECT number, id FROM group_ids");
  while (groups.executeStep()) {
    Row row(groups);
    const std::int64_t number = row.integer();
    numbers.groups[row.text()] = number;
    numbers.next_group = std::max(numbers.next_group, number + 1);
  }
  numbers.next_event = next_event_id(database);
  return numbers;
}

std::int64_t next_event_id(SQLite::Database& database) {
  return database
      .execAndGet(
          "SELECT 1 + max((SELECT ifnull(max(id), 0) FROM events), "
          "ifnull((SELECT id + count FROM event_packs ORDER BY id DESC LIMIT 1), 0))")
      .getInt64();
}

GroupNumber number_of_group(RowNumbers& numbers, const std::string& id) {
  const auto [at, is_new] = numbers.groups.try_emplace(id, numbers.next_group);
  if (is_new) ++numbers.next_group;
  return {at->second, is_new};
}

}  // namespace tocsin::journal
