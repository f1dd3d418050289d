// Rows as the values they were.
#pragma once

#include <string>
#include <vector>

#include <SQLiteCpp/Database.h>

#include "journal/journal.h"
#include "journal/row_numbers.h"

namespace tocsin::journal {

/// All tables but the timeline, as of one instant, and under which numbers their rows lie. A row
/// that cannot be understood becomes a complaint. Throws SQLite::Exception when the file cannot be
/// read.
Contents read_contents(SQLite::Database& database, RowNumbers& numbers);

/// Throws Error for a row that cannot be understood, SQLite::Exception as above.
std::vector<SilenceVersion> read_silence_versions(SQLite::Database& database,
                                                  const std::string& id);

}  // namespace tocsin::journal
