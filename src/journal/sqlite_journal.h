// The journal in one SQLite file: WAL, synchronous=FULL, STRICT tables, migrations by user_version.
// What the file looks like is described in journal/schema.h.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "journal/journal.h"

namespace tocsin::journal {

/// Opens `folder`/tocsin.db, creating folder (0700) and file (0600) when they do not exist, and
/// migrating a file of an older version. Other programs may read the file meanwhile. Throws Error,
/// with what to do, when the folder cannot be written, when the file is of a newer version, of
/// another program or corrupt (it is then left exactly as it is), and when another process has the
/// folder open.
///
/// A file below kFullCheckBelow bytes has its structure checked in full; of a larger one only the
/// header and the schema are, and damage elsewhere is found when it is read.
std::unique_ptr<Journal> open_sqlite(const std::filesystem::path& folder);

/// The version of the schema this program writes.
inline constexpr int kSchemaVersion = 3;

inline constexpr std::uintmax_t kFullCheckBelow = 64U << 20U;

}  // namespace tocsin::journal
