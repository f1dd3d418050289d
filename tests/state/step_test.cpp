// The life of an alert of a rule, evaluation by evaluation.
#include "state/step.h"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>

namespace tocsin::state {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const Timestamp kStart{1'767'323'045'000ms};

Labels named(const std::string& name) { return {{"alertname", "Down"}, {"instance", name}}; }
Fingerprint id_of(const std::string& name) { return named(name).fingerprint(); }

Instance instance(const std::string& name, double value = 1) {
  const Labels labels = named(name);
  return {labels.fingerprint(), labels, {{"summary", name + " is down"}}, value};
}

std::string_view word(Change change) {
  switch (change) {
    case Change::BecamePending:
      return "pending";
    case Change::BecameFiring:
      return "firing";
    case Change::BackToPending:
      return "back to pending";
    case Change::PendingDropped:
      return "dropped";
    case Change::HeldFiring:
      return "held";
    case Change::Seen:
      return "seen";
    case Change::Resolved:
      return "resolved";
  }
  return "?";
}

/// A rule whose expression gives what the test says, when the test says it.
class Rule {
 public:
  explicit Rule(Duration for_duration, Duration keep_firing_for = 0ms)
      : hold{for_duration, keep_firing_for} {}

  /// The transitions of the evaluation at kStart + `at`: "firing a", "resolved b".
  std::vector<std::string> evaluate(Duration at, const std::vector<std::string>& present) {
    std::vector<Instance> instances;
    for (const std::string& name : present) instances.push_back(instance(name));
    return answer(at, std::move(instances));
  }
  std::vector<std::string> answer(Duration at, std::vector<Instance> instances) {
    last = step(std::move(actives), std::move(instances), hold, kStart + at);
    actives = last.actives;
    std::vector<std::string> words;
    for (const Transition& each : last.transitions) {
      EXPECT_EQ(each.alert.labels.fingerprint(), each.fingerprint);
      words.push_back(std::string(word(each.change)) + " " +
                      std::string(each.alert.labels.get("instance")));
    }
    return words;
  }
  const Active& active(const std::string& name) const { return actives.at(id_of(name)); }

  Hold hold;
  Actives actives;
  Step last;
};

TEST(StepTest, WithoutForItFiresAtOnceAndResolvesWhenAbsent) {
  Rule rule(0s);
  EXPECT_THAT(rule.evaluate(0s, {"a"}), ElementsAre("firing a"));
  EXPECT_EQ(rule.active("a").phase, Phase::Firing);
  EXPECT_EQ(rule.active("a").active_at, kStart);
  EXPECT_EQ(rule.active("a").fired_at, kStart);
  EXPECT_THAT(rule.evaluate(60s, {"a"}), IsEmpty());
  EXPECT_THAT(rule.evaluate(120s, {}), ElementsAre("resolved a"));
  EXPECT_THAT(rule.actives, IsEmpty());
  EXPECT_THAT(rule.evaluate(180s, {}), IsEmpty());
}

TEST(StepTest, WithForItWaitsUntilTheTimeIsExactlyOver) {
  Rule rule(2min);
  EXPECT_THAT(rule.evaluate(0s, {"a"}), ElementsAre("pending a"));
  EXPECT_EQ(rule.active("a").fired_at, std::nullopt);
  EXPECT_THAT(rule.evaluate(2min - 1ms, {"a"}), IsEmpty());
  EXPECT_THAT(rule.evaluate(2min, {"a"}), ElementsAre("firing a"));
  EXPECT_EQ(rule.active("a").active_at, kStart);
  EXPECT_EQ(rule.active("a").fired_at, kStart + 2min);
}

TEST(StepTest, APendingOneThatGoesAwayIsForgottenAndStartsAfresh) {
  Rule rule(2min);
  rule.evaluate(0s, {"a"});
  EXPECT_THAT(rule.evaluate(1min, {}), ElementsAre("dropped a"));
  EXPECT_THAT(rule.actives, IsEmpty());
  EXPECT_THAT(rule.evaluate(2min, {"a"}), ElementsAre("pending a"));
  EXPECT_THAT(rule.evaluate(3min, {"a"}), IsEmpty());
  EXPECT_THAT(rule.evaluate(4min, {"a"}), ElementsAre("firing a"));
}

TEST(StepTest, FlappingFasterThanForNeverFires) {
  Rule rule(2min);
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(rule.evaluate(i * 2min, {"a"}), ElementsAre("pending a"));
    EXPECT_THAT(rule.evaluate(i * 2min + 1min, {}), ElementsAre("dropped a"));
  }
}

