// What is put is there after a restart, what is dropped is not; in memory and on disk alike.
#include "journal/journal.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>

#include "journal/both_journals.h"
#include "journal/samples.h"
#include "model/error.h"
#include "model/text.h"

namespace tocsin::journal {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class JournalTest : public BothJournals {};
INSTANTIATE_TEST_SUITE_P(Both, JournalTest, kBothKinds, kKindName);

TEST_P(JournalTest, NewOneIsEmpty) { EXPECT_EQ(text_of(restart()), text_of(Contents())); }

TEST_P(JournalTest, EmptyBatchIsFine) {
  commit({});
  EXPECT_EQ(text_of(restart()), text_of(Contents()));
}

TEST_P(JournalTest, AlertsSurviveInEveryField) {
  Contents expected;
  for (int i = 0; i < 40; ++i) {
    commit({PutAlert{sample_alert_ptr(i)}});
    expected.alerts.push_back(sample_alert_ptr(i));
  }
  std::ranges::sort(expected.alerts, {}, [](const AlertPtr& each) { return each->fingerprint; });
  EXPECT_EQ(text_of(restart()), text_of(expected));
}

TEST_P(JournalTest, TextSurvivesByteForByte) {
  const std::string every_byte = [] {
    std::string text;
    for (int byte = 0; byte < 256; ++byte) text += static_cast<char>(byte);
    return text;
  }();
  for (const std::string& text :
       {std::string(), every_byte, std::string("caf\xC3"), std::string("\xEF\x9E\x80\xEF\x9F\xBF"),
        std::string("\xED\xA0\x80"), std::string("a\0b", 3), std::string("\xF0\x9F\x94\xA5")}) {
    Alert alert = sample_alert(8);
    alert.labels.set("host", text);
    alert.labels.set("n" + text, "name");
    alert.annotations.set("summary", text);
    alert.generator_url = text;
    commit({PutAlert{std::make_shared<Alert>(alert)}});
    EXPECT_TRUE(*restart().alerts.at(0) == alert) << quote(text);
  }
}

TEST_P(JournalTest, PuttingAgainReplaces) {
  commit({PutAlert{sample_alert_ptr(1)}, PutAlert{sample_alert_ptr(2)}});
  Alert resolved = sample_alert(1);
  resolved.ends_at = at(5);
  resolved.annotations = Labels{{"summary", "over"}};
  resolved.value.reset();
  group::Group flushed = sample_group(2);
  flushed.flushed = true;
  flushed.next_flush = at(9);
  commit({PutGroup{sample_group(2)}, PutAlert{std::make_shared<Alert>(resolved)}});
  commit({PutGroup{flushed}});

  const Contents contents = restart();
  ASSERT_THAT(contents.alerts, SizeIs(2));
  EXPECT_TRUE(*contents.alerts[0] == resolved || *contents.alerts[1] == resolved);
  EXPECT_THAT(contents.groups, ElementsAre(flushed));
}

TEST_P(JournalTest, AlertsComeInTheOrderOfTheirFingerprints) {
  const std::vector<Fingerprint> fingerprints = {0x8000000000000000ULL, 3, 0xFFFFFFFFFFFFFFFFULL,
                                                 0x7FFFFFFFFFFFFFFFULL, 0};
  for (const Fingerprint fingerprint : fingerprints) {
    Alert alert = sample_alert(1);
    alert.fingerprint = fingerprint;
    commit({PutAlert{std::make_shared<Alert>(alert)}});
  }
  std::vector<Fingerprint> found;
  for (const AlertPtr& alert : restart().alerts) found.push_back(alert->fingerprint);
  EXPECT_THAT(found, ElementsAre(0U, 3U, 0x7FFFFFFFFFFFFFFFULL, 0x8000000000000000ULL,
                                 0xFFFFFFFFFFFFFFFFULL));
}

TEST_P(JournalTest, DroppedAlertIsGoneAndDroppingItAgainIsFine) {
  commit({PutAlert{sample_alert_ptr(1)}, PutAlert{sample_alert_ptr(2)}});
  commit({DropAlert{sample_alert(1).fingerprint}, DropAlert{sample_alert(1).fingerprint}});
  const Contents contents = restart();
  ASSERT_THAT(contents.alerts, SizeIs(1));
  EXPECT_EQ(text_of(*contents.alerts[0]), text_of(sample_alert(2)));
}

TEST_P(JournalTest, RuleStatesKeepTheirClocks) {
  Contents expected;
  for (int i = 0; i < 12; ++i) {
    const std::string rule = i < 6 ? "a.yaml;g;Rule;0" : "b.yaml;g;Rule;0";
    const state::Active active = sample_active(i);
    commit({PutRuleState{rule, active}});
    expected.rule_states[rule].emplace(active.labels.fingerprint(), active);
  }
  EXPECT_EQ(text_of(restart()), text_of(expected));
}

TEST_P(JournalTest, RuleStateIsReplacedWithinItsRuleOnly) {
  state::Active later = sample_active(1);
  later.phase = state::Phase::Pending;
  later.fired_at.reset();
  commit({PutRuleState{"r", sample_active(1)}, PutRuleState{"s", sample_active(1)},
          PutRuleState{"r", later}});
  const Contents contents = restart();
  const Fingerprint fingerprint = later.labels.fingerprint();
  EXPECT_EQ(text_of(contents.rule_states.at("r").at(fingerprint)), text_of(later));
  EXPECT_EQ(text_of(contents.rule_states.at("s").at(fingerprint)), text_of(sample_active(1)));
}

TEST_P(JournalTest, RuleWithoutActivesIsAbsent) {
  commit({PutRuleState{"r", sample_active(1)}});
  commit({DropRuleState{"r", sample_active(1).labels.fingerprint()}, DropRuleState{"x", 1}});
  EXPECT_THAT(restart().rule_states, IsEmpty());
}

TEST_P(JournalTest, MembersComeAndGo) {
  commit({AddMember{"g", 1}, AddMember{"g", 1}, AddMember{"g", ~0ULL}, AddMember{"h", 1}});
  commit({DropMember{"g", 1}, DropMember{"h", 1}, DropMember{"x", 1}});
  const Contents contents = restart();
  ASSERT_THAT(contents.members, SizeIs(1));
  EXPECT_THAT(contents.members.at("g"), ElementsAre(~0ULL));
}

TEST_P(JournalTest, GroupTakesItsMembersAndTellRecordsAlong) {
  commit({PutGroup{sample_group(1)}, PutGroup{sample_group(2)}, AddMember{sample_group(1).id, 7},
          AddMember{sample_group(2).id, 7}, PutTellRecord{sample_tell_record(1, 1)},
          PutTellRecord{sample_tell_record(2, 1)}, PutTellRecord{sample_tell_record(1, 2)}});
  commit({DropGroup{sample_group(1).id}, DropGroup{"unknown"}});
  Contents expected;
  expected.groups = {sample_group(2)};
  expected.members = {{sample_group(2).id, {7}}};
  expected.tell_records = {sample_tell_record(1, 2)};
  EXPECT_EQ(text_of(restart()), text_of(expected));
}

TEST_P(JournalTest, TellRecordsAreKeyedByGroupReceiverAndChannel) {
  notify::TellRecord told_again = sample_tell_record(2, 1);
  told_again.at = at(99);
  told_again.firing.clear();
  commit({PutTellRecord{sample_tell_record(2, 1)}, PutTellRecord{sample_tell_record(1, 1)},
          PutTellRecord{sample_tell_record(2, 2)}, PutTellRecord{told_again}});
  commit({DropTellRecord{sample_group(1).id, "ops", "slack/1"},
          DropTellRecord{sample_group(1).id, "dev", "slack/2"}});
  EXPECT_THAT(restart().tell_records, ElementsAre(told_again, sample_tell_record(2, 2)));
}

TEST_P(JournalTest, OutboxRestoresNotificationsExactly) {
  Contents expected;
  for (int i = 1; i <= 5; ++i) {
    commit({PutOutbox{sample_outbox_row(i)}});
    expected.outbox.push_back(sample_outbox_row(i));
  }
  expected.last_outbox_id = 5;
  EXPECT_EQ(text_of(restart()), text_of(expected));
}

TEST_P(JournalTest, OutboxRowIsReplacedAndDropped) {
  notify::OutboxRow retried = sample_outbox_row(1);
  retried.attempts = 3;
  retried.state = notify::RowState::Dead;
  retried.last_error.clear();
  commit({PutOutbox{sample_outbox_row(1)}, PutOutbox{sample_outbox_row(2)}});
  commit({PutOutbox{retried}, DropOutbox{2}, DropOutbox{17}});
  const Contents contents = restart();
  ASSERT_THAT(contents.outbox, SizeIs(1));
  EXPECT_EQ(contents.outbox[0].attempts, 3);
  EXPECT_EQ(contents.outbox[0].state, notify::RowState::Dead);
  EXPECT_EQ(contents.outbox[0].last_error, "");
}

TEST_P(JournalTest, HighestOutboxIdIsRememberedWhenItsRowIsGone) {
  commit({PutOutbox{sample_outbox_row(41)}, PutOutbox{sample_outbox_row(7)}});
  commit({DropOutbox{41}, DropOutbox{7}});
  const Contents contents = restart();
  EXPECT_THAT(contents.outbox, IsEmpty());
  EXPECT_EQ(contents.last_outbox_id, 41);
}

TEST_P(JournalTest, MetaIsReplacedByKey) {
  commit({PutMeta{"b", "1"}, PutMeta{"a", ""}, PutMeta{"b", "2"}});
  EXPECT_THAT(restart().meta, ElementsAre(testing::Pair("a", ""), testing::Pair("b", "2")));
}

TEST_P(JournalTest, LaterChangesOfABatchWin) {
  commit({PutAlert{sample_alert_ptr(1)}, DropAlert{sample_alert(1).fingerprint},
          DropGroup{sample_group(1).id}, PutGroup{sample_group(1)}});
  const Contents contents = restart();
  EXPECT_THAT(contents.alerts, IsEmpty());
  EXPECT_THAT(contents.groups, ElementsAre(sample_group(1)));
}

/// Some change about few things, so that they meet often.
Change random_change(std::mt19937& random) {
  const int n = static_cast<int>(random() % 6);
  const int other = static_cast<int>(random() % 3);
  const std::string group = sample_group(n).id;
  const std::vector<Change> choices = {
      PutAlert{sample_alert_ptr(n)},
      DropAlert{sample_alert(n).fingerprint},
      PutRuleState{"rule" + std::to_string(other), sample_active(n)},
      DropRuleState{"rule" + std::to_string(other), sample_active(n).labels.fingerprint()},
      PutGroup{sample_group(n)},
      DropGroup{group},
      AddMember{group, static_cast<Fingerprint>(other)},
      DropMember{group, static_cast<Fingerprint>(other)},
      PutSilence{sample_silence(n), "anna"},
      DropSilence{sample_silence(n).id},
      PutTellRecord{sample_tell_record(other, n)},
      DropTellRecord{group, "ops", "slack/" + std::to_string(other)},
      PutOutbox{sample_outbox_row(n + 1)},
      DropOutbox{n + 1},
      AddEvent{sample_event(n)},
      PutMeta{"key" + std::to_string(other), std::to_string(n)}};
  return choices[random() % choices.size()];
}

TEST_P(JournalTest, AnyHistoryLoadsAsTheSumOfItsChanges) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    Contents expected = restart();
    for (int batch = 0; batch < 20; ++batch) {
      std::vector<Change> changes;
      for (int i = 0; i < 15; ++i) {
        changes.push_back(random_change(random));
        journal::apply(expected, changes.back());  // not std::apply, which is found, too
      }
      journal().commit(changes);
    }
    EXPECT_EQ(text_of(restart()), text_of(expected));
  }
}

