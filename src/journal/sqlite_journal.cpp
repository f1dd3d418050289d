#include "journal/sqlite_journal.h"

#include <algorithm>
#include <limits>
#include <mutex>
#include <utility>

#include <SQLiteCpp/Transaction.h>

#include "journal/folder.h"
#include "journal/reader.h"
#include "journal/sql.h"
#include "journal/sqlite_file.h"
#include "journal/writer.h"

namespace tocsin::journal {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostTrimmed = std::numeric_limits<int>::max();  // SQLite counts in int

/// Connections for readers on any thread; as many as there are readers at the same time, some of
/// them kept for the next ones.
class Readers {
 public:
  explicit Readers(fs::path file) : file_(std::move(file)) {}

  template <class Read>
  auto read(Read read_from) {
    SQLite::Database database = take();
    auto result = read_from(database);
    give_back(std::move(database));
    return result;
  }

 private:
  static constexpr std::size_t kMostIdle = 4;

  SQLite::Database take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        SQLite::Database database = std::move(idle_.back());
        idle_.pop_back();
        return database;
      }
    }
    return open_reader(file_);
  }

  void give_back(SQLite::Database database) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kMostIdle) idle_.push_back(std::move(database));
  }

  const fs::path file_;
  std::mutex mutex_;
  std::vector<SQLite::Database> idle_;
};

class SqliteJournal : public Journal {
 public:
  SqliteJournal(FolderLock lock, const fs::path& file)
      : lock_(std::move(lock)),
        file_(file),
        database_(open_writer(file)),
        writer_(database_),
        trim_events_(database_,
                     "DELETE FROM events WHERE id IN "
                     "(SELECT id FROM events WHERE at < ? ORDER BY at, id LIMIT ?)"),
        trim_silences_(database_,
                       "DELETE FROM silences WHERE rowid IN (SELECT rowid FROM silences "
                       "WHERE superseded_at < ? ORDER BY superseded_at, id, version LIMIT ?)"),
        readers_(file) {}

  void commit(std::span<const Change> changes) override {
    const std::lock_guard one_writer(writing_);
    explained("written", [&] {
      SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
      for (const Change& change : changes) writer_.write(change);
      transaction.commit();
    });
  }

  Contents load() override {
    const std::lock_guard one_writer(writing_);
    return explained("read", [&] { return read_contents(database_); });
  }

  std::vector<Event> events(const EventQuery& query) override {
    return explained("read", [&] {
      return readers_.read([&](SQLite::Database& from) { return read_events(from, query); });
    });
  }

  std::vector<SilenceVersion> silence_versions(const std::string& id) override {
    return explained("read", [&] {
      return readers_.read([&](SQLite::Database& from) { return read_silence_versions(from, id); });
    });
  }

  std::size_t trim(Timestamp before, std::size_t most) override {
    const std::lock_guard one_writer(writing_);
    return explained("trimmed", [&] {
      SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
      const auto limit = static_cast<std::int64_t>(std::min(most, kMostTrimmed));
      const std::int64_t events = run(trim_events_, before, limit);
      const std::int64_t silences = run(trim_silences_, before, limit - events);
      transaction.commit();
      return static_cast<std::size_t>(events + silences);
    });
  }

 private:
  template <class Work>
  auto explained(std::string_view doing, Work work) -> decltype(work()) {
    try {
      return work();
    } catch (const SQLite::Exception& e) {
      throw explain(e, file_, doing);
    }
  }

  // In this order: the lock is let go last, after the connections are closed.
  FolderLock lock_;
  const fs::path file_;
  std::mutex writing_;
  SQLite::Database database_;
  Writer writer_;
  SQLite::Statement trim_events_, trim_silences_;
  Readers readers_;
};

}  // namespace

std::unique_ptr<Journal> open_sqlite(const fs::path& folder) {
  create_folder(folder);
  FolderLock lock(folder);
  const fs::path file = folder / "tocsin.db";
  if (fs::exists(fs::symlink_status(file))) {
    inspect_file(file);
  } else {
    create_file(file);
  }
  try {
    return std::make_unique<SqliteJournal>(std::move(lock), file);
  } catch (const SQLite::Exception& e) {
    throw explain(e, file, "opened");
  }
}

}  // namespace tocsin::journal
