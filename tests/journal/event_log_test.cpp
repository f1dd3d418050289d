// Events that come by the hundred are packed, and are found as those that come alone.
#include "journal/event_log.h"

#include <SQLiteCpp/Database.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "journal/both_journals.h"
#include "journal/samples.h"

namespace tocsin::journal {
namespace {

using testing::SizeIs;

class EventLogTest : public BothJournals {
 protected:
  /// One batch: `count` events, one a millisecond, each about an alert and a subject of its own.
  void add(std::int64_t from, int count) {
    std::vector<Change> changes;
    for (int i = 0; i < count; ++i) {
      const std::int64_t number = from + i;
      changes.push_back(AddEvent{{at(number), EventKind::Muted, static_cast<Fingerprint>(number),
                                  fmt::format("s{}", number), fmt::format("{}", number)}});
    }
    journal().commit(changes);
  }

  std::string found(const EventQuery& query) { return details_of(journal().events(query)); }
};
INSTANTIATE_TEST_SUITE_P(Both, EventLogTest, kBothKinds, kKindName);

TEST_P(EventLogTest, AreFoundByAlertSubjectAndTimeAcrossPacks) {
  add(1, 3);
  add(1001, 1200);
  add(3001, 2);
  restart();
  EXPECT_THAT(journal().events({.limit = 10'000}), SizeIs(1205));
  EXPECT_EQ(found({.fingerprint = 1700}), "1700");
  EXPECT_EQ(found({.fingerprint = 2}), "2");
  EXPECT_EQ(found({.subject = "s2200"}), "2200");
  EXPECT_EQ(found({.fingerprint = 1700, .subject = "s1701"}), "");
  EXPECT_EQ(found({.from = at(2199), .to = at(3001)}), "3001 2200 2199");
  EXPECT_EQ(found({.limit = 4}), "3002 3001 2200 2199");
  EXPECT_EQ(found({.to = at(1003), .limit = 5}), "1003 1002 1001 3 2");
  EXPECT_EQ(found({.limit = 0}), "");
}

TEST_P(EventLogTest, OfTheSameInstantTheOneAddedLastComesFirst) {
  const auto batch = [](int first, int count) {
    std::vector<Change> changes;
    for (int i = first; i < first + count; ++i) {
      changes.push_back(AddEvent{{at(7), EventKind::Muted, 1, "", fmt::format("{}", i)}});
    }
    return changes;
  };
  journal().commit(batch(1, 1));
  journal().commit(batch(2, 600));
  restart();
  journal().commit(batch(602, 1));
  journal().commit(batch(603, 100));
  std::string expected;
  for (int i = 702; i > 0; --i) expected += fmt::format("{}{}", i, i > 1 ? " " : "");
  EXPECT_EQ(found({.limit = 1000}), expected);
  EXPECT_EQ(found({.fingerprint = 1, .limit = 3}), "702 701 700");
}

TEST_P(EventLogTest, TextSurvivesInAPack) {
  std::vector<Change> changes;
  const std::string odd = "caf\xC3 \"x\"\n\\ \xF0\x9F\x94\xA5";
  for (int i = 0; i < 100; ++i) {
    changes.push_back(AddEvent{{at(i), EventKind::Grouped, ~Fingerprint{0}, odd, odd}});
  }
  journal().commit(changes);
  const std::vector<Event> events = journal().events({.subject = odd, .limit = 1});
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0], (Event{at(99), EventKind::Grouped, ~Fingerprint{0}, odd, odd}));
}

TEST_P(EventLogTest, WhatIsOldGoesInTheEnd) {
  add(1, 3);
  add(11, 700);
  add(5000, 80);
  std::size_t gone = 0;
  for (int slice = 0; slice < 1000; ++slice) gone += journal().trim(at(4000), 100);
  EXPECT_EQ(gone, 703U);
  EXPECT_THAT(journal().events({.limit = 10'000}), SizeIs(80));
  add(6000, 1);
  EXPECT_EQ(found({.limit = 2}), "6000 5079");
}

TEST(EventPackTest, ABatchOfManyTakesFewRows) {
  const TemporaryFolder folder;
  const auto journal = open_sqlite(folder.path() / "data");
  journal->load();
  journal->commit(std::vector<Change>(kMostLooseEvents, AddEvent{sample_event(1)}));
  journal->commit(std::vector<Change>(1000, AddEvent{sample_event(2)}));
  SQLite::Database other((folder.path() / "data" / "tocsin.db").string(), SQLite::OPEN_READONLY);
  EXPECT_EQ(other.execAndGet("SELECT count(*) FROM events").getInt(), int{kMostLooseEvents});
  EXPECT_EQ(other.execAndGet("SELECT count(*) FROM event_packs").getInt(), 2);
  EXPECT_EQ(other
                .execAndGet("SELECT sum(json_array_length(value, '$[2]')) FROM event_packs, "
                            "json_each(event_packs.events)")
                .getInt(),
            1000);
}

}  // namespace
}  // namespace tocsin::journal
