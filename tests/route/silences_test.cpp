// Which silences mute an alert, when, and how they are found.
#include <map>
#include <random>

#include <gmock/gmock.h>

#include "route/silence.h"

namespace tocsin::route {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const Timestamp kNow{1'767'323'045'000ms};

Silence silence(const std::string& id, const std::string& matchers, Timestamp from = kNow - 1h,
                Timestamp until = kNow + 1h) {
  return {id, parse_matchers(matchers).matchers, from, until, from, "me", "because", {}};
}

TEST(SilenceStateTest, BothEndsBelongToIt) {
  const std::pair<Timestamp, SilenceState> cases[] = {
      {kNow - 1h - 1ms, SilenceState::Pending},
      {kNow - 1h, SilenceState::Active},
      {kNow, SilenceState::Active},
      {kNow + 1h, SilenceState::Active},
      {kNow + 1h + 1ms, SilenceState::Expired},
  };
  for (const auto& [at, expected] : cases) EXPECT_EQ(state(silence("s", "a=b"), at), expected);
  EXPECT_EQ(to_string(SilenceState::Pending), "pending");
  EXPECT_EQ(to_string(SilenceState::Active), "active");
  EXPECT_EQ(to_string(SilenceState::Expired), "expired");
}

TEST(ExpireTest, AnActiveOneIsOverAtOnceAndKeepsItsStart) {
  const std::optional<Silence> expired = expire(silence("s", "a=b"), kNow);
  ASSERT_TRUE(expired);
  EXPECT_EQ(state(*expired, kNow), SilenceState::Expired);
  EXPECT_EQ(state(*expired, kNow - 1ms), SilenceState::Active);
  EXPECT_EQ(expired->starts_at, kNow - 1h);
  EXPECT_EQ(expired->updated_at, kNow);
  EXPECT_EQ(expired->id, "s");
  EXPECT_EQ(expired->comment, "because");
}

TEST(ExpireTest, APendingOneNeverWasActive) {
  const std::optional<Silence> expired = expire(silence("s", "a=b", kNow + 1h, kNow + 2h), kNow);
  ASSERT_TRUE(expired);
  EXPECT_EQ(state(*expired, kNow), SilenceState::Expired);
  EXPECT_LE(expired->starts_at, expired->ends_at);
  EXPECT_LE(expired->ends_at, kNow);
}

TEST(ExpireTest, OneThatStartsThisInstantIsOverToo) {
  const std::optional<Silence> expired = expire(silence("s", "a=b", kNow, kNow + 1h), kNow);
  ASSERT_TRUE(expired);
  EXPECT_EQ(state(*expired, kNow), SilenceState::Expired);
  EXPECT_LE(expired->starts_at, expired->ends_at);
}

TEST(ExpireTest, AnExpiredOneStaysAsItIs) {
  EXPECT_EQ(expire(silence("s", "a=b", kNow - 2h, kNow - 1h), kNow), std::nullopt);
}

TEST(MutingTest, TakesEveryMatcherOfASilence) {
  struct Case {
    std::string matchers;
    Labels labels;
    bool muted;
  };
  const Labels api{{"job", "api"}, {"team", "web"}};
  const Case cases[] = {
      {"job=api", api, true},
      {"job=db", api, false},
      {"job=api,team=web", api, true},
      {"job=api,team=db", api, false},
      {"job=~\"a.*\"", api, true},
      {"job=~\"a\"", api, false},
      {"job!=db", api, true},
      {"job!=api", api, false},
      {"job!~\"db|cache\"", api, true},
      {"region!=eu", api, true},     // a missing label is not "eu"
      {"region!=\"\"", api, false},  // but it is empty
      {"region=\"\"", api, true},
      {"region=\"\",job=api", api, true},
      {"region=~\".*\",job=api", api, true},
      {"region=~\".+\",job=api", api, false},
      {"region!~\".+\"", api, true},
      {"job=api", {}, false},
      {"job!=api", {}, true},
      {"job=\"\",team=web", {{"job", ""}, {"team", "web"}}, true},
      {"region!=eu,job=api", {{"job", "api"}, {"region", "eu"}}, false},
  };
  for (const Case& each : cases) {
    Silences silences;
    silences.put(silence("s", each.matchers));
    EXPECT_EQ(!silences.muting(each.labels, kNow).empty(), each.muted)
        << each.matchers << " on " << each.labels.to_string();
  }
}

TEST(MutingTest, OnlyActiveOnesMute) {
  Silences silences;
  silences.put(silence("past", "a=b", kNow - 2h, kNow - 1ms));
  silences.put(silence("ends-now", "a=b", kNow - 2h, kNow));
  silences.put(silence("starts-now", "a=b", kNow, kNow + 1h));
  silences.put(silence("future", "a=b", kNow + 1ms, kNow + 1h));
  EXPECT_THAT(silences.muting({{"a", "b"}}, kNow), ElementsAre("ends-now", "starts-now"));
}

TEST(MutingTest, NamesAllOfThemSortedEachOnce) {
  Silences silences;
  silences.put(silence("c", "a=1"));
  silences.put(silence("a", "a=1,b=2"));
  silences.put(silence("d", "a=~\"1|2\""));
  silences.put(silence("b", "b=2"));
  silences.put(silence("e", "b=3"));
  EXPECT_THAT(silences.muting({{"a", "1"}, {"b", "2"}}, kNow), ElementsAre("a", "b", "c", "d"));
}

TEST(SilencesTest, PuttingAgainReplacesWhereverItWasFiled) {
  Silences silences;
  silences.put(silence("s", "a=1"));
  silences.put(silence("s", "b=~\"2\""));
  EXPECT_THAT(silences.muting({{"a", "1"}}, kNow), IsEmpty());
  EXPECT_THAT(silences.muting({{"b", "2"}}, kNow), ElementsAre("s"));
  silences.put(silence("s", "a=2"));
  EXPECT_THAT(silences.muting({{"b", "2"}}, kNow), IsEmpty());
  EXPECT_THAT(silences.muting({{"a", "2"}}, kNow), ElementsAre("s"));
  EXPECT_EQ(silences.size(), 1U);
}

TEST(SilencesTest, ErasingForgetsOneAndOnlyThat) {
  Silences silences;
  for (const std::string id : {"1", "2", "3"}) silences.put(silence(id, "a=1"));
  silences.put(silence("4", "a!=2"));
  silences.erase("2");
  silences.erase("4");
  silences.erase("unknown");
  EXPECT_THAT(silences.muting({{"a", "1"}}, kNow), ElementsAre("1", "3"));
  EXPECT_EQ(silences.find("2"), nullptr);
  ASSERT_NE(silences.find("1"), nullptr);
  silences.erase(silences.find("1")->id);  // an id that dies with the silence
  EXPECT_THAT(silences.muting({{"a", "1"}}, kNow), ElementsAre("3"));
  EXPECT_EQ(silences.all().size(), 1U);
}

TEST(SilencesTest, CopiesAreIndependent) {
  Silences silences;
  silences.put(silence("s", "a=1"));
  const Silences snapshot = silences;
  silences.erase("s");
  EXPECT_THAT(silences.muting({{"a", "1"}}, kNow), IsEmpty());
  EXPECT_THAT(snapshot.muting({{"a", "1"}}, kNow), ElementsAre("s"));
}

TEST(SilencesTest, ErasingTheLastOfABucketLeavesTheOthers) {
  Silences silences;
  silences.put(silence("1", "a=1,b=2"));
  silences.put(silence("2", "a=1,b=2"));
  silences.put(silence("3", "a=1,b=2"));
  silences.erase("1");
  EXPECT_THAT(silences.muting({{"a", "1"}, {"b", "2"}}, kNow), ElementsAre("2", "3"));
  silences.erase("2");
  silences.erase("3");
  EXPECT_THAT(silences.muting({{"a", "1"}, {"b", "2"}}, kNow), IsEmpty());
  EXPECT_THAT(silences.all(), IsEmpty());
}

/// What the index answers is what looking at every silence answers.
TEST(SilencesTest, TheIndexAgreesWithLookingAtAll) {
  std::mt19937 random(7);
  const auto pick = [&](int below) { return std::uniform_int_distribution(0, below - 1)(random); };
  const std::string values[] = {"", "x", "y", "a-long-value"};
  const MatchOp ops[] = {MatchOp::Equal, MatchOp::Equal, MatchOp::NotEqual, MatchOp::Regex,
                         MatchOp::NotRegex};
  Silences silences;
  std::map<std::string, Silence> all;
  for (int round = 0; round < 3000; ++round) {
    const std::string id = std::to_string(pick(200));
    if (pick(4) == 0) {
      silences.erase(id);
      all.erase(id);
    } else {
      Silence made = silence(id, "", kNow + Duration{pick(5) - 3}, kNow + Duration{pick(5) - 1});
      for (int i = pick(3); i >= 0; --i) {
        made.matchers.emplace_back(std::string(1, static_cast<char>('a' + pick(3))), ops[pick(5)],
                                   values[pick(4)]);
      }
      silences.put(made);
      all[id] = made;
    }
    Labels labels;
    for (const std::string name : {"a", "b", "c"}) {
      if (pick(3) > 0) labels.set(name, values[pick(4)]);
    }
    std::vector<std::string> expected;
    for (const auto& [each, of] : all) {
      if (state(of, kNow) == SilenceState::Active && all_match(of.matchers, labels)) {
        expected.push_back(each);
      }
    }
    ASSERT_EQ(silences.muting(labels, kNow), expected) << labels.to_string();
    ASSERT_EQ(silences.size(), all.size());
  }
}

}  // namespace
}  // namespace tocsin::route
