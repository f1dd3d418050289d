// Commits that fail leave nothing behind, and the journal works again when the fault is over.
#include <csignal>

#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>
#include <sys/resource.h>

#include "journal/child.h"
#include "journal/samples.h"
#include "journal/sqlite_journal.h"
#include "model/error.h"
#include "support/temporary_folder.h"

namespace tocsin::journal {
namespace {

using testing::HasSubstr;

std::string failure_of(Journal& journal, const std::vector<Change>& changes) {
  try {
    journal.commit(changes);
  } catch (const Error& e) {
    return e.what();
  }
  return "it was committed";
}

TEST(FaultTest, ChangeThatFailsTakesTheWholeBatchBack) {
  const TemporaryFolder folder;
  auto journal = open_sqlite(folder.path() / "data");
  journal->commit(std::vector<Change>{PutAlert{sample_alert_ptr(1)}, PutMeta{"key", "before"}});
  const std::string before = text_of(journal->load());
  SQLite::Database other((folder.path() / "data" / "tocsin.db").string(), SQLite::OPEN_READWRITE);
  other.exec("CREATE TRIGGER fault BEFORE INSERT ON events BEGIN SELECT raise(ABORT, 'no'); END");

  const std::vector<Change> batch = {
      PutAlert{sample_alert_ptr(2)}, DropAlert{sample_alert(1).fingerprint},
      PutMeta{"key", "after"}, AddEvent{sample_event(1)}, PutGroup{sample_group(1)}};
  EXPECT_THAT(failure_of(*journal, batch), HasSubstr("tocsin.db cannot be written (no)"));
  EXPECT_EQ(text_of(journal->load()), before);

  other.exec("DROP TRIGGER fault");
  journal->commit(batch);
  EXPECT_EQ(journal->load().meta.at("key"), "after");
  EXPECT_THAT(journal->events({}), testing::ElementsAre(sample_event(1)));
}

TEST(FaultTest, WhatABatchThatFailedDroppedCanBeDroppedByTheNextOne) {
  const TemporaryFolder folder;
  auto journal = open_sqlite(folder.path() / "data");
  journal->commit(std::vector<Change>{PutAlert{sample_alert_ptr(1)}, PutGroup{sample_group(1)},
                                      AddMember{sample_group(1).id, 7}});
  SQLite::Database other((folder.path() / "data" / "tocsin.db").string(), SQLite::OPEN_READWRITE);
  other.exec("CREATE TRIGGER fault BEFORE INSERT ON meta BEGIN SELECT raise(ABORT, 'no'); END");
  std::vector<Change> batch = {DropAlert{sample_alert(1).fingerprint},
                               DropGroup{sample_group(1).id}, PutAlert{sample_alert_ptr(2)},
                               AddEvent{sample_event(1)}, PutMeta{"key", "value"}};
  EXPECT_THAT(failure_of(*journal, batch), HasSubstr("(no)"));
  other.exec("DROP TRIGGER fault");
  batch.push_back(PutAlert{sample_alert_ptr(3)});
  journal->commit(batch);
  journal.reset();
  const Contents contents = open_sqlite(folder.path() / "data")->load();
  EXPECT_THAT(contents.alerts, testing::SizeIs(2));
  EXPECT_TRUE(contents.groups.empty());
  EXPECT_TRUE(contents.members.empty());
}

/// Lets files grow to `bytes` and not further: writing beyond gives EFBIG.
void limit_files_to(rlim_t bytes) {
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  setrlimit(RLIMIT_FSIZE, &limit);
  std::signal(SIGXFSZ, SIG_IGN);
}

std::vector<Change> large_batch(int from) {
  std::vector<Change> batch;
  for (int i = from; i < from + 5000; ++i) {
    batch.push_back(PutAlert{sample_alert_ptr(i)});
    batch.push_back(AddEvent{sample_event(i)});
  }
  return batch;
}

TEST(FaultTest, DiskThatTakesNoMoreFailsTheCommitAndNotTheJournal) {
  const TemporaryFolder folder;
  const std::string told = in_child([&folder] {
    auto journal = open_sqlite(folder.path() / "data");
    journal->commit(std::vector<Change>{PutAlert{sample_alert_ptr(1)}});
    const std::string before = text_of(journal->load());
    std::string report;
    // The fault strikes at ever later writes of the same commit.
    for (rlim_t limit = 40'000; limit <= 640'000; limit *= 2) {
      limit_files_to(limit);
      report += failure_of(*journal, large_batch(0)) + "\n";
      if (text_of(journal->load()) != before || !journal->events({}).empty()) report += "TORN\n";
    }
    limit_files_to(RLIM_INFINITY);
    journal->commit(large_batch(0));
    return report + std::to_string(journal->events({.limit = 9999}).size()) + " events";
  });
  EXPECT_THAT(told, HasSubstr("tocsin.db cannot be written"));
  EXPECT_THAT(told, testing::Not(HasSubstr("it was committed")));
  EXPECT_THAT(told, testing::Not(HasSubstr("TORN")));
  EXPECT_THAT(told, testing::EndsWith("5000 events"));
  EXPECT_EQ(open_sqlite(folder.path() / "data")->load().alerts.size(), 5000U);
}

TEST(FaultTest, DiskFullAtTheFirstStartLeavesNoFile) {
  const TemporaryFolder folder;
  const std::string told = in_child([&folder] {
    limit_files_to(6000);
    open_sqlite(folder.path() / "data");
    return std::string("opened");
  });
  EXPECT_THAT(told, HasSubstr("cannot be created"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "data" / "tocsin.db"));
  EXPECT_NO_THROW(open_sqlite(folder.path() / "data"));
}

}  // namespace
}  // namespace tocsin::journal
