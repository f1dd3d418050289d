// What rules leave behind at a source that keeps it: ALERTS, and the ends of series.
#include <bit>
#include <utility>

#include <gmock/gmock.h>

#include "query/engine/storage.h"
#include "support/stories.h"

namespace tocsin::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const std::string kSeriesRules = R"(
groups:
- name: web
  interval: 10s
  rules:
  - {alert: Slow, expr: slow, for: 10s}
  - {record: "job:slow", expr: slow}
)";

/// What was written since the last call: "series value" or "series ends".
std::vector<std::string> written(World& world) {
  std::vector<std::string> all;
  for (const query::Sample& each : std::exchange(world.source.written, {})) {
    const bool ends = std::bit_cast<std::uint64_t>(each.value) == query::kStaleBits;
    const bool is_time = each.labels.get(kMetricName) == "ALERTS_FOR_STATE";
    all.push_back(each.labels.to_string() + (ends      ? " ends"
                                             : is_time ? " then"
                                                       : " " + std::to_string(int(each.value))));
  }
  return all;
}

TEST(RuleSeries, FollowTheAlerts) {
  World world({kConfig, kSeriesRules});
  world.source.rule_series = true;
  world.source.set("slow", {{{"host", "a"}}}, 7);
  world.run_for(seconds{10});
  EXPECT_THAT(written(world),
              UnorderedElementsAre(
                  R"({__name__="ALERTS", alertname="Slow", alertstate="pending", host="a"} 1)",
                  R"({__name__="ALERTS_FOR_STATE", alertname="Slow", host="a"} then)",
                  R"({__name__="job:slow", host="a"} 7)"));
  world.run_for(seconds{10});
  EXPECT_THAT(written(world),
              UnorderedElementsAre(
                  R"({__name__="ALERTS", alertname="Slow", alertstate="firing", host="a"} 1)",
                  R"({__name__="ALERTS", alertname="Slow", alertstate="pending", host="a"} ends)",
                  R"({__name__="ALERTS_FOR_STATE", alertname="Slow", host="a"} then)",
                  R"({__name__="job:slow", host="a"} 7)"));
  world.source.set("slow", {});
  world.run_for(seconds{10});
  EXPECT_THAT(written(world),
              UnorderedElementsAre(
                  R"({__name__="ALERTS", alertname="Slow", alertstate="firing", host="a"} ends)",
                  R"({__name__="ALERTS_FOR_STATE", alertname="Slow", host="a"} ends)",
                  R"({__name__="job:slow", host="a"} ends)"));
  world.run_for(minutes{1});
  EXPECT_THAT(written(world), IsEmpty()) << "an end is written once";
}

TEST(RuleSeries, AreNotWrittenWhereNobodyAskedForThem) {
  World world({kConfig, kSeriesRules});
  world.source.set("slow", {{{"host", "a"}}}, 7);
  world.run_for(seconds{10});
  world.source.set("slow", {});
  world.run_for(seconds{20});
  EXPECT_THAT(written(world), ElementsAre(R"({__name__="job:slow", host="a"} 7)"));
}

TEST(RuleSeries, ThatCannotBeWrittenFailTheRule) {
  World world({kConfig, kSeriesRules});
  world.source.rule_series = true;
  world.source.write_problem = "no room";
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(seconds{20});
  EXPECT_EQ(status_of(world.engine(), "Slow").last_error, "no room");
  EXPECT_EQ(phase_of(world.engine(), "Slow"), "firing") << "its alerts go on";
}

TEST(Evaluation, GroupsDueAtOnceComeOneAfterTheOtherWhereTheSourceAnswersAtOnce) {
  Files files{kConfig, R"(
groups:
- {name: one, interval: 10s, rules: [{record: a, expr: a1}, {record: b, expr: b1}]}
- {name: two, interval: 10s, rules: [{record: c, expr: c1}, {record: d, expr: d1}]}
)"};
  World world(files);
  world.now += minutes{5};  // both are overdue
  world.turn();
  const auto asked = world.source.expressions;
  ASSERT_EQ(asked.size(), 4u);
  const bool one_first = asked[0] == "a1";
  EXPECT_THAT(
      asked, one_first ? ElementsAre("a1", "b1", "c1", "d1") : ElementsAre("c1", "d1", "a1", "b1"));
}

}  // namespace
}  // namespace tocsin::testing
