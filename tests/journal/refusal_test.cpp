// Folders and files that the journal must not use, and must leave exactly as they are.
#include <map>
#include <unistd.h>

#include <SQLiteCpp/Database.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "journal/child.h"
#include "journal/file_bytes.h"
#include "journal/samples.h"
#include "journal/sqlite_journal.h"
#include "model/error.h"
#include "support/temporary_folder.h"

namespace tocsin::journal {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class RefusalTest : public testing::Test {
 protected:
  /// A journal with something in it, closed.
  void make_journal() {
    const auto journal = open_sqlite(data_);
    std::vector<Change> changes;
    for (int i = 0; i < 300; ++i) changes.push_back(PutAlert{sample_alert_ptr(i)});
    journal->commit(changes);
  }

  void exec(const std::string& sql) {
    SQLite::Database(db_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec(sql);
  }

  /// Everything in the folder that is data: not the lock, and not SQLite's index of the -wal.
  std::map<std::string, std::string> files() {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::directory_iterator(data_)) {
      const std::string name = entry.path().filename().string();
      if (!entry.is_regular_file() || name == "tocsin.lock" || name.ends_with("-shm")) continue;
      all[name] = bytes_of(entry.path());
    }
    return all;
  }

  /// What open_sqlite says; checks that it changes no file.
  std::string refusal() {
    const auto before = files();
    std::string message = "it was opened";
    try {
      open_sqlite(data_);
    } catch (const Error& e) {
      message = e.what();
    }
    EXPECT_TRUE(files() == before) << "files were touched";
    return message;
  }

  TemporaryFolder folder_;
  const fs::path data_ = folder_.path() / "data";
  const fs::path db_ = data_ / "tocsin.db";
};

TEST_F(RefusalTest, NewerFile) {
  make_journal();
  exec("PRAGMA user_version = 99");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("newer Tocsin"), HasSubstr("version 99"),
                               HasSubstr(fmt::format("this program knows {}", kSchemaVersion)),
                               HasSubstr(db_.string())));
}

TEST_F(RefusalTest, NewerFileWhoseVersionIsStillInTheWal) {
  make_journal();
  const fs::path copy = folder_.path() / "copy";
  fs::create_directory(copy);
  {
    SQLite::Database newer(db_.string(), SQLite::OPEN_READWRITE);
    newer.exec(fmt::format("PRAGMA user_version = {}", kSchemaVersion + 1));
    for (const char* name : {"tocsin.db", "tocsin.db-wal"}) fs::copy(data_ / name, copy / name);
  }
  const std::string db = bytes_of(copy / "tocsin.db");
  const std::string wal = bytes_of(copy / "tocsin.db-wal");
  ASSERT_FALSE(wal.empty());
  EXPECT_THROW(open_sqlite(copy), Error);
  EXPECT_EQ(bytes_of(copy / "tocsin.db"), db);
  EXPECT_EQ(bytes_of(copy / "tocsin.db-wal"), wal);
}

TEST_F(RefusalTest, NewerFileBesideAWalThatHoldsNoCommit) {
  make_journal();
  exec(fmt::format("PRAGMA user_version = {}", kSchemaVersion + 1));
  write_bytes(data_ / "tocsin.db-wal", std::string(5000, 'x'));
  EXPECT_THAT(refusal(), HasSubstr("newer Tocsin"));
}