TEST(StepTest, FlappingWithoutForFiresAndResolvesEveryTime) {
  Rule rule(0s);
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(rule.evaluate(i * 2min, {"a"}), ElementsAre("firing a"));
    EXPECT_EQ(rule.active("a").active_at, kStart + i * 2min);
    EXPECT_THAT(rule.evaluate(i * 2min + 1min, {}), ElementsAre("resolved a"));
  }
}

TEST(StepTest, InstancesLiveTheirOwnLives) {
  Rule rule(1min);
  EXPECT_THAT(rule.evaluate(0s, {"a", "b"}), ElementsAre("pending a", "pending b"));
  EXPECT_THAT(rule.evaluate(30s, {"c", "a"}), ElementsAre("pending c", "dropped b"));
  EXPECT_THAT(rule.evaluate(1min, {"c", "a"}), ElementsAre("firing a"));
  EXPECT_THAT(rule.evaluate(90s, {"c", "d"}), ElementsAre("firing c", "pending d", "resolved a"));
}

TEST(StepTest, ValueAndAnnotationsAreRefreshedWithoutATransition) {
  Rule rule(1min);
  rule.answer(0s, {instance("a", 1)});
  Instance later = instance("a", 42);
  later.annotations.set("summary", "42 of them");
  EXPECT_THAT(rule.answer(30s, {later}), IsEmpty());
  EXPECT_EQ(rule.active("a").value, 42);
  EXPECT_EQ(rule.active("a").annotations.get("summary"), "42 of them");
  EXPECT_EQ(rule.active("a").active_at, kStart);
  rule.answer(1min, {instance("a", 43)});
  EXPECT_THAT(rule.answer(90s, {instance("a", 44)}), IsEmpty());
  EXPECT_EQ(rule.active("a").value, 44);
  EXPECT_EQ(rule.active("a").fired_at, kStart + 1min);
}

TEST(StepTest, TransitionsShowTheAlertAfterTheChange) {
  Rule rule(1min);
  rule.answer(0s, {instance("a", 1)});
  rule.answer(1min, {instance("a", 2)});
  ASSERT_EQ(rule.last.transitions.size(), 1U);
  EXPECT_EQ(rule.last.transitions[0].alert, rule.active("a"));
  EXPECT_EQ(rule.last.transitions[0].alert.value, 2);
  rule.answer(2min, {});
  EXPECT_EQ(rule.last.transitions[0].alert.value, 2);
  EXPECT_EQ(rule.last.transitions[0].alert.fired_at, kStart + 1min);
}

TEST(KeepFiringTest, HoldsAnAbsentAlertUntilTheTimeIsExactlyOver) {
  Rule rule(0s, 5min);
  rule.evaluate(0s, {"a"});
  EXPECT_THAT(rule.evaluate(1min, {}), ElementsAre("held a"));
  EXPECT_EQ(rule.active("a").keep_firing_since, kStart + 1min);
  EXPECT_THAT(rule.evaluate(2min, {}), IsEmpty());
  EXPECT_THAT(rule.evaluate(6min - 1ms, {}), IsEmpty());
  EXPECT_EQ(rule.active("a").phase, Phase::Firing);
  EXPECT_THAT(rule.evaluate(6min, {}), ElementsAre("resolved a"));
}

TEST(KeepFiringTest, PresenceStartsTheClockAnew) {
  Rule rule(0s, 5min);
  rule.evaluate(0s, {"a"});
  rule.evaluate(1min, {});
  EXPECT_THAT(rule.evaluate(5min, {"a"}), ElementsAre("seen a"));
  EXPECT_EQ(rule.active("a").keep_firing_since, std::nullopt);
  EXPECT_EQ(rule.active("a").fired_at, kStart);
  EXPECT_THAT(rule.evaluate(6min, {"a"}), IsEmpty());
  EXPECT_THAT(rule.evaluate(7min, {}), ElementsAre("held a"));
  EXPECT_THAT(rule.evaluate(11min, {}), IsEmpty());
  EXPECT_THAT(rule.evaluate(12min, {}), ElementsAre("resolved a"));
}

TEST(KeepFiringTest, DoesNotHoldPendingOnes) {
  Rule rule(5min, 5min);
  rule.evaluate(0s, {"a"});
  EXPECT_THAT(rule.evaluate(1min, {}), ElementsAre("dropped a"));
}

