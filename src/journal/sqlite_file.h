// The file tocsin.db: making it, looking whether it is sound, connecting to it.
#pragma once

#include <filesystem>
#include <string_view>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include "model/error.h"

namespace tocsin::journal {

/// Makes a new file with all tables. It appears under its name only when it is complete. Throws
/// Error, also when the remains of a former file (its -wal) would become part of it.
void create_file(const std::filesystem::path& file);

/// Throws Error, with what to do, when the file is damaged, another program's, or of a newer
/// version than this program knows. Changes nothing in it or its -wal. REQUIRES: the folder's lock.
void inspect_file(const std::filesystem::path& file);

/// The one connection that writes; migrates an older file first.
SQLite::Database open_writer(const std::filesystem::path& file);

/// A connection that only reads; readers and the writer do not wait for each other.
SQLite::Database open_reader(const std::filesystem::path& file);

/// What SQLite says, in the context of what was being done, with what to do about it.
Error explain(const SQLite::Exception& exception, const std::filesystem::path& file,
              std::string_view doing);

}  // namespace tocsin::journal
