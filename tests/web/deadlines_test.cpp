// Who waits for what and until when, with a clock of the test's.
#include <gtest/gtest.h>

#include "web/front/connection.h"

namespace tocsin::web {
namespace {

using std::chrono::seconds;

class DeadlinesTest : public ::testing::Test {
 protected:
  DeadlinesTest() {
    limits.stall_time = seconds{30};
    limits.answer_time = seconds{600};
    limits.timeout = seconds{0};
  }
  static SteadyTime at(int second) { return SteadyTime{} + seconds{second}; }
  std::unique_ptr<Connection> connection() {
    return std::make_unique<Connection>(++ids, Visitor{}, nullptr, limits);
  }

  Limits limits;
  std::uint64_t ids = 0;
};

TEST_F(DeadlinesTest, TheFirstOfAllKindsIsOverdueFirst) {
  Deadlines deadlines(limits);
  const auto idle = connection();
  const auto taking = connection();
  deadlines.add(*idle, Wait::Idle, at(0));       // 300 s
  deadlines.add(*taking, Wait::Taking, at(10));  // 30 s
  EXPECT_EQ(deadlines.until_next(at(10), seconds{60}), seconds{30});
  EXPECT_EQ(deadlines.overdue(at(39)), nullptr);
  EXPECT_EQ(deadlines.overdue(at(40)), taking.get());
  deadlines.remove(*taking);
  EXPECT_EQ(deadlines.overdue(at(299)), nullptr);
  EXPECT_EQ(deadlines.overdue(at(300)), idle.get());
  deadlines.remove(*idle);
}

TEST_F(DeadlinesTest, WithoutATimeThereIsNoEnd) {
  Deadlines deadlines(limits);
  const auto worker = connection();
  deadlines.add(*worker, Wait::Worker, at(0));
  EXPECT_EQ(deadlines.overdue(at(1'000'000)), nullptr);
  EXPECT_EQ(deadlines.until_next(at(0), seconds{5}), seconds{5});
  deadlines.remove(*worker);
}

TEST_F(DeadlinesTest, WhoTakesNothingIsCutAfterTheStall) {
  Deadlines deadlines(limits);
  const auto slow = connection();
  deadlines.add(*slow, Wait::Taking, at(0));
  deadlines.begin_answer(*slow, at(0));
  EXPECT_EQ(deadlines.overdue(at(29)), nullptr);
  EXPECT_EQ(deadlines.overdue(at(30)), slow.get());
  deadlines.remove(*slow);
  EXPECT_EQ(deadlines.overdue(at(10'000)), nullptr);
}

TEST_F(DeadlinesTest, ProgressDoesNotProlongTheTimeOfAnAnswer) {
  Deadlines deadlines(limits);
  const auto slow = connection();
  deadlines.add(*slow, Wait::Taking, at(0));
  deadlines.begin_answer(*slow, at(0));
  for (int second = 20; second < 600; second += 20) {
    EXPECT_EQ(deadlines.overdue(at(second)), nullptr) << second;
    deadlines.wait_for(*slow, Wait::Taking, at(second));
  }
  EXPECT_EQ(deadlines.until_next(at(590), seconds{60}), seconds{10});
  EXPECT_EQ(deadlines.overdue(at(599)), nullptr);
  EXPECT_EQ(deadlines.overdue(at(600)), slow.get());
  // Whose answer is over waits as long as anybody.
  deadlines.end_answer(*slow);
  deadlines.wait_for(*slow, Wait::Idle, at(599));
  EXPECT_EQ(deadlines.overdue(at(898)), nullptr);
  deadlines.begin_answer(*slow, at(890));  // the next one has its own time
  EXPECT_EQ(deadlines.overdue(at(898)), nullptr);
  deadlines.remove(*slow);
}

}  // namespace
}  // namespace tocsin::web
