// What is over goes when its time has come, and not while something still refers to it.
#include "engine/housekeeping.h"

#include <gtest/gtest.h>

#include "journal/memory_journal.h"

namespace tocsin::engine {
namespace {

constexpr Timestamp kNow{std::chrono::hours{24 * 365 * 56}};

AlertPtr ended(const std::string& name, Duration ago) {
  auto alert = std::make_shared<Alert>();
  alert->labels = {{"alertname", name}};
  alert->fingerprint = alert->labels.fingerprint();
  alert->starts_at = kNow - ago - std::chrono::hours{1};
  alert->ends_at = kNow - ago;
  return alert;
}

notify::OutboxRow message_about(const AlertPtr& alert, std::int64_t id) {
  notify::OutboxRow row;
  row.id = id;
  row.notification.receiver = "team";
  row.notification.channel = "webhook/0";
  row.notification.alerts = {{alert, notify::Status::Resolved}};
  row.notification.decided_at = kNow;
  return row;
}

TEST(Housekeeping, AlertsOfWaitingMessagesStay) {
  const AlertPtr waiting = ended("Waiting", std::chrono::hours{2});
  const AlertPtr dead = ended("Dead", std::chrono::hours{2});
  const AlertPtr told = ended("Told", std::chrono::hours{2});
  const AlertPtr young = ended("Young", std::chrono::minutes{5});
  notify::OutboxRow given_up = message_about(dead, 2);
  given_up.state = notify::RowState::Dead;
  journal::MemoryJournal journal;
  journal.commit(std::vector<journal::Change>{journal::PutAlert{waiting}, journal::PutAlert{dead},
                                              journal::PutAlert{told}, journal::PutAlert{young},
                                              journal::PutOutbox{message_about(waiting, 1), true},
                                              journal::PutOutbox{given_up}});
  Book book(journal);
  Housekeeping housekeeping(book, {});
  housekeeping.tick(kNow);
  ASSERT_TRUE(book.commit());
  EXPECT_TRUE(book.alert(waiting->fingerprint));
  EXPECT_FALSE(book.alert(dead->fingerprint));
  EXPECT_FALSE(book.alert(told->fingerprint));
  EXPECT_TRUE(book.alert(young->fingerprint));

  book.apply(journal::DropOutbox{1});
  housekeeping.tick(kNow + std::chrono::minutes{1});
  ASSERT_TRUE(book.commit());
  EXPECT_FALSE(book.alert(waiting->fingerprint));
  EXPECT_EQ(journal.load().alerts.size(), 1U);
}

}  // namespace
}  // namespace tocsin::engine
