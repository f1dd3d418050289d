// Every fifth write, sync, truncation and deletion of the real journal goes wrong, in each way:
// what is found afterwards is a prefix of the batches, with every acknowledged one, and nothing by
// halves.
#include "journal/faulty_files.h"

#include <SQLiteCpp/Database.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "journal/memory_journal.h"
#include "journal/samples.h"
#include "journal/sqlite_journal.h"
#include "model/error.h"
#include "support/temporary_folder.h"

namespace tocsin::journal {
namespace {

namespace fs = std::filesystem;

constexpr int kBatches = 7;
constexpr int kTries = 3;  // of each batch: the engine writes again what could not be written
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kStride = 13;
#else
constexpr int kStride = 5;
#endif

/// Batch n puts some of everything, and drops what batch n - 1 put.
std::vector<Change> numbered_batch(int number) {
  std::vector<Change> changes = {
      PutAlert{sample_alert_ptr(number)},
      PutGroup{sample_group(number)},
      AddMember{sample_group(number).id, sample_alert(number).fingerprint},
      PutRuleState{"rule", sample_active(number)},
      PutTellRecord{sample_tell_record(number, number)},
      PutOutbox{sample_outbox_row(number)},
      AddEvent{{at(number), EventKind::AlertFiring, 0, fmt::format("{}", number), ""}},
      PutMeta{"batches", fmt::format("{}", number)}};
  if (number > 1) {
    changes.push_back(DropAlert{sample_alert(number - 1).fingerprint});
    changes.push_back(DropGroup{sample_group(number - 1).id});
    changes.push_back(DropOutbox{sample_outbox_row(number - 1).id});
  }
  return changes;
}

/// By number of batches: what is in force then.
std::vector<std::string> all_states() {
  MemoryJournal journal;
  std::vector<std::string> states = {text_of(journal.load())};
  for (int number = 1; number <= kBatches; ++number) {
    journal.commit(numbered_batch(number));
    states.push_back(text_of(journal.load()));
  }
  return states;
}

struct Progress {
  int acknowledged = 1;
  int tried = 1;
};

bool commits(Journal& journal, int number) {
  for (int i = 0; i < kTries; ++i) {
    try {
      journal.commit(numbered_batch(number));
      return true;
    } catch (const Error&) {
    }
  }
  return false;
}

void checkpoint(const fs::path& data) {
  try {
    SQLite::Database other((data / "tocsin.db").string(), SQLite::OPEN_READWRITE);
    other.execAndGet("PRAGMA wal_checkpoint(RESTART)");
  } catch (const SQLite::Exception&) {  // it is tried again when the journal is closed
  }
}

/// Batches from 2 on; the log goes into the file and begins anew twice on the way.
Progress work(Journal& journal, const fs::path& data) {
  Progress progress;
  for (int number = 2; number <= kBatches; ++number) {
    progress.tried = number;
    if (!commits(journal, number)) return progress;
    progress.acknowledged = number;
    if (number == 3 || number == 5) checkpoint(data);
  }
  return progress;
}

class FaultyFilesTest : public testing::TestWithParam<std::pair<Fault, int>> {
 protected:
  FaultyFilesTest() : states_(all_states()) {
    const auto journal = open_sqlite(first());
    journal->load();
    journal->commit(numbered_batch(1));
  }

  fs::path first() const { return folder_.path() / "first"; }

  /// One run in which operation `at` goes wrong; false when there were not so many.
  bool run(int at) {
    const auto [fault, times] = GetParam();
    const fs::path data = folder_.path() / fmt::format("{}", at);
    const auto copy = [&](std::string_view name) { return data.string() + std::string(name); };
    FaultyFiles::copy_as_is(first(), data);
    FaultyFiles files;
    auto journal = open_sqlite(data);
    journal->load();
    files.arm(fault, at, times, static_cast<std::uint32_t>(at));
    const Progress progress = work(*journal, data);
    const bool struck = files.struck();
    if (fault != Fault::PowerCut) files.disarm();
    FaultyFiles::copy_as_is(data, copy("-killed"));
    files.copy_after_power_cut(data, copy("-cut"));
    files.copy_after_power_cut(data, copy("-cut-2"));  // with other luck
    journal.reset();
    files.disarm();
    if (fault != Fault::PowerCut) expect_prefix(copy("-killed"), progress);
    expect_prefix(copy("-cut"), progress);
    expect_prefix(copy("-cut-2"), progress);
    if (fault != Fault::PowerCut) expect_prefix(data, progress);
    for (const char* name : {"", "-killed", "-cut", "-cut-2"}) fs::remove_all(copy(name));
    return struck;
  }

  void expect_prefix(const fs::path& data, Progress progress) {
    const auto journal = open_sqlite(data);
    const Contents contents = journal->load();
    EXPECT_TRUE(contents.complaints.empty());
    const int found = std::stoi(contents.meta.at("batches"));
    EXPECT_GE(found, progress.acknowledged) << "an acknowledged batch is lost";
    EXPECT_LE(found, progress.tried);
    EXPECT_EQ(text_of(contents), states_.at(static_cast<std::size_t>(found)));
    EXPECT_EQ(journal->events({}).size(), static_cast<std::size_t>(found));
  }

  const std::vector<std::string> states_;
  TemporaryFolder folder_;
};

TEST_P(FaultyFilesTest, WhateverGoesWrongWhatWasAcknowledgedIsThereAndNothingByHalves) {
  int at = 0;
  for (; !HasFailure(); at += GetParam().first == Fault::PowerCut ? kStride / 2 : kStride) {
    SCOPED_TRACE(testing::Message() << "operation " << at);
    if (!run(at)) break;
  }
  EXPECT_GT(at, 50) << "the journal writes less than this test believes";
  RecordProperty("operations", at);
}

// A test that could not fail would prove nothing.
TEST(FaultyFiles, ADiskThatOnlySaysThatItSyncedIsFoundOut) {
  const TemporaryFolder folder;
  int harmed = 0;
  for (std::uint32_t seed = 0; seed < 5; ++seed) {
    const fs::path data = folder.path() / fmt::format("{}", seed);
    FaultyFiles files;
    auto journal = open_sqlite(data);
    journal->load();
    journal->commit(numbered_batch(1));
    files.lie();
    files.arm(Fault::None, 0, 0, seed);
    const Progress progress = work(*journal, data);
    EXPECT_EQ(progress.acknowledged, kBatches);
    files.copy_after_power_cut(data, data.string() + "-cut");
    try {
      const Contents left = open_sqlite(data.string() + "-cut")->load();
      if (std::stoi(left.meta.at("batches")) < progress.acknowledged) ++harmed;
    } catch (const Error&) {
      ++harmed;
    }
  }
  EXPECT_GT(harmed, 0);
}

std::string name_of(const testing::TestParamInfo<std::pair<Fault, int>>& info) {
  constexpr const char* kNames[] = {"None", "WriteError", "ShortWrite",
                                    "Full", "SyncError",  "PowerCut"};
  return fmt::format("{}{}Times", kNames[static_cast<int>(info.param.first)], info.param.second);
}

INSTANTIATE_TEST_SUITE_P(Each, FaultyFilesTest,
                         testing::Values(std::pair{Fault::WriteError, 1},
                                         std::pair{Fault::WriteError, 40},
                                         std::pair{Fault::ShortWrite, 1},
                                         std::pair{Fault::Full, 60}, std::pair{Fault::SyncError, 1},
                                         std::pair{Fault::SyncError, 30},
                                         std::pair{Fault::PowerCut, 1}),
                         name_of);

}  // namespace
}  // namespace tocsin::journal
