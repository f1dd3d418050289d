// What survives a crash, and what a failing disk does and does not do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stories.h"

namespace tocsin::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Durability, TheForClockGoesOnAfterACrash) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{45});
  ASSERT_EQ(phase_of(world.engine(), "Slow"), "pending");
  world.crash_and_restart();
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "pending");
  world.run_for(seconds{30});
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "firing");
}

TEST(Durability, NothingIsToldTwiceAfterACrashAndTheResolveStillComes) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{3});
  ASSERT_THAT(world.delivered(), SizeIs(1));
  world.crash_and_restart();
  world.run_for(minutes{5});
  EXPECT_THAT(world.delivered(), SizeIs(1));
  world.source.set("slow", {});
  world.crash_and_restart();
  world.run_for(minutes{3});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification",
                                                       "resolved a=resolved: all alerts resolved"));
}

TEST(Durability, AMessageDecidedBeforeTheCrashIsSentAfterIt) {
  World world({kConfig, kRules});
  world.answer = [](const Delivered&) { return net::Response{503, {}, ""}; };
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{90});
  ASSERT_THAT(world.engine().outbox(), SizeIs(1));
  world.crash_and_restart();
  world.answer = [](const Delivered&) { return net::Response{200, {}, ""}; };
  world.run_for(minutes{2});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification"));
}

TEST(Durability, ACrashDoesNotShortenWhatAChannelAskedFor) {
  World world({kConfig, kRules});
  world.answer = [](const Delivered&) { return net::Response{429, {{"retry-after", "1200"}}, ""}; };
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{85});
  ASSERT_THAT(world.attempts, SizeIs(1));
  const Timestamp asked = world.attempts[0].at;
  world.crash_and_restart();
  // Neither this message goes out sooner nor another one.
  world.source.set("slow", {{{"host", "a"}}, {{"host", "b"}}});
  world.run_for(minutes{30});
  ASSERT_GE(world.attempts.size(), 2u);
  EXPECT_GE(world.attempts[1].at - asked, seconds{1200});
}

TEST(Durability, SilencesSurviveACrash) {
  World world({kConfig, kRules});
  silence(world, "a", hours{1});
  world.crash_and_restart();
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{5});
  EXPECT_THAT(world.delivered(), IsEmpty());
}

TEST(Durability, OverdueFlushesHappenOnceAfterALongAbsence) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{3});
  world.now += hours{10};  // away for ten hours, longer than the repeat interval
  world.crash_and_restart();
  world.run_for(minutes{5});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification",
                                                       "firing a=firing: repeat interval elapsed"));
}

TEST(Durability, AFullDiskStopsNeitherEvaluationNorNotificationAndIsVisible) {
  World world({kConfig, kRules});
  world.journal().fail_next_commits(1'000'000);
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  EXPECT_THAT(in_short(world.delivered()), ElementsAre("firing a=firing: first notification"));
  EXPECT_FALSE(world.engine().book().healthy());
  EXPECT_GT(world.engine().journal_status().failures, 0u);

  world.journal().fail_next_commits(0);
  world.run_for(seconds{30});
  EXPECT_TRUE(world.engine().book().healthy());
  world.crash_and_restart();  // what waited in memory was written
  world.run_for(minutes{5});
  EXPECT_THAT(world.delivered(), SizeIs(1));
}

TEST(Durability, ASilenceThatCannotBeWrittenIsRefusedAndHasNoEffect) {
  World world({kConfig, kRules});
  world.journal().fail_next_commits(1'000'000);
  EXPECT_THROW(silence(world, "a", hours{1}), Error);
  const engine::Book::Snapshot snapshot(world.engine().book());
  EXPECT_EQ(snapshot.silences().size(), 0u);
}

TEST(Durability, EveryStateChangeIsJournalledInTheBatchThatMakesIt) {
  World world({kConfig, kRules});
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{2});
  // The firing alert, its rule state, its group and its membership came in one batch.
  bool together = false;
  for (const auto& batch : world.journal().batches()) {
    bool alert = false, rule_state = false, group = false, member = false;
    for (const journal::Change& change : batch) {
      alert |= std::holds_alternative<journal::PutAlert>(change);
      rule_state |= std::holds_alternative<journal::PutRuleState>(change);
      group |= std::holds_alternative<journal::PutGroup>(change);
      member |= std::holds_alternative<journal::AddMember>(change);
    }
    together |= alert && rule_state && group && member;
  }
  EXPECT_TRUE(together);
}

TEST(Durability, AStoppingEngineRefusesCommandsInsteadOfLosingThem) {
  World world({kConfig, kRules});
  world.engine().refuse_commands();
  route::SilenceRequest request;
  request.matchers.emplace_back("host", MatchOp::Equal, "a");
  request.ends_at = world.now + hours{1};
  try {
    world.engine().put_silence(request, "test");
    FAIL() << "was taken";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("stopping"));
  }
}

}  // namespace
}  // namespace tocsin::testing
