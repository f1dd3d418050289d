#include "journal/sqlite_file.h"

#include <cctype>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <sqlite3.h>
#include <string>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "journal/folder.h"
#include "journal/schema.h"
#include "journal/sqlite_journal.h"

namespace tocsin::journal {
namespace {

namespace fs = std::filesystem;

constexpr int kBusyTimeoutMs = 5000;
constexpr std::uintmax_t kSmallestPage = 512;

fs::path beside(const fs::path& file, std::string_view suffix) {
  fs::path path = file;
  path += suffix;
  return path;
}

bool has_content(const fs::path& file) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  return !error && size > 0;
}

Error damaged(const fs::path& file, std::string_view finding) {
  return Error(fmt::format(
      "{0} is damaged ({1}) and was left as it is: move {0}, {0}-wal and {0}-shm out of the folder "
      "together and put a backup in their place, or start without and begin anew; `sqlite3 {0} "
      ".recover` may rescue what is in it",
      file.string(), finding));
}

/// The path as a URI, so that parameters can follow it.
std::string uri_of(const fs::path& file) {
  std::string uri = "file:";
  for (const char c : fs::absolute(file).string()) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '.' ||
                       c == '-' || c == '_';
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

/// A connection that leaves the file and its -wal exactly as they are, even when it is the last one
/// to close. Without a -wal there is nothing to coordinate, hence immutable: no -shm is made.
SQLite::Database open_untouching(const fs::path& file) {
  const bool has_wal = has_content(beside(file, "-wal"));
  SQLite::Database database(uri_of(file) + (has_wal ? "?mode=ro" : "?mode=ro&immutable=1"),
                            SQLite::OPEN_READONLY | SQLite::OPEN_URI, kBusyTimeoutMs);
  sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  return database;
}

void inspect(SQLite::Database& database, const fs::path& file) {
  const auto application = database.execAndGet("PRAGMA application_id").getUInt();
  if (application != static_cast<std::uint32_t>(kApplicationId)) {
    throw Error(fmt::format(
        "{} is not a file of Tocsin (its application_id is {:#x}): name another data folder, or "
        "move it away",
        file.string(), application));
  }
  const int version = schema_version(database);
  if (version > kSchemaVersion) {
    throw Error(fmt::format(
        "{} was written by a newer Tocsin (its schema is version {}, this program knows {}) and "
        "was left as it is: run the newer program, or put a backup of before the upgrade in place",
        file.string(), version, kSchemaVersion));
  }
  if (version < 1) throw damaged(file, "it has no schema version");
  if (fs::file_size(file) >= kFullCheckBelow) {
    database.execAndGet("SELECT count(*) FROM sqlite_schema");
    return;
  }
  const std::string found = database.execAndGet("PRAGMA quick_check(1)").getString();
  if (found != "ok") throw damaged(file, found);
}

void remove_with_companions(const fs::path& file) {
  for (const char* const suffix : {"", "-journal", "-wal", "-shm"}) {
    fs::remove(beside(file, suffix));
  }
}

/// SQLite would make the file readable for everybody; its companions take over its mode.
void make_private_file(const fs::path& file) {
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) throw fs::filesystem_error("create", file, {errno, std::generic_category()});
  close(descriptor);
}

void use_wal(SQLite::Database& database, const fs::path& file) {
  const std::string mode = database.execAndGet("PRAGMA journal_mode = WAL").getString();
  if (mode != "wal") {
    throw Error(fmt::format(
        "the file system of {} cannot do write-ahead logging (network file systems cannot): put "
        "the data folder on a local disk",
        file.string()));
  }
}

void fill_new_file(const fs::path& file) {
  make_private_file(file);
  SQLite::Database database(file.string(), SQLite::OPEN_READWRITE, kBusyTimeoutMs);
  database.exec("PRAGMA synchronous = FULL");
  migrate(database, migrations());
  use_wal(database, file);
}

}  // namespace

void create_file(const fs::path& file) {
  if (has_content(beside(file, "-wal"))) {
    throw Error(fmt::format(
        "{0} is missing, but {0}-wal, which belongs to it, is there: put the file back, or move "
        "the -wal away as well",
        file.string()));
  }
  const fs::path unfinished = beside(file, ".new");
  try {
    remove_with_companions(unfinished);
    fill_new_file(unfinished);
    fs::rename(unfinished, file);
  } catch (const SQLite::Exception& e) {
    throw explain(e, file, "created");
  } catch (const fs::filesystem_error& e) {
    throw Error(
        fmt::format("{} cannot be created ({}): give this user the right to, or name "
                    "another data folder",
                    file.string(), e.code().message()));
  }
  sync_folder(file.parent_path());
}

void inspect_file(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) {
    throw Error(
        fmt::format("{} is not a file: move it away, or name another data folder", file.string()));
  }
  // SQLite would take what is shorter than a header for a new, empty database.
  const std::uintmax_t size = fs::file_size(file, error);
  if (size < kSmallestPage) throw damaged(file, fmt::format("its size is {} bytes", size));
  try {
    SQLite::Database database = open_untouching(file);
    inspect(database, file);
  } catch (const SQLite::Exception& e) {
    throw explain(e, file, "opened");
  }
}

SQLite::Database open_writer(const fs::path& file) {
  SQLite::Database database(file.string(), SQLite::OPEN_READWRITE, kBusyTimeoutMs);
  use_wal(database, file);
  // secure_delete, on in Debian, would write every trimmed row once more. The limit keeps one huge
  // commit from leaving a huge -wal behind.
  database.exec(
      "PRAGMA synchronous = FULL; PRAGMA secure_delete = OFF; PRAGMA temp_store = MEMORY;"
      "PRAGMA cache_size = -32768; PRAGMA journal_size_limit = 67108864;"
      "PRAGMA wal_autocheckpoint = 4000; PRAGMA trusted_schema = OFF");
  migrate(database, migrations());
  return database;
}

SQLite::Database open_reader(const fs::path& file) {
  return {file.string(), SQLite::OPEN_READONLY, kBusyTimeoutMs};
}

Error explain(const SQLite::Exception& exception, const fs::path& file, std::string_view doing) {
  switch (exception.getErrorCode()) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return damaged(file, exception.what());
    case SQLITE_FULL:
      return Error(
          fmt::format("{} cannot be {}, the disk is full: make room on it", file.string(), doing));
    case SQLITE_BUSY:
      return Error(fmt::format("{} cannot be {}, another program keeps it locked: close that one",
                               file.string(), doing));
    default:
      return Error(fmt::format("{} cannot be {} ({}): look at its permissions and at the disk",
                               file.string(), doing, exception.what()));
  }
}

}  // namespace tocsin::journal
