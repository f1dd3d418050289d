// What only the journal on disk does: modes, other readers, rows it cannot understand, threads.
#include "journal/sqlite_journal.h"

#include <atomic>
#include <thread>

#include <SQLiteCpp/Database.h>
#include <gmock/gmock.h>

#include "journal/file_bytes.h"
#include "journal/samples.h"
#include "journal/schema.h"
#include "support/temporary_folder.h"

namespace tocsin::journal {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class SqliteJournalTest : public testing::Test {
 protected:
  void commit(std::initializer_list<Change> changes) {
    journal_->commit({changes.begin(), changes.size()});
  }

  Contents restart() {
    journal_.reset();
    journal_ = open_sqlite(data_);
    return journal_->load();
  }

  /// As another program would, while the journal is open.
  std::string answer(const std::string& sql) {
    return SQLite::Database(db_.string(), SQLite::OPEN_READONLY).execAndGet(sql).getString();
  }

  TemporaryFolder folder_;
  const fs::path data_ = folder_.path() / "data";
  const fs::path db_ = data_ / "tocsin.db";
  std::unique_ptr<Journal> journal_ = open_sqlite(data_);
};

TEST_F(SqliteJournalTest, FolderAndFilesAreForTheirOwnerOnly) {
  constexpr auto kReadWrite = fs::perms::owner_read | fs::perms::owner_write;
  commit({PutAlert{sample_alert_ptr(1)}});
  EXPECT_EQ(fs::status(data_).permissions(), fs::perms::owner_all);
  for (const char* name : {"tocsin.db", "tocsin.db-wal", "tocsin.db-shm", "tocsin.lock"}) {
    EXPECT_EQ(fs::status(data_ / name).permissions(), kReadWrite) << name;
  }
}

TEST_F(SqliteJournalTest, FileSaysWhatItIs) {
  EXPECT_EQ(answer("PRAGMA application_id"), std::to_string(kApplicationId));
  EXPECT_EQ(answer("PRAGMA user_version"), std::to_string(kSchemaVersion));
  EXPECT_EQ(answer("PRAGMA journal_mode"), "wal");
}

TEST_F(SqliteJournalTest, OtherProgramsCanReadMeanwhile) {
  notify::TellRecord record = sample_tell_record(1, 1);
  record.firing = {0xABULL};
  commit({PutAlert{sample_alert_ptr(1)}, PutSilence{sample_silence(1), "anna"},
          PutOutbox{sample_outbox_row(3)}, PutTellRecord{record}});
  EXPECT_EQ(answer("SELECT labels ->> 'alertname' FROM alerts"), "Sample1");
  EXPECT_EQ(answer("SELECT matchers ->> '$[1][2]' FROM silences"), "a|b.*\\d+");
  EXPECT_EQ(answer("SELECT notification ->> '$.alerts[0].labels.alertname' FROM outbox"),
            "Sample3");
  EXPECT_EQ(answer("SELECT hex(firing) FROM tell_records"), "00000000000000AB");
}

TEST_F(SqliteJournalTest, PostedAlertsOfAWaitingMessageAreWrittenOnce) {
  const AlertPtr posted = sample_alert_ptr(2), of_rule = sample_alert_ptr(3),
                 unknown = sample_alert_ptr(4);
  ASSERT_EQ(posted->origin, Origin::Posted);
  ASSERT_EQ(of_rule->origin, Origin::Rule);
  notify::OutboxRow row = sample_outbox_row(1);
  notify::Notification about = *row.notification;
  about.alerts.clear();
  for (const AlertPtr& alert : {posted, of_rule, unknown}) {
    about.alerts.push_back({alert, notify::Status::Firing});
  }
  row.notification = std::make_shared<const notify::Notification>(std::move(about));
  commit({PutAlert{posted}, PutAlert{of_rule}, PutOutbox{row, true}});
  EXPECT_EQ(answer("SELECT group_concat(json_type(value), ' ') FROM outbox, "
                   "json_each(notification, '$.alerts')"),
            "array object object");
  Contents contents = restart();
  ASSERT_THAT(contents.outbox, SizeIs(1));
  EXPECT_EQ(text_of(*contents.outbox[0].notification), text_of(*row.notification));

  auto newer = std::make_shared<Alert>(*posted);
  newer->annotations = {{"summary", "newer"}};
  newer->ends_at.reset();
  commit({PutAlert{newer}, ExtendAlert{posted->fingerprint, at(5), at(4)}});
  contents = restart();
  const Alert& told = *contents.outbox[0].notification->alerts[0].alert;
  EXPECT_EQ(told.annotations, newer->annotations);
  EXPECT_EQ(told.ends_at, posted->ends_at);
  EXPECT_EQ(told.updated_at, posted->updated_at);

  row.state = notify::RowState::Dead;  // stays when its alerts are gone
  commit({PutOutbox{row}, DropAlert{posted->fingerprint}});
  contents = restart();
  EXPECT_THAT(contents.complaints, testing::IsEmpty());
  EXPECT_EQ(text_of(*contents.outbox[0].notification), text_of(*row.notification));
}

TEST_F(SqliteJournalTest, AFileOfTheFirstVersionIsReadAndGoesOn) {
  const fs::path old = folder_.path() / "old";
  fs::create_directory(old);
  {
    SQLite::Database file((old / "tocsin.db").string(),
                          SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    migrate(file, migrations().first(1));
    file.exec(R"sql(
      INSERT INTO alerts VALUES (7, '{"a":"b"}', '{"c":"d"}', 'u', 1, 2, 3, 'posted', 0, 1.5),
        (-1, '{"a":"e"}', '{}', '', 1, NULL, 3, 'rule', 0, NULL);
      INSERT INTO groups VALUES ('g2', 'k', 'r', 'ops', '{"x":"y"}', 1, 2, 1);
      INSERT INTO group_members VALUES ('g2', 7), ('g1', -1);
      INSERT INTO tell_records VALUES ('g2', 'ops', 'slack/0', 5, x'0000000000000007', x'');
      INSERT INTO events VALUES (4, 100, 'muted', 7, 's', 'before');)sql");
  }
  const auto journal = open_sqlite(old);
  Contents contents = journal->load();
  EXPECT_TRUE(contents.complaints.empty());
  ASSERT_THAT(contents.alerts, SizeIs(2));
  EXPECT_EQ(contents.alerts[0]->annotations, (Annotations{{"c", "d"}}));
  ASSERT_THAT(contents.groups, SizeIs(1));
  EXPECT_EQ(contents.groups[0].id, "g2");
  EXPECT_THAT(contents.members.at("g2"), ElementsAre(7U));
  EXPECT_THAT(contents.members.at("g1"), ElementsAre(~0ULL));
  ASSERT_THAT(contents.tell_records, SizeIs(1));
  EXPECT_EQ(contents.tell_records[0].group_id, "g2");
  EXPECT_THAT(contents.tell_records[0].firing, ElementsAre(7U));

  journal->commit(std::vector<Change>{ExtendAlert{7, at(50), at(40)}, DropAlert{~0ULL},
                                      DropGroup{"g1"},
                                      AddEvent{{at(100), EventKind::Muted, 7, "s", "after"}}});
  contents = journal->load();
  ASSERT_THAT(contents.alerts, SizeIs(1));
  EXPECT_EQ(contents.alerts[0]->ends_at, at(50));
  EXPECT_THAT(contents.members, SizeIs(1));
  EXPECT_EQ(details_of(journal->events({.fingerprint = 7})), "after before");
}

TEST_F(SqliteJournalTest, AFileOfTheSecondVersionIsReadAndGoesOn) {
  const fs::path old = folder_.path() / "old";
  fs::create_directory(old);
  {
    SQLite::Database file((old / "tocsin.db").string(),
                          SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    migrate(file, migrations().first(2));
    file.exec(R"sql(
      INSERT INTO group_ids VALUES (3, 'g2');
      INSERT INTO tell_records VALUES (3, 'ops', 'slack/0', 5, x'0000000000000007', x'');)sql");
  }
  const auto journal = open_sqlite(old);
  Contents contents = journal->load();
  EXPECT_TRUE(contents.complaints.empty());
  ASSERT_THAT(contents.tell_records, SizeIs(1));
  notify::TellRecord record = contents.tell_records[0];
  EXPECT_EQ(record.message, "");
  EXPECT_THAT(record.firing, ElementsAre(7U));
  record.message = "C1/2";
  journal->commit(std::vector<Change>{PutTellRecord{record}});
  contents = journal->load();
  ASSERT_THAT(contents.tell_records, SizeIs(1));
  EXPECT_EQ(contents.tell_records[0], record);
}

TEST_F(SqliteJournalTest, FolderNamesMayHoldAnyCharacter) {
  const fs::path odd = folder_.path() / "50% of #1? ü" / "deeper";
  open_sqlite(odd)->commit(std::vector<Change>{PutAlert{sample_alert_ptr(1)}});
  EXPECT_THAT(open_sqlite(odd)->load().alerts, SizeIs(1));
  const fs::path with_slash = folder_.path() / "slash" / "";
  open_sqlite(with_slash);
  EXPECT_EQ(fs::status(folder_.path() / "slash").permissions(), fs::perms::owner_all);
}

TEST_F(SqliteJournalTest, RemainsOfAnInterruptedFirstStartDoNoHarm) {
  const fs::path fresh = folder_.path() / "fresh";
  fs::create_directory(fresh);
  for (const char* name : {"tocsin.db.new", "tocsin.db.new-journal", "tocsin.db.new-wal"}) {
    write_bytes(fresh / name, "half a database");
  }
  open_sqlite(fresh)->commit(std::vector<Change>{PutAlert{sample_alert_ptr(1)}});
  EXPECT_THAT(open_sqlite(fresh)->load().alerts, SizeIs(1));
  EXPECT_FALSE(fs::exists(fresh / "tocsin.db.new"));
}

TEST_F(SqliteJournalTest, ClosedJournalIsOneFile) {
  commit({PutAlert{sample_alert_ptr(1)}});
  journal_->events({});
  journal_.reset();
  EXPECT_FALSE(fs::exists(data_ / "tocsin.db-wal"));
  const fs::path moved = folder_.path() / "moved";
  fs::create_directory(moved);
  fs::copy(db_, moved / "tocsin.db");
  EXPECT_THAT(open_sqlite(moved)->load().alerts, SizeIs(1));
}

TEST_F(SqliteJournalTest, RowsThatCannotBeUnderstoodAreReportedAndLeftThere) {
  commit({PutOutbox{sample_outbox_row(7)}, PutOutbox{sample_outbox_row(9)},
          PutAlert{sample_alert_ptr(1)}, PutAlert{sample_alert_ptr(2)},
          PutSilence{sample_silence(1), "anna"}, PutSilence{sample_silence(2), "anna"},
          PutRuleState{"r", sample_active(1)}, PutGroup{sample_group(1)},
          PutTellRecord{sample_tell_record(1, 1)}});
  SQLite::Database(db_.string(), SQLite::OPEN_READWRITE)
      .exec(
          "UPDATE outbox SET notification = '{\"version\":99}' WHERE id = 9;"
          "UPDATE alerts SET labels = '?' WHERE labels ->> 'alertname' = 'Sample2';"
          "UPDATE silences SET matchers = '[[\"a\",\"=~\",\"(\"]]' WHERE id LIKE '%1';"
          "UPDATE rule_state SET phase = 'odd'; UPDATE groups SET labels = '7';"
          "UPDATE tell_records SET firing = x'00'");
  for (int start = 0; start < 2; ++start) {
    journal_.reset();
    journal_ = open_sqlite(data_);
    const Contents contents = journal_->load();
    ASSERT_THAT(contents.alerts, SizeIs(1));
    EXPECT_EQ(text_of(*contents.alerts[0]), text_of(sample_alert(1)));
    ASSERT_THAT(contents.outbox, SizeIs(1));
    EXPECT_EQ(contents.outbox[0].id, 7);
    EXPECT_EQ(contents.last_outbox_id, 9) << "or a new row would take the place of the old one";
    EXPECT_THAT(contents.silences, SizeIs(1));
    EXPECT_TRUE(contents.rule_states.empty());
    EXPECT_THAT(
        contents.complaints,
        testing::UnorderedElementsAre(
            AllOf(HasSubstr("table outbox (id = 9)"), HasSubstr("version 99, known are 1 to 3")),
            HasSubstr("table alerts (fingerprint = "),
            AllOf(HasSubstr("table silences (id = "), HasSubstr("it is left there")),
            HasSubstr("table rule_state (rule_id = r)"), HasSubstr("table groups"),
            HasSubstr("table tell_records")));
  }
}

TEST_F(SqliteJournalTest, ReadersSeeWholeCommitsWhileTheWriterGoesOn) {
  constexpr std::size_t kBatch = 20;
  constexpr int kBatches = 150;
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  const auto read = [&] {
    while (!done) {
      if (journal_->events({.limit = 100'000}).size() % kBatch != 0) ++torn;
      journal_->silence_versions(sample_silence(1).id);
    }
  };
  std::thread one(read);
  std::thread two(read);
  for (int batch = 0; batch < kBatches; ++batch) {
    std::vector<Change> changes(kBatch, AddEvent{sample_event(batch)});
    changes.push_back(PutSilence{sample_silence(1), "anna"});
    journal_->commit(changes);
  }
  done = true;
  one.join();
  two.join();
  EXPECT_EQ(torn, 0);
  EXPECT_THAT(journal_->events({.limit = 100'000}), SizeIs(kBatch * kBatches));
}

TEST_F(SqliteJournalTest, NumbersThatAreNoneAreVisibleAsSuch) {
  Alert alert = sample_alert(0);
  alert.value = std::numeric_limits<double>::quiet_NaN();
  commit({PutAlert{std::make_shared<Alert>(alert)}});
  EXPECT_EQ(answer("SELECT typeof(value) || value FROM alerts"), "textNaN");
  alert.value.reset();
  commit({PutAlert{std::make_shared<Alert>(alert)}});
  EXPECT_EQ(answer("SELECT typeof(value) FROM alerts"), "null");
}

}  // namespace
}  // namespace tocsin::journal