TEST_F(RefusalTest, DamagedFile) {
  struct Damage {
    const char* what;
    std::function<std::string(std::string)> done_to;
  };
  const std::vector<Damage> cases = {
      {"garbage", [](const std::string&) { return std::string(100'000, 'x'); }},
      {"short garbage", [](const std::string&) { return std::string("hello"); }},
      {"empty", [](const std::string&) { return std::string(); }},
      {"cut in half", [](const std::string& good) { return good.substr(0, good.size() / 2); }},
      {"cut by a page", [](const std::string& good) { return good.substr(0, good.size() - 4096); }},
      {"cut within the header", [](const std::string& good) { return good.substr(0, 50); }},
      {"header zeroed", [](std::string good) { return good.replace(0, 100, 100, '\0'); }},
      {"first page zeroed behind its header",
       [](std::string good) { return good.replace(100, 3996, 3996, '\0'); }},
      {"a page of zeros", [](std::string good) { return good.replace(8192, 4096, 4096, '\0'); }},
      {"a page of ones",
       [](std::string good) { return good.replace(good.size() - 8192, 4096, 4096, '\xFF'); }},
      {"a schema without version", [](std::string good) { return good.replace(60, 4, 4, '\0'); }},
  };
  make_journal();
  const std::string good = bytes_of(db_);
  for (const Damage& damage : cases) {
    SCOPED_TRACE(damage.what);
    write_bytes(db_, damage.done_to(good));
    EXPECT_THAT(refusal(),
                AllOf(HasSubstr("is damaged"), HasSubstr("left as it is"), HasSubstr("backup")));
  }
  write_bytes(db_, good);
  EXPECT_EQ(open_sqlite(data_)->load().alerts.size(), 300U) << "the undamaged file is fine";
}

TEST_F(RefusalTest, DatabaseOfAnotherProgram) {
  fs::create_directory(data_);
  exec("CREATE TABLE bookmarks (url TEXT); PRAGMA user_version = 1");
  EXPECT_THAT(refusal(), HasSubstr("not a file of Tocsin"));
  exec("PRAGMA application_id = 7");
  EXPECT_THAT(refusal(), HasSubstr("application_id is 0x7"));
}

TEST_F(RefusalTest, FolderInPlaceOfTheFile) {
  fs::create_directories(db_);
  EXPECT_THAT(refusal(), HasSubstr("is not a file"));
}

TEST_F(RefusalTest, WalWithoutItsFile) {
  fs::create_directory(data_);
  write_bytes(data_ / "tocsin.db-wal", "commits of a file that is gone");
  EXPECT_THAT(refusal(), HasSubstr("put the file back"));
}

TEST_F(RefusalTest, SecondOpenerUntilTheFirstIsGone) {
  auto first = open_sqlite(data_);
  const std::string expected =
      "in use by another Tocsin (process " + std::to_string(getpid()) + ")";
  EXPECT_THAT(in_child([this] {
                open_sqlite(data_);
                return std::string("opened");
              }),
              HasSubstr(expected));
  EXPECT_THROW(open_sqlite(data_), Error);
  first->commit(std::vector<Change>{PutAlert{sample_alert_ptr(1)}});
  first.reset();
  EXPECT_EQ(open_sqlite(data_)->load().alerts.size(), 1U);
}

TEST_F(RefusalTest, LockIsFreeAgainAfterARefusal) {
  fs::create_directory(data_);
  write_bytes(db_, "garbage");
  EXPECT_THROW(open_sqlite(data_), Error);
  fs::remove(db_);
  EXPECT_NO_THROW(open_sqlite(data_));
}

TEST_F(RefusalTest, FolderThatCannotBeMade) {
  write_bytes(folder_.path() / "file", "");
  for (const fs::path& place : {folder_.path() / "file", folder_.path() / "file" / "data",
                                fs::path("/proc/tocsin"), fs::path()}) {
    EXPECT_THAT([&place] { open_sqlite(place); },
                testing::ThrowsMessage<Error>(HasSubstr("name a folder that this user may create")))
        << place;
  }
}

/// In a child that has given up root's rights, if it had them.
std::string as_nobody(const std::function<std::string()>& work) {
  return in_child([&work] {
    if (geteuid() == 0 && seteuid(65534) != 0) return std::string("cannot become nobody");
    return work();
  });
}

std::string opening_as_nobody(const fs::path& data) {
  return as_nobody([&data] {
    open_sqlite(data);
    return std::string("opened");
  });
}

/// False where a folder further up keeps others out, as a private $TMPDIR or root folder does.
bool nobody_reaches(const fs::path& folder) {
  return as_nobody([&folder] {
           std::error_code error;
           return std::string(fs::exists(folder, error) ? "yes" : "no");
         }) == "yes";
}

TEST_F(RefusalTest, FolderThatCannotBeWritten) {
  fs::permissions(folder_.path(), fs::perms::all);
  if (!nobody_reaches(folder_.path())) GTEST_SKIP() << "only this user reaches " << folder_.path();
  fs::create_directory(data_);
  fs::permissions(data_, fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_exec |
                             fs::perms::others_read);
  EXPECT_THAT(opening_as_nobody(data_), HasSubstr("cannot be written (Permission denied)"));
}

TEST_F(RefusalTest, FileThatCannotBeRead) {
  fs::permissions(folder_.path(), fs::perms::all);
  if (!nobody_reaches(folder_.path())) GTEST_SKIP() << "only this user reaches " << folder_.path();
  make_journal();
  fs::permissions(data_, fs::perms::all);
  fs::permissions(data_ / "tocsin.lock", fs::perms::all);
  fs::permissions(db_, fs::perms::none);
  EXPECT_THAT(opening_as_nobody(data_),
              AllOf(HasSubstr("cannot be opened"), HasSubstr("permissions")));
}

}  // namespace
}  // namespace tocsin::journal
