// What is over goes when its time has come, and not while something still refers to it.
#include "engine/housekeeping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/memory_journal.h"
#include "support/stories.h"

namespace tocsin::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Timestamp kToday{hours{24 * 365 * 56}};

AlertPtr ended(const std::string& name, Duration ago) {
  auto alert = std::make_shared<Alert>();
  alert->labels = {{"alertname", name}};
  alert->fingerprint = alert->labels.fingerprint();
  alert->starts_at = kToday - ago - hours{1};
  alert->ends_at = kToday - ago;
  return alert;
}

notify::OutboxRow message_about(const AlertPtr& alert, std::int64_t id) {
  notify::Notification about;
  about.receiver = "team";
  about.channel = "webhook/0";
  about.alerts = {{alert, notify::Status::Resolved}};
  about.decided_at = kToday;
  notify::OutboxRow row;
  row.id = id;
  row.notification = std::make_shared<const notify::Notification>(std::move(about));
  return row;
}

TEST(Housekeeping, SilencesAndAlertsStayAsLongAsTheyAreToBeKept) {
  World world({kConfig, kRules}, [](engine::Outside& outside) {
    outside.housekeeping = {.keep_resolved = minutes{10}, .keep_silences = hours{2}};
  });
  silence(world, "a", minutes{30});
  world.source.set("slow", {{{"host", "b"}}});
  world.run_for(minutes{3});
  world.source.set("slow", {});
  world.run_for(minutes{9}, seconds{10});
  EXPECT_THAT(world.engine().book().alerts(), SizeIs(1));
  world.run_for(minutes{5}, seconds{10});
  EXPECT_THAT(world.engine().book().alerts(), IsEmpty());
  world.run_for(minutes{120}, seconds{10});
  EXPECT_EQ(world.engine().book().silences().size(), 1u);
  world.run_for(minutes{15}, seconds{10});
  EXPECT_EQ(world.engine().book().silences().size(), 0u);
}

TEST(Housekeeping, KeepsUpWithABusySystemInSmallSlices) {
  World world({kConfig, ""}, [](engine::Outside& outside) {
    outside.housekeeping = {.keep_resolved = minutes{10}};
  });
  std::vector<state::Posted> batch;
  for (int number = 0; number < 3500; ++number) {
    state::Posted& posted = batch.emplace_back();
    posted.labels = {{"alertname", "Gone"}, {"host", std::to_string(number)}};
    posted.ends_at = world.now - seconds{1};
  }
  world.ask([&](engine::Engine& engine) { return engine.post_alerts(batch); });
  world.run_for(minutes{9}, seconds{5});
  ASSERT_THAT(world.engine().book().alerts(), SizeIs(3500));
  std::vector<std::size_t> left;
  for (int turn = 0; turn < 4000 && !world.engine().book().alerts().empty(); ++turn) {
    world.run_for(milliseconds{50}, milliseconds{50});
    const std::size_t now = world.engine().book().alerts().size();
    if (left.empty() || left.back() != now) left.push_back(now);
  }
  EXPECT_THAT(left, ElementsAre(3500, 2500, 1500, 500, 0));
}

TEST(Housekeeping, AlertsOfWaitingMessagesStay) {
  const AlertPtr waiting = ended("Waiting", hours{2});
  const AlertPtr dead = ended("Dead", hours{2});
  const AlertPtr told = ended("Told", hours{2});
  const AlertPtr young = ended("Young", minutes{5});
  notify::OutboxRow given_up = message_about(dead, 2);
  given_up.state = notify::RowState::Dead;
  journal::MemoryJournal journal;
  journal.commit(std::vector<journal::Change>{journal::PutAlert{waiting}, journal::PutAlert{dead},
                                              journal::PutAlert{told}, journal::PutAlert{young},
                                              journal::PutOutbox{message_about(waiting, 1), true},
                                              journal::PutOutbox{given_up}});
  engine::Book book(journal);
  engine::Housekeeping housekeeping(book, {});
  housekeeping.tick(kToday);
  ASSERT_TRUE(book.commit());
  EXPECT_TRUE(book.alert(waiting->fingerprint));
  EXPECT_FALSE(book.alert(dead->fingerprint));
  EXPECT_FALSE(book.alert(told->fingerprint));
  EXPECT_TRUE(book.alert(young->fingerprint));

  book.apply(journal::DropOutbox{1});
  housekeeping.tick(kToday + minutes{1});
  ASSERT_TRUE(book.commit());
  EXPECT_FALSE(book.alert(waiting->fingerprint));
  EXPECT_EQ(journal.load().alerts.size(), 1U);
}

}  // namespace
}  // namespace tocsin::testing
