// The series that rules leave behind.
#include "rule/series.h"

#include <bit>

#include <gmock/gmock.h>

#include "query/engine/storage.h"

namespace tocsin::rule {
namespace {

using ::testing::UnorderedElementsAre;

const Timestamp kAt{std::chrono::minutes{5}};

std::vector<std::string> in_short(const query::Samples& samples) {
  std::vector<std::string> all;
  for (const query::Sample& each : samples) {
    const bool ends = std::bit_cast<std::uint64_t>(each.value) == query::kStaleBits;
    all.push_back(each.labels.to_string() + " " +
                  (ends ? "ends" : std::to_string(static_cast<int>(each.value))));
    EXPECT_EQ(each.at, kAt);
  }
  return all;
}

TEST(RuleSeries, AlertsHaveTwoEach) {
  state::Actives actives;
  state::Active& pending = actives[1];
  pending.labels = {{"alertname", "Down"}, {"host", "a"}};
  pending.active_at = Timestamp{std::chrono::milliseconds{90'500}};
  state::Active& firing = actives[2];
  firing.labels = {{"alertname", "Down"}, {"alertstate", "odd"}};
  firing.phase = state::Phase::Firing;
  EXPECT_THAT(in_short(alert_series(actives, kAt)),
              UnorderedElementsAre(
                  R"({__name__="ALERTS", alertname="Down", alertstate="pending", host="a"} 1)",
                  R"({__name__="ALERTS_FOR_STATE", alertname="Down", host="a"} 90)",
                  R"({__name__="ALERTS", alertname="Down", alertstate="firing"} 1)",
                  R"({__name__="ALERTS_FOR_STATE", alertname="Down", alertstate="odd"} 0)"));
}

TEST(RuleSeries, WhatIsGoneEndsOnce) {
  std::set<Labels> written;
  query::Samples first = {{{{"a", "1"}}, kAt, 1}, {{{"a", "2"}}, kAt, 2}};
  end_vanished(written, first, kAt);
  EXPECT_EQ(first.size(), 2u) << "nothing was there before";
  query::Samples second = {{{{"a", "2"}}, kAt, 3}};
  end_vanished(written, second, kAt);
  EXPECT_THAT(in_short(second), UnorderedElementsAre(R"({a="2"} 3)", R"({a="1"} ends)"));
  query::Samples third;
  end_vanished(written, third, kAt);
  EXPECT_THAT(in_short(third), UnorderedElementsAre(R"({a="2"} ends)"));
  query::Samples fourth;
  end_vanished(written, fourth, kAt);
  EXPECT_TRUE(fourth.empty());
}

}  // namespace
}  // namespace tocsin::rule
