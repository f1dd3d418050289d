// The timeline, the versions of silences, and what trimming leaves of both.
#include <numeric>

#include <gmock/gmock.h>

#include "journal/both_journals.h"
#include "journal/samples.h"

namespace tocsin::journal {
namespace {

using testing::IsEmpty;

class TimelineTest : public BothJournals {
 protected:
  void add(std::int64_t when, Fingerprint fingerprint, const std::string& subject,
           const std::string& detail) {
    commit({AddEvent{{at(when), EventKind::Muted, fingerprint, subject, detail}}});
  }

  std::string found(const EventQuery& query) { return details_of(journal().events(query)); }
};
INSTANTIATE_TEST_SUITE_P(Both, TimelineTest, kBothKinds, kKindName);

TEST_P(TimelineTest, EventsSurviveInEveryField) {
  const Event about_an_alert = sample_event(1);
  const Event about_the_service = {at(5), EventKind::ReloadFailed, 0, "", "caf\xC3 \"x\"\n"};
  commit({AddEvent{about_an_alert}, AddEvent{about_the_service}});
  restart();
  EXPECT_THAT(journal().events({}), testing::ElementsAre(about_an_alert, about_the_service));
}

TEST_P(TimelineTest, WhatHappenedToManyIsAnEventOfEach) {
  for (const std::size_t count : {std::size_t{3}, std::size_t{1200}}) {
    SCOPED_TRACE(count);
    std::vector<Fingerprint> alerts(count);
    std::iota(alerts.begin(), alerts.end(), Fingerprint{1000});
    const Timestamp when = at(static_cast<std::int64_t>(count));
    commit({AddEvent{{when, EventKind::Muted, 7, "s", "before"}},
            AddEvents{{when, EventKind::Grouped, 0, "s", "each"}, alerts},
            AddEvent{{when, EventKind::Muted, 7, "s", "after"}}});
    restart();
    const auto all = journal().events({.from = when, .to = when, .limit = 5000});
    ASSERT_EQ(all.size(), count + 2);
    EXPECT_EQ(all.front().detail, "after");
    EXPECT_EQ(all.back().detail, "before");
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(all[count - i].fingerprint, alerts[i]);
      EXPECT_EQ(all[count - i].kind, EventKind::Grouped);
    }
    const auto last = journal().events({.fingerprint = alerts.back(), .from = when, .to = when});
    EXPECT_EQ(last, (std::vector<Event>{{when, EventKind::Grouped, alerts.back(), "s", "each"}}));
  }
}

TEST_P(TimelineTest, AnswersWhatIsAskedNewestFirst) {
  add(10, 1, "x", "a");
  add(20, 2, "x", "b");
  add(20, 1, "y", "c");
  add(15, 0, "", "d");
  add(30, ~0ULL, "y", "e");
  struct Case {
    EventQuery query;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {{}, "e c b d a"},
      {{.fingerprint = 1}, "c a"},
      {{.fingerprint = 0}, "d"},
      {{.fingerprint = ~0ULL}, "e"},
      {{.fingerprint = 5}, ""},
      {{.subject = "x"}, "b a"},
      {{.fingerprint = 1, .subject = "x"}, "a"},
      {{.from = at(15)}, "e c b d"},
      {{.to = at(20)}, "c b d a"},
      {{.from = at(15), .to = at(20)}, "c b d"},
      {{.from = at(21), .to = at(20)}, ""},
      {{.subject = "y", .to = at(29)}, "c"},
      {{.limit = 2}, "e c"},
      {{.fingerprint = 1, .limit = 1}, "c"},
      {{.limit = 0}, ""},
      {{.limit = std::numeric_limits<std::size_t>::max()}, "e c b d a"},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    EXPECT_EQ(found(cases[i].query), cases[i].expected) << "case " << i;
  }
}

TEST_P(TimelineTest, TrimsTheOldestFirstInSlices) {
  for (int i = 0; i < 10; ++i) add((i * 7) % 10, 1, "x", std::to_string((i * 7) % 10));
  EXPECT_EQ(journal().trim(at(6), 4), 4U);
  EXPECT_EQ(found({}), "9 8 7 6 5 4");
  EXPECT_EQ(journal().trim(at(6), 4), 2U);
  EXPECT_EQ(journal().trim(at(6), 4), 0U);
  EXPECT_EQ(journal().trim(at(100), 0), 0U);
  restart();
  EXPECT_EQ(found({}), "9 8 7 6");
}

TEST_P(TimelineTest, TrimmingLeavesWhatIsInForce) {
  commit({PutAlert{sample_alert_ptr(1)}, PutSilence{sample_silence(1), "anna"},
          PutOutbox{sample_outbox_row(1)}, PutGroup{sample_group(1)}});
  const std::string before = text_of(restart());
  EXPECT_EQ(journal().trim(Timestamp::max(), 1000), 0U);
  EXPECT_EQ(text_of(restart()), before);
}

route::Silence version_of(int number, std::int64_t updated_at, const std::string& comment) {
  route::Silence silence = sample_silence(number);
  silence.updated_at = at(updated_at);
  silence.comment = comment;
  return silence;
}

TEST_P(TimelineTest, NewestVersionOfASilenceIsInForceAndTheOthersAreKept) {
  commit({PutSilence{version_of(1, 100, "first"), "anna"},
          PutSilence{version_of(2, 100, "other"), "anna"}});
  commit({PutSilence{version_of(1, 200, "second"), "ben"}});
  const Contents contents = restart();
  ASSERT_THAT(contents.silences, testing::SizeIs(2));
  EXPECT_EQ(text_of(contents.silences[0]), text_of(version_of(1, 200, "second")));

  const auto versions = journal().silence_versions(sample_silence(1).id);
  ASSERT_THAT(versions, testing::SizeIs(2));
  EXPECT_EQ(versions[0].version, 1);
  EXPECT_EQ(versions[0].changed_by, "anna");
  EXPECT_EQ(versions[0].superseded_at, at(200));
  EXPECT_EQ(text_of(versions[0].silence), text_of(version_of(1, 100, "first")));
  EXPECT_EQ(versions[1].version, 2);
  EXPECT_EQ(versions[1].changed_by, "ben");
  EXPECT_EQ(versions[1].superseded_at, std::nullopt);
}

TEST_P(TimelineTest, DroppedSilenceTakesAllItsVersionsAlong) {
  commit({PutSilence{version_of(1, 100, "first"), "anna"},
          PutSilence{version_of(1, 200, "second"), "anna"}, DropSilence{sample_silence(1).id},
          DropSilence{"unknown"}});
  EXPECT_THAT(restart().silences, IsEmpty());
  EXPECT_THAT(journal().silence_versions(sample_silence(1).id), IsEmpty());
  EXPECT_THAT(journal().silence_versions("unknown"), IsEmpty());
}

TEST_P(TimelineTest, TrimsVersionsSupersededBeforeThen) {
  for (const std::int64_t when : {100, 200, 300}) {
    commit({PutSilence{version_of(1, when, std::to_string(when)), "anna"}});
  }
  EXPECT_EQ(journal().trim(at(200), 10), 0U);  // until 200 the first one was in force
  EXPECT_EQ(journal().trim(at(201), 10), 1U);
  EXPECT_EQ(journal().trim(at(1000), 10), 1U);
  commit({PutSilence{version_of(1, 400, "400"), "anna"}});
  const auto versions = journal().silence_versions(sample_silence(1).id);
  ASSERT_THAT(versions, testing::SizeIs(2));
  EXPECT_EQ(versions[0].silence.comment, "300");
  EXPECT_EQ(versions[1].version, 4);
}

TEST_P(TimelineTest, EventsAndVersionsShareTheSlice) {
  add(1, 1, "x", "a");
  add(2, 1, "x", "b");
  for (const std::int64_t when : {100, 200, 300}) {
    commit({PutSilence{version_of(1, when, ""), "anna"}});
  }
  EXPECT_EQ(journal().trim(at(1000), 3), 3U);
  EXPECT_EQ(found({}), "");
  EXPECT_THAT(journal().silence_versions(sample_silence(1).id), testing::SizeIs(2));
}

}  // namespace
}  // namespace tocsin::journal