TEST(KeepFiringTest, IsFollowedWhenAReloadChangesIt) {
  Rule rule(0s, 10min);
  rule.evaluate(0s, {"a", "b"});
  rule.evaluate(1min, {"b"});
  rule.hold.keep_firing_for = 0s;
  EXPECT_THAT(rule.evaluate(2min, {"b"}), ElementsAre("resolved a"));
  rule.hold.keep_firing_for = 1min;
  EXPECT_THAT(rule.evaluate(3min, {}), ElementsAre("held b"));
  rule.hold.keep_firing_for = 3min;
  EXPECT_THAT(rule.evaluate(5min, {}), IsEmpty());
  EXPECT_THAT(rule.evaluate(6min, {}), ElementsAre("resolved b"));
}

TEST(ReloadTest, ALongerForSendsAFiringAlertBackToPending) {
  Rule rule(1min);
  rule.evaluate(0s, {"a"});
  rule.evaluate(1min, {"a"});
  rule.hold.for_duration = 10min;
  EXPECT_THAT(rule.evaluate(2min, {"a"}), ElementsAre("back to pending a"));
  EXPECT_EQ(rule.active("a").phase, Phase::Pending);
  EXPECT_EQ(rule.active("a").fired_at, std::nullopt);
  EXPECT_EQ(rule.active("a").active_at, kStart);
  EXPECT_THAT(rule.evaluate(9min, {"a"}), IsEmpty());
  EXPECT_THAT(rule.evaluate(10min, {"a"}), ElementsAre("firing a"));
}

TEST(ReloadTest, ALongerForThatIsOverAlreadyChangesNothing) {
  Rule rule(1min);
  rule.evaluate(0s, {"a"});
  rule.evaluate(1min, {"a"});
  rule.hold.for_duration = 5min;
  EXPECT_THAT(rule.evaluate(5min, {"a"}), IsEmpty());
  EXPECT_EQ(rule.active("a").fired_at, kStart + 1min);
}

TEST(ReloadTest, AShorterForFiresWithTheNextEvaluation) {
  Rule rule(1h);
  rule.evaluate(0s, {"a"});
  rule.hold.for_duration = 1min;
  EXPECT_THAT(rule.evaluate(2min, {"a"}), ElementsAre("firing a"));
  EXPECT_EQ(rule.active("a").fired_at, kStart + 2min);
}

TEST(ReloadTest, AHeldAlertThatComesBackUnderALongerForIsPending) {
  Rule rule(0s, 10min);
  rule.evaluate(0s, {"a"});
  rule.evaluate(1min, {});
  rule.hold.for_duration = 1h;
  EXPECT_THAT(rule.evaluate(2min, {"a"}), ElementsAre("back to pending a"));
  EXPECT_EQ(rule.active("a").keep_firing_since, std::nullopt);
  EXPECT_THAT(rule.evaluate(3min, {}), ElementsAre("dropped a"));
}

TEST(RestartTest, TheClocksGoOnFromWhereTheyStood) {
  Rule before(10min);
  before.evaluate(0s, {"a"});
  Rule after(10min);
  after.actives = before.actives;
  EXPECT_THAT(after.evaluate(10min, {"a"}), ElementsAre("firing a"));
}

TEST(ClockTest, RunningBackUnfiresNothing) {
  for (const Duration hold : {0s, 60s}) {
    Rule rule(hold);
    rule.evaluate(0s, {"a"});
    rule.evaluate(1min, {"a"});
    EXPECT_THAT(rule.evaluate(-1h, {"a"}), IsEmpty());
    EXPECT_EQ(rule.active("a").phase, Phase::Firing);
  }
}

TEST(ClockTest, RunningBackDoesNotDelayWhatHasNoFor) {
  Rule rule(5min);
  rule.evaluate(0s, {"a"});
  rule.hold.for_duration = 0s;
  EXPECT_THAT(rule.evaluate(-1h, {"a"}), ElementsAre("firing a"));
}

TEST(StepTest, ManyInstancesAreAllKept) {
  std::vector<std::string> names;
  for (int i = 0; i < 5000; ++i) names.push_back("host-" + std::to_string(i));
  Rule rule(0s);
  EXPECT_EQ(rule.evaluate(0s, names).size(), names.size());
  std::reverse(names.begin(), names.end());
  EXPECT_THAT(rule.evaluate(1min, names), IsEmpty());
  EXPECT_EQ(rule.actives.size(), names.size());
  names.resize(names.size() / 2);
  EXPECT_EQ(rule.evaluate(2min, names).size(), names.size());
  EXPECT_EQ(rule.actives.size(), names.size());
}

}  // namespace
}  // namespace tocsin::state
