// What a query gave, as text.
#pragma once

#include <string>

#include "query/engine/engine.h"

namespace tocsin::cli {

/// Columns for people: a column for each label that differs, safe for terminals. What all series
/// have in common stands above them.
std::string table_text(const query::Evaluated& result);

/// The envelope of Prometheus' API, warnings and infos included. Invisible characters are escaped,
/// so that it is safe for terminals, too.
std::string json_text(const query::Evaluated& result);

/// RFC 4180: time, value, then all labels. Line ends are CR LF. With `terminal`, values are safe
/// for one, but no longer exact.
std::string csv_text(const query::Evaluated& result, bool terminal = false);

}  // namespace tocsin::cli
