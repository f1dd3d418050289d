#include "notify/rate_limit.h"

#include <gtest/gtest.h>

namespace tocsin::notify {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Timestamp kStart{hours{24 * 20000}};

TEST(RateLimit, IsReadAndPrinted) {
  for (const char* text : {"5/2s", "1/1s", "30/1m", "1000/1d", "1/500ms", "none"}) {
    const auto limit = parse_rate_limit(text);
    ASSERT_TRUE(limit) << text;
    EXPECT_EQ(to_string(*limit), text);
  }
  EXPECT_EQ(parse_rate_limit("20/90s"), (RateLimit{20, seconds{90}}));
  for (const char* text : {"", "5", "/", "5/", "/2s", "0/1s", "-1/1s", "1.5/1s", "5/0s", "5/2",
                           "5 / 2s", "1001/1s", "5/25h", "5/2s/", "99999999999999/1s", "None"}) {
    EXPECT_FALSE(parse_rate_limit(text)) << text;
  }
}

/// When each of so many messages that all want to go out at kStart may, after kStart.
std::vector<Duration> burst(const RateLimit& limit, int messages) {
  std::vector<Duration> times;
  Starts starts;
  Timestamp now = kStart;
  for (int i = 0; i < messages; ++i) {
    now = next_start(limit, starts, now);
    starts = with_start(limit, std::move(starts), now);
    times.push_back(now - kStart);
  }
  return times;
}

TEST(RateLimit, ABurstGoesOutAsFastAsItMay) {
  const std::vector<Duration> none(4, Duration{0});
  EXPECT_EQ(burst({}, 4), none);
  EXPECT_EQ(burst({2, seconds{3}}, 5),
            (std::vector<Duration>{seconds{0}, seconds{0}, seconds{3}, seconds{3}, seconds{6}}));
  EXPECT_EQ(burst({1, seconds{1}}, 3), (std::vector<Duration>{seconds{0}, seconds{1}, seconds{2}}));
}

TEST(RateLimit, HoldsInEveryStretchOfTime) {
  const RateLimit limit{3, seconds{10}};
  Starts starts, all;
  Timestamp now = kStart;
  for (int i = 0; i < 200; ++i) {
    now = next_start(limit, starts, now + milliseconds{(i * 7919) % 6000});
    starts = with_start(limit, std::move(starts), now);
    all.push_back(now);
    EXPECT_LE(starts.size(), 3U) << "it remembers more than it needs";
  }
  for (std::size_t i = 3; i < all.size(); ++i) EXPECT_GE(all[i] - all[i - 3], limit.per) << i;
}

TEST(RateLimit, AClockThatIsSetBackDoesNotMakeAnybodyWaitLonger) {
  const RateLimit limit{2, minutes{1}};
  const Starts starts = set_back({kStart - hours{1}, kStart + hours{1}}, kStart);
  EXPECT_EQ(next_start(limit, starts, kStart), kStart);
  EXPECT_EQ(next_start(limit, with_start(limit, starts, kStart), kStart), kStart + minutes{1});
}

TEST(RateLimit, AClockThatIsSetBackDoesNotBringBackWhatIsOver) {
  const RateLimit limit{3, minutes{1}};
  Starts starts;
  for (int i = 0; i < 3; ++i) starts = with_start(limit, std::move(starts), kStart + minutes{i});
  const Timestamp before = kStart - hours{2};
  EXPECT_EQ(next_start(limit, set_back(starts, before), before), before)
      << "one of three was less than a minute ago";
}

TEST(RateLimit, ALimitThatWasChangedCountsWhatWasStartedUnderTheOldOne) {
  const Starts starts = {kStart - seconds{50}, kStart - seconds{20}, kStart - seconds{10}};
  EXPECT_EQ(next_start({2, minutes{1}}, starts, kStart), kStart + seconds{40});
  EXPECT_EQ(next_start({5, minutes{1}}, starts, kStart), kStart);
}

}  // namespace
}  // namespace tocsin::notify
