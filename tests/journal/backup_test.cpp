// A backup is the journal as of one instant, made beside the one who writes it.
#include "journal/backup.h"

#include <atomic>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "journal/sqlite_journal.h"
#include "model/error.h"
#include "samples.h"
#include "support/temporary_folder.h"

namespace tocsin::journal {
namespace {

namespace fs = std::filesystem;

struct BackupTest : ::testing::Test {
  fs::path data() const { return folder_.path() / "data"; }
  fs::path target() const { return folder_.path() / "copy.db"; }

  /// What a Tocsin knows that is started on the backup.
  std::string restored() {
    const fs::path place = folder_.path() / "restored";
    fs::create_directory(place);
    fs::copy_file(target(), place / "tocsin.db", fs::copy_options::overwrite_existing);
    return text_of(open_sqlite(place)->load());
  }

  TemporaryFolder folder_;
};

TEST_F(BackupTest, HoldsWhatIsStillInTheWalWhileTheJournalIsOpen) {
  const auto journal = open_sqlite(data());
  Contents contents = journal->load();
  const std::vector<Change> changes = {PutAlert{sample_alert_ptr(1)},
                                       PutRuleState{"rule", sample_active(1)},
                                       PutGroup{sample_group(1)},
                                       AddMember{sample_group(1).id, 7},
                                       PutSilence{sample_silence(1), "alice"},
                                       PutOutbox{sample_outbox_row(1)},
                                       AddEvent{sample_event(1)},
                                       PutMeta{"key", "value"}};
  journal->commit(changes);
  for (const Change& change : changes) journal::apply(contents, change);

  const Backup made = back_up(data(), target());
  EXPECT_EQ(made.schema, kSchemaVersion);
  EXPECT_EQ(made.bytes, fs::file_size(target()));
  EXPECT_EQ(fs::status(target()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(restored(), text_of(contents));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator{}), 3)
      << "data, copy.db and restored, nothing else";
}

TEST_F(BackupTest, IsOneInstantHoweverMuchIsWrittenMeanwhile) {
  const auto journal = open_sqlite(data());
  journal->load();
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    // Both of a pair come in one commit: a copy has both or neither.
    for (int i = 0; !stop; ++i) {
      const std::string text = std::to_string(i);
      journal->commit(std::vector<Change>{PutMeta{"a", text}, PutMeta{"b", text}});
    }
  });
  for (int i = 0; i < 5; ++i) {
    fs::remove(target());
    back_up(data(), target());
    const fs::path place = folder_.path() / "restored";
    fs::create_directory(place);
    fs::copy_file(target(), place / "tocsin.db", fs::copy_options::overwrite_existing);
    const Contents contents = open_sqlite(place)->load();
    EXPECT_EQ(contents.meta.count("a"), contents.meta.count("b"));
    if (contents.meta.contains("a")) {
      EXPECT_EQ(contents.meta.at("a"), contents.meta.at("b"));
    }
    fs::remove_all(place);
  }
  stop = true;
  writer.join();
}

TEST_F(BackupTest, OverwritesNothing) {
  open_sqlite(data());
  std::ofstream(target()) << "mine";
  EXPECT_THROW(back_up(data(), target()), Error);
  EXPECT_EQ(fs::file_size(target()), 4u);
}

TEST_F(BackupTest, DamagedDataGiveNoBackup) {
  open_sqlite(data());
  std::fstream file(data() / "tocsin.db", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(0);
  file << std::string(4096, '\x5A');
  file.close();
  EXPECT_THROW(back_up(data(), target()), Error);
  EXPECT_FALSE(fs::exists(target()));
}

TEST_F(BackupTest, NeedsAFolderWithDataAndOneToWriteTo) {
  EXPECT_THROW(back_up(folder_.path(), target()), Error);
  open_sqlite(data());
  EXPECT_THROW(back_up(data(), folder_.path() / "nowhere" / "copy.db"), Error);
}

}  // namespace
}  // namespace tocsin::journal