TEST(MemoryJournalTest, FailsAsOftenAsItWasToldAndChangesNothing) {
  MemoryJournal journal;
  const std::vector<Change> batch = {PutAlert{sample_alert_ptr(1)}, AddEvent{sample_event(1)}};
  journal.fail_next_commits(2);
  EXPECT_THROW(journal.commit(batch), Error);
  EXPECT_THROW(journal.commit(batch), Error);
  EXPECT_EQ(text_of(journal.load()), text_of(Contents()));
  EXPECT_THAT(journal.events({}), IsEmpty());
  EXPECT_TRUE(journal.batches().empty());
  journal.commit(batch);
  EXPECT_THAT(journal.contents().alerts, SizeIs(1));
  ASSERT_EQ(journal.batches().size(), 1U);
  EXPECT_EQ(journal.batches()[0].size(), 2U);
}

TEST(MemoryJournalTest, KeepsNoBatchesWhenTheyAreNotWanted) {
  MemoryJournal journal(MemoryJournal::Keep::OnlyContents);
  journal.commit(std::vector<Change>{PutAlert{sample_alert_ptr(1)}});
  EXPECT_THAT(journal.contents().alerts, SizeIs(1));
  EXPECT_TRUE(journal.batches().empty());
}

}  // namespace
}  // namespace tocsin::journal
