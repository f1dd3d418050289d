// Stories of one group and one channel, flush by flush: the traps in which others lose an alert.
#include <algorithm>
#include <optional>

#include <gmock/gmock.h>

#include "notify/alerts.h"

namespace tocsin::notify {
namespace {

using namespace std::chrono_literals;

/// One channel that hears of one group; delivery takes a moment and always succeeds.
class Channel {
 public:
  explicit Channel(TellOptions options = {true, 4h}) : options_(options) {}

  /// A flush: `letters` are the unmuted alerts (small: resolved), `muted` those that are muted.
  std::string flush(const std::string& letters, const std::string& muted = "") {
    const std::vector<Told> group = alerts(letters);
    const Decision decision = decide(group, last_ ? &*last_ : nullptr, options_, now_);
    if (decision.say && !group.empty()) deliver(group);
    // What resolved leaves the group; the muted of these leave the record, too.
    for (const Told& each : alerts(muted)) {
      if (each.status == Status::Resolved && last_) {
        last_ = forget(*last_, each.alert->fingerprint);
      }
    }
    now_ += 5min;
    return words(decision);
  }
  Duration flushed() const { return now_.time_since_epoch(); }

 private:
  void deliver(const std::vector<Told>& group) {
    Notification said;
    said.alerts = group;
    said.decided_at = now_;
    last_ = record_of(said, now_ + 300ms);
  }

  TellOptions options_;
  Timestamp now_;
  std::optional<TellRecord> last_;
};

constexpr std::string_view kQuiet = "(told already, the repeat is not due)";

TEST(StoryTest, AnOrdinaryLife) {
  Channel channel;
  EXPECT_EQ(channel.flush("A"), "first notification");
  EXPECT_EQ(channel.flush("A"), kQuiet);
  EXPECT_EQ(channel.flush("AB"), "new alerts added");
  EXPECT_EQ(channel.flush("aB"), "some alerts resolved");
  EXPECT_EQ(channel.flush("B"), kQuiet);
  EXPECT_EQ(channel.flush("b"), "all alerts resolved");
  EXPECT_EQ(channel.flush("B"), "first notification");
}

TEST(StoryTest, FiringAgainBetweenTwoFlushesIsNoNews) {
  Channel channel;
  EXPECT_EQ(channel.flush("A"), "first notification");
  EXPECT_EQ(channel.flush("A"), kQuiet);  // it had resolved and fired again
}

TEST(StoryTest, FiringAgainAfterTheResolveWasToldIsNews) {
  Channel channel;
  channel.flush("AB");
  EXPECT_EQ(channel.flush("aB"), "some alerts resolved");
  EXPECT_EQ(channel.flush("AB"), "new alerts added");
  EXPECT_EQ(channel.flush("aB"), "some alerts resolved");
}

TEST(StoryTest, ResolvedWhileMutedThenFiringAgainIsNews) {
  Channel channel;
  EXPECT_EQ(channel.flush("AB"), "first notification");
  EXPECT_EQ(channel.flush("B", "A"), kQuiet);
  EXPECT_EQ(channel.flush("B", "a"), kQuiet);
  EXPECT_EQ(channel.flush("AB"), "new alerts added");
}

TEST(StoryTest, TheOnlyAlertResolvedWhileMutedThenFiringAgainIsNews) {
  Channel channel;
  EXPECT_EQ(channel.flush("A"), "first notification");
  channel.flush("", "A");
  channel.flush("", "a");
  EXPECT_EQ(channel.flush("A"), "first notification");
}

TEST(StoryTest, MutedAndUnmutedWithoutAChangeIsNoNews) {
  Channel channel;
  EXPECT_EQ(channel.flush("AB"), "first notification");
  EXPECT_EQ(channel.flush("B", "A"), kQuiet);
  EXPECT_EQ(channel.flush("AB"), kQuiet);
}

TEST(StoryTest, MutedWhileTheOthersWereToldAnewComesBackAsNews) {
  Channel channel;
  EXPECT_EQ(channel.flush("AB"), "first notification");
  EXPECT_EQ(channel.flush("BC", "A"), "new alerts added");
  EXPECT_EQ(channel.flush("ABC"), "new alerts added");
}

TEST(StoryTest, InhibitedFromTheStartItIsStillShownAsResolvedWithItsSource) {
  Channel channel;
  EXPECT_EQ(channel.flush("A", "B"), "first notification");
  EXPECT_EQ(channel.flush("ab"), "all alerts resolved");
}

TEST(StoryTest, RepeatsFallExactlyOnTheirFlushesHoweverLongDeliveriesTake) {
  Channel channel({true, 15min});
  std::vector<Duration> said;
  for (int i = 0; i < 13; ++i) {
    const Duration at = channel.flushed();
    if (channel.flush("A").front() != '(') said.push_back(at);
  }
  EXPECT_THAT(said, testing::ElementsAre(0min, 15min, 30min, 45min, 60min));
}

TEST(StoryTest, ARepeatShorterThanTheIntervalComesWithEveryFlush) {
  Channel channel({true, 1min});
  EXPECT_EQ(channel.flush("A"), "first notification");
  EXPECT_EQ(channel.flush("A"), "repeat interval elapsed");
  EXPECT_EQ(channel.flush("A"), "repeat interval elapsed");
}

TEST(StoryTest, AMessageRestartsTheRepeatClock) {
  Channel channel({true, 15min});
  channel.flush("A");
  channel.flush("A");
  EXPECT_EQ(channel.flush("AB"), "new alerts added");
  EXPECT_EQ(channel.flush("AB"), kQuiet);
  EXPECT_EQ(channel.flush("AB"), kQuiet);
  EXPECT_EQ(channel.flush("AB"), "repeat interval elapsed");
}

}  // namespace
}  // namespace tocsin::notify
