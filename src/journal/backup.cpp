#include "journal/backup.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>

#include <SQLiteCpp/Backup.h>
#include <fmt/format.h>

#include "journal/folder.h"
#include "journal/schema.h"
#include "journal/sqlite_file.h"

namespace tocsin::journal {
namespace {

namespace fs = std::filesystem;

/// A file of a name that nobody has, beside the target; gone again unless it was renamed.
class Unfinished {
 public:
  explicit Unfinished(const fs::path& target) : path_(target.string() + ".XXXXXX") {
    const int descriptor = mkstemp(path_.data());  // mode 0600
    if (descriptor < 0) {
      throw Error(fmt::format("a backup cannot be written to {} ({})",
                              fs::absolute(target).parent_path().string(), system_message(errno)));
    }
    close(descriptor);
  }
  ~Unfinished() {
    for (const char* suffix : {"", "-journal", "-wal", "-shm"}) {
      std::remove((path_ + suffix).c_str());
    }
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void copy(const fs::path& file, const std::string& copy) {
  SQLite::Database from = open_reader(file);
  SQLite::Database to(copy, SQLite::OPEN_READWRITE);
  // In one step: in pieces, it would begin again with every commit of the Tocsin that writes.
  SQLite::Backup backup(to, from);
  backup.executeStep(-1);
}

/// One file on its own, looked at in full. Returns the version of its schema.
int finish(const std::string& copy, const fs::path& target) {
  SQLite::Database database(copy, SQLite::OPEN_READWRITE);
  database.exec("PRAGMA journal_mode = DELETE");
  const std::string found = database.execAndGet("PRAGMA integrity_check(1)").getString();
  if (found != "ok") {
    throw Error(fmt::format("the copy is damaged ({}), so the data are, too: {} was not written",
                            found, target.string()));
  }
  if (database.execAndGet("PRAGMA application_id").getInt() != kApplicationId) {
    throw Error("the data folder does not hold a file of Tocsin: nothing was copied");
  }
  return schema_version(database);
}

void sync_file(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CLOEXEC);
  const bool synced = descriptor >= 0 && fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) close(descriptor);
  if (!synced) {
    throw Error(
        fmt::format("the backup {} cannot be brought to disk ({})", path, system_message(error)));
  }
}

/// A link, unlike a rename, never takes the place of a file.
void publish(const std::string& path, const fs::path& target) {
  if (link(path.c_str(), target.c_str()) == 0) return;
  throw Error(
      errno == EEXIST
          ? fmt::format("{} is there already: a backup overwrites nothing", target.string())
          : fmt::format("{} cannot be written ({})", target.string(), system_message(errno)));
}

}  // namespace

Backup back_up(const fs::path& folder, const fs::path& target) {
  const fs::path file = folder / "tocsin.db";
  if (!fs::is_regular_file(file)) {
    throw Error(fmt::format("there is no {}: name the folder of --storage.path", file.string()));
  }
  if (fs::exists(fs::symlink_status(target))) {
    throw Error(fmt::format("{} is there already: a backup overwrites nothing", target.string()));
  }
  const Unfinished unfinished(target);
  Backup made;
  try {
    copy(file, unfinished.path());
    made.schema = finish(unfinished.path(), target);
  } catch (const SQLite::Exception& e) {
    throw explain(e, file, "copied");
  }
  sync_file(unfinished.path());
  publish(unfinished.path(), target);
  sync_folder(fs::absolute(target).parent_path());
  made.bytes = fs::file_size(target);
  return made;
}

}  // namespace tocsin::journal
