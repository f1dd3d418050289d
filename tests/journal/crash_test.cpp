// A process that commits is killed at any moment: what it acknowledged is there, and nothing by
// halves.
#include <csignal>
#include <poll.h>
#include <random>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "journal/child.h"
#include "journal/samples.h"
#include "journal/sqlite_journal.h"
#include "model/error.h"
#include "support/temporary_folder.h"

namespace tocsin::journal {
namespace {

constexpr int kRounds = 20;
constexpr int kAlertsPerBatch = 25;
constexpr int kMostBatches = 100'000;  // of one round: no child outlives its test for long

/// Batch n: alerts and events that carry its number, and the counter.
std::vector<Change> batch(int number) {
  std::vector<Change> changes;
  for (int i = 0; i < kAlertsPerBatch; ++i) {
    changes.push_back(PutAlert{sample_alert_ptr(number * kAlertsPerBatch + i)});
    changes.push_back(
        AddEvent{{at(number), EventKind::AlertFiring, 0, fmt::format("{}", number), ""}});
  }
  changes.push_back(PutMeta{"batches", fmt::format("{}", number)});
  return changes;
}

/// Commits batches from `first` on, and acknowledges each on the pipe.
void commit_and_tell(const std::filesystem::path& data, int first, int out) {
  const auto journal = open_sqlite(data);
  journal->load();
  for (int number = first; number < first + kMostBatches; ++number) {
    journal->commit(batch(number));
    const std::string line = fmt::format("{}\n", number);
    if (write(out, line.data(), line.size()) < 0) return;
  }
}

/// Reads acknowledgements until `count` lines came and a random moment more has passed, kills the
/// child, and returns all that was acknowledged.
std::string acknowledged_before_kill(const Child& child, int count, int microseconds) {
  std::string text;
  char c = 0;
  while (count > 0 && read(child.from_child, &c, 1) == 1) {
    text += c;
    if (c == '\n') --count;
  }
  const timespec moment{0, microseconds * 1000L};
  pollfd nothing{-1, 0, 0};
  ppoll(&nothing, 1, &moment, nullptr);
  kill(child.process, SIGKILL);
  return text + rest_of(child);
}

/// The number of batches found, after checking that they are 1 to n, each of them whole.
int whole_batches(Journal& journal) {
  const Contents contents = journal.load();
  EXPECT_TRUE(contents.complaints.empty());
  const auto found = contents.meta.find("batches");
  const int batches = found == contents.meta.end() ? 0 : std::stoi(found->second);
  EXPECT_EQ(contents.alerts.size(), static_cast<std::size_t>(batches) * kAlertsPerBatch);
  for (int number = 1; number <= batches; ++number) {
    EXPECT_EQ(journal.events({.subject = fmt::format("{}", number)}).size(),
              static_cast<std::size_t>(kAlertsPerBatch))
        << "batch " << number;
  }
  return batches;
}

TEST(CrashTest, KilledAtAnyMomentLosesNothingThatItAcknowledged) {
  const TemporaryFolder folder;
  std::mt19937 random(20261124);  // the moments differ anyhow: the child runs as fast as it can
  int committed = 0;
  int killed_with_more = 0;
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(testing::Message() << "round " << round);
    const Child child = start_child([&folder, committed](int out) {
      commit_and_tell(folder.path() / "data", committed + 1, out);
    });
    const int count = static_cast<int>(random() % 8);
    const int microseconds = static_cast<int>(random() % 4000);
    std::istringstream acknowledged(acknowledged_before_kill(child, count, microseconds));
    int last = committed;
    for (int number = 0; acknowledged >> number; last = number) ASSERT_EQ(number, last + 1);
    ASSERT_TRUE(acknowledged.eof()) << "the child complained: " << acknowledged.str();
    ASSERT_GE(last, committed + count);

    const int whole = whole_batches(*open_sqlite(folder.path() / "data"));
    EXPECT_GE(whole, last) << "an acknowledged batch is lost";
    EXPECT_LE(whole, last + 1) << "only one batch can be under way";
    if (whole > last) ++killed_with_more;
    committed = whole;
  }
  EXPECT_GT(committed, kRounds);
  RecordProperty("killed_between_commit_and_acknowledgement", killed_with_more);
}

}  // namespace
}  // namespace tocsin::journal
