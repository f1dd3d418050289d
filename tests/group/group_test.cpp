// The names of groups, and when they speak.
#include "group/group.h"

#include <gtest/gtest.h>

namespace tocsin::group {
namespace {

using namespace std::chrono_literals;

const Timestamp kNow{1'767'323'045'000ms};

route::Route route_with(Duration wait, Duration interval) {
  route::Route route;
  route.receiver = "team";
  route.group_wait = wait;
  route.group_interval = interval;
  route.key = "{}/{a=\"b\"}";
  route.id = "{}/{a=\"b\"}/0";
  return route;
}

TEST(GroupKeyTest, IsAlertmanagersText) {
  struct Case {
    std::string route;
    Labels labels;
    std::string_view expected;
  };
  const Case cases[] = {
      {R"({}/{sev!="low",team=~"a|b"})",
       {{"job", "j"}, {"alertname", "A1"}},
       R"({}/{sev!="low",team=~"a|b"}:{alertname="A1", job="j"})"},
      {"{}", {}, "{}:{}"},
      {"{}", {{"a", "x\"y\\z\n"}}, R"({}:{a="x\"y\\z\n"})"},
      {"{}", {{"a", "h\u00e9"}}, "{}:{a=\"h\u00e9\"}"},
      {"{}", {{"a", "\u00a0"}}, R"({}:{a="\u00a0"})"},
      {"{}", {{"host.name", "h"}}, R"({}:{host.name="h"})"},
  };
  for (const Case& each : cases) EXPECT_EQ(group_key(each.route, each.labels), each.expected);
}

TEST(OpenTest, ANewGroupWaitsForCompany) {
  const route::Route route = route_with(30s, 5min);
  const Labels labels{{"alertname", "A"}};
  const Group group = open(route, labels, kNow, kNow);
  EXPECT_EQ(group.id, R"({}/{a="b"}/0:{alertname="A"})");
  EXPECT_EQ(group.key, R"({}/{a="b"}:{alertname="A"})");
  EXPECT_EQ(group.route_id, route.id);
  EXPECT_EQ(group.receiver, "team");
  EXPECT_EQ(group.labels, labels);
  EXPECT_EQ(group.created_at, kNow);
  EXPECT_EQ(group.next_flush, kNow + 30s);
  EXPECT_FALSE(group.flushed);
}

TEST(OpenTest, AnAlertThatHasWaitedElsewhereDoesNotWaitAgain) {
  struct Case {
    Duration wait, age, expected;
  };
  const Case cases[] = {
      {30s, 0s, 30s}, {30s, 29s, 30s}, {30s, 30s, 30s}, {30s, 30s + 1ms, 0s},
      {30s, 24h, 0s}, {0s, 0s, 0s},    {0s, 1ms, 0s},   {30s, -10s, 30s},
  };
  for (const Case& each : cases) {
    const Group group = open(route_with(each.wait, 5min), {}, kNow - each.age, kNow);
    EXPECT_EQ(group.next_flush - kNow, each.expected) << each.age.count();
  }
}

TEST(NextFlushTest, IsOneIntervalAwayHoweverLateThisOneWas) {
  EXPECT_EQ(next_flush(route_with(30s, 5min), kNow), kNow + 5min);
}

}  // namespace
}  // namespace tocsin::group
