// Whether a receiver hears something, and why.
#include "notify/decide.h"

#include <gmock/gmock.h>

#include "notify/alerts.h"

namespace tocsin::notify {
namespace {

using namespace std::chrono_literals;
using testing::UnorderedElementsAre;

const Timestamp kNow{1'767'323'045'000ms};

TellRecord record(const std::string& letters, Timestamp at = kNow - 5min) {
  TellRecord record{"group", "team", "slack/0", at, {}, {}};
  for (const Told& each : alerts(letters)) {
    (each.status == Status::Firing ? record.firing : record.resolved)
        .insert(each.alert->fingerprint);
  }
  return record;
}

std::string decided(const std::string& now, const std::optional<std::string>& before,
                    bool send_resolved = true) {
  const std::optional<TellRecord> last = before ? std::optional(record(*before)) : std::nullopt;
  return words(decide(alerts(now), last ? &*last : nullptr, {send_resolved, 4h}, kNow));
}

TEST(DecideTest, EveryBranch) {
  struct Case {
    std::string_view story;
    std::string now;                    ///< the group's alerts; small letters are resolved
    std::optional<std::string> before;  ///< what the channel was last told
    std::string_view expected;
  };
  const Case cases[] = {
      {"never told, one fires", "A", std::nullopt, "first notification"},
      {"never told, one of two fires", "Ab", std::nullopt, "first notification"},
      {"never told, all over already", "ab", std::nullopt, "(nothing fires)"},
      {"never told, all muted", "", std::nullopt, "(nothing fires)"},
      {"told, nothing changed", "A", "A", "(told already, the repeat is not due)"},
      {"told of more than fires now", "A", "AB", "(told already, the repeat is not due)"},
      {"another one", "AB", "A", "new alerts added"},
      {"another one while one resolves", "aB", "A", "new alerts added"},
      {"told that all is over, then one fires", "A", "a", "first notification"},
      {"told nothing at all, then one fires", "A", "", "first notification"},
      {"told resolved among others, fires again", "AB", "aB", "new alerts added"},
      {"all over", "a", "A", "all alerts resolved"},
      {"all over, one of them never told", "ab", "A", "all alerts resolved"},
      {"told that all is over", "a", "a", "(nothing fires)"},
      {"told that all is over, another came and went", "b", "a", "(nothing fires)"},
      {"everything told of is muted now", "", "A", "all alerts resolved"},
      {"some over", "Ab", "AB", "some alerts resolved"},
      {"some over, told so", "Ab", "Ab", "(told already, the repeat is not due)"},
      {"another over", "Abc", "AbC", "some alerts resolved"},
      {"one over that was never told firing", "Ab", "A", "some alerts resolved"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(decided(each.now, each.before), each.expected) << each.story;
  }
}

TEST(DecideTest, WithoutSendResolvedOnlyTheEndOfAllCounts) {
  const std::tuple<std::string, std::optional<std::string>, std::string_view> cases[] = {
      {"A", std::nullopt, "first notification"},
      {"Ab", "AB", "(told already, the repeat is not due)"},
      {"ab", "AB", "all alerts resolved"},  // nothing is sent, but the channel starts afresh
      {"ab", "", "(nothing fires)"},
      {"aB", "A", "new alerts added"},
  };
  for (const auto& [now, before, expected] : cases) {
    EXPECT_EQ(decided(now, before, false), expected) << now;
  }
}

TEST(RepeatTest, ComesWithTheFlushThatIsDue) {
  const std::pair<Duration, bool> cases[] = {
      {0s, false}, {4h - 1ms, false}, {4h, true}, {4h + 1ms, true}, {24h, true}, {-1h, false},
  };
  for (const auto& [age, repeats] : cases) {
    const TellRecord last = record("A", kNow - age);
    EXPECT_EQ(words(decide(alerts("A"), &last, {true, 4h}, kNow)),
              repeats ? "repeat interval elapsed" : "(told already, the repeat is not due)")
        << age.count();
  }
}

TEST(RepeatTest, IsTheLeastOfTheReasons) {
  const TellRecord last = record("AB", kNow - 24h);
  const std::pair<std::string, std::string_view> cases[] = {
      {"ABC", "new alerts added"},
      {"ab", "all alerts resolved"},
      {"Ab", "some alerts resolved"},
      {"AB", "repeat interval elapsed"},
  };
  for (const auto& [now, expected] : cases) {
    EXPECT_EQ(words(decide(alerts(now), &last, {true, 4h}, kNow)), expected) << now;
  }
}

TEST(RepeatTest, WhatIsOverIsNotRepeated) {
  const TellRecord last = record("a", kNow - 24h);
  EXPECT_EQ(words(decide(alerts("a"), &last, {true, 4h}, kNow)), "(nothing fires)");
  EXPECT_EQ(words(decide({}, &last, {true, 4h}, kNow)), "(nothing fires)");
}

TEST(RecordTest, HoldsWhatWasSaid) {
  Notification said;
  said.group_id = "group";
  said.receiver = "team";
  said.channel = "slack/0";
  said.alerts = alerts("AbC");
  said.decided_at = kNow;
  const TellRecord record = record_of(said, kNow);
  EXPECT_EQ(record.group_id, "group");
  EXPECT_EQ(record.receiver, "team");
  EXPECT_EQ(record.channel, "slack/0");
  EXPECT_THAT(record.firing, UnorderedElementsAre(id_of('A'), id_of('C')));
  EXPECT_THAT(record.resolved, UnorderedElementsAre(id_of('B')));
}

TEST(RecordTest, APromptDeliveryCountsFromItsDecision) {
  Notification said;
  said.alerts = alerts("A");
  said.decided_at = kNow;
  const std::pair<Duration, Duration> cases[] = {
      {0s, 0s}, {200ms, 0s}, {1min, 0s}, {1min + 1ms, 1min + 1ms}, {3h, 3h}};
  for (const auto& [delay, expected] : cases) {
    EXPECT_EQ(record_of(said, kNow + delay).at, kNow + expected) << delay.count();
  }
}

TEST(DoubtTest, MakesNewsOfWhateverHappensNext) {
  const TellRecord before = record("Ab");
  const TellRecord fires = doubt(before, id_of('A'), Status::Resolved);
  EXPECT_EQ(words(decide(alerts("Ab"), &fires, {true, 4h}, kNow)), "new alerts added");
  EXPECT_EQ(words(decide(alerts("ab"), &fires, {true, 4h}, kNow)), "all alerts resolved");
  const TellRecord over = doubt(before, id_of('B'), Status::Firing);
  EXPECT_EQ(words(decide(alerts("AB"), &over, {true, 4h}, kNow)), "new alerts added");
  EXPECT_EQ(words(decide(alerts("Ab"), &over, {true, 4h}, kNow)), "some alerts resolved");
}

TEST(DoubtTest, IsNoneWhereBothSayTheSame) {
  const TellRecord before = record("Ab");
  EXPECT_EQ(doubt(before, id_of('A'), Status::Firing), before);
  EXPECT_EQ(doubt(before, id_of('B'), Status::Resolved), before);
  EXPECT_EQ(doubt(before, id_of('C'), Status::Firing), before);
}

TEST(ForgetTest, MakesAnAlertNewsAgain) {
  const TellRecord before = record("ABc");
  const TellRecord after = forget(before, id_of('A'));
  EXPECT_THAT(after.firing, UnorderedElementsAre(id_of('B')));
  EXPECT_THAT(after.resolved, UnorderedElementsAre(id_of('C')));
  EXPECT_EQ(words(decide(alerts("AB"), &after, {true, 4h}, kNow)), "new alerts added");
  EXPECT_THAT(forget(before, id_of('C')).resolved, testing::IsEmpty());
  EXPECT_EQ(forget(before, id_of('Z')), before);
}

}  // namespace
}  // namespace tocsin::notify
