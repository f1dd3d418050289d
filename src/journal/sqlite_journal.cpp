#include "journal/sqlite_journal.h"

#include <algorithm>
#include <limits>
#include <mutex>
#include <utility>

#include <SQLiteCpp/Transaction.h>

#include "journal/event_log.h"
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
        trim_silences_(database_,
                       "DELETE FROM silences WHERE rowid IN (SELECT rowid FROM silences "
                       "WHERE superseded_at < ? ORDER BY superseded_at, id, version LIMIT ?)"),
        readers_(file) {}

  void commit(std::span<const Change> changes) override {
    const std::lock_guard one_writer(writing_);
    explained("written", [&] {
      try {
        SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
        writer_.write(changes);
        transaction.commit();
      } catch (...) {
        writer_.forget();
        throw;
      }
    });
  }

  Contents load() override {
    const std::lock_guard one_writer(writing_);
    return explained("read", [&] {
      RowNumbers numbers;
      Contents contents = read_contents(database_, numbers);
      writer_.know(std::move(numbers));
      return contents;
    });
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
      const std::int64_t events = writer_.trim_events(before, limit);
      const std::int64_t silences =
          run(trim_silences_, before, std::max<std::int64_t>(limit - events, 0));
      transaction.commit();
      return static_cast<std::size_t>(events + silences);
    });
  }

  Extent extent() override {
    const std::lock_guard one_writer(writing_);
    return explained("read", [&] {
      const auto number = [&](const char* sql) { return database_.execAndGet(sql).getInt64(); };
      const std::int64_t pages = number("PRAGMA page_count") - number("PRAGMA freelist_count");
      Extent extent{static_cast<std::uint64_t>(pages * number("PRAGMA page_size")), {}};
      for (const char* sql :
           {"SELECT min(at) FROM events", "SELECT min(last_at) FROM event_packs"}) {
        const SQLite::Column oldest = database_.execAndGet(sql);
        if (oldest.isNull()) continue;
        const Timestamp at{Duration(oldest.getInt64())};
        if (!extent.oldest_event || at < *extent.oldest_event) extent.oldest_event = at;
      }
      return extent;
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
  SQLite::Statement trim_silences_;
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
