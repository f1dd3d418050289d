// Which nodes of the routing tree take an alert.
#include "route/route.h"

#include <gmock/gmock.h>

namespace tocsin::route {
namespace {

using testing::ElementsAre;

Route node(const std::string& receiver, const std::string& matchers, std::vector<Route> routes = {},
           bool continue_after = false) {
  Route route;
  route.receiver = receiver;
  route.matchers = parse_matchers(matchers).matchers;
  route.routes = std::move(routes);
  route.continue_after = continue_after;
  return route;
}

constexpr bool kContinue = true;

/// By team, then by severity; an audit log that listens in on everything with an owner.
Route tree() {
  Route root =
      node("fallback", "",
           {
               node("audit", "owner!=\"\"", {}, kContinue),
               node("db", "team=db",
                    {node("db-page", "severity=page"),
                     node("db-log", "severity=~\"info|debug\"", {}, kContinue),
                     node("db-chat", "severity!=warning")}),
               node("web", "team=web",
                    {node("web-eu", "region=eu", {}, kContinue), node("web-us", "region=us")},
                    kContinue),
               node("late", "team=~\"web|ops\""),
               node("never", "team=web"),
           });
  name_routes(root);
  return root;
}

std::vector<std::string> receivers(const Route& root, const Labels& labels) {
  std::vector<std::string> names;
  for (const Route* route : match(root, labels)) names.push_back(route->receiver);
  return names;
}

TEST(MatchTest, FollowsTheTree) {
  const std::pair<Labels, std::vector<std::string>> cases[] = {
      {{}, {"fallback"}},
      {{{"team", "unknown"}}, {"fallback"}},
      {{{"team", "unknown"}, {"owner", "x"}}, {"audit"}},
      {{{"team", "db"}, {"severity", "page"}}, {"db-page"}},
      {{{"team", "db"}, {"severity", "info"}}, {"db-log", "db-chat"}},
      {{{"team", "db"}, {"severity", "warning"}}, {"db"}},
      {{{"team", "db"}}, {"db-chat"}},  // no severity is not "warning"
      {{{"team", "db"}, {"severity", "page"}, {"owner", "x"}}, {"audit", "db-page"}},
      {{{"team", "web"}}, {"web", "late"}},
      {{{"team", "web"}, {"region", "eu"}}, {"web-eu", "late"}},
      {{{"team", "web"}, {"region", "us"}}, {"web-us", "late"}},
      {{{"team", "ops"}}, {"late"}},
  };
  const Route root = tree();
  for (const auto& [labels, expected] : cases) {
    EXPECT_EQ(receivers(root, labels), expected) << labels.to_string();
  }
}

TEST(MatchTest, ContinueOfAParentIsNotItsChildrens) {
  const Route root = node(
      "root", "", {node("a", "x=1", {node("b", "y=1"), node("c", "y=1")}, true), node("d", "x=1")});
  EXPECT_THAT(receivers(root, {{"x", "1"}, {"y", "1"}}), ElementsAre("b", "d"));
}

TEST(MatchTest, ContinueOfAChildDoesNotLeaveItsParent) {
  const Route root =
      node("root", "", {node("a", "x=1", {node("b", "y=1", {}, true)}), node("c", "x=1")});
  EXPECT_THAT(receivers(root, {{"x", "1"}, {"y", "1"}}), ElementsAre("b"));
}

TEST(MatchTest, OneReceiverMayHearTwice) {
  const Route root = node("root", "", {node("a", "x=1", {}, true), node("a", "x=1")});
  EXPECT_THAT(receivers(root, {{"x", "1"}}), ElementsAre("a", "a"));
}

TEST(MatchTest, ARootThatDoesNotMatchTakesNothing) {
  EXPECT_THAT(receivers(node("root", "x=1"), {}), testing::IsEmpty());
}

TEST(NameRoutesTest, KeysAreAlertmanagersAndIdsAreUnique) {
  Route root = node("root", "",
                    {node("a", "team=a", {node("b", "sev!=low,team=~\"a|b\"")}),
                     node("c", "team=a"), node("d", "")});
  name_routes(root);
  std::vector<std::string> keys;
  std::vector<std::string> ids;
  for (const Route* route : all_routes(root)) {
    keys.push_back(route->key);
    ids.push_back(route->id);
  }
  EXPECT_THAT(keys,
              ElementsAre("{}", R"({}/{team="a"})", R"({}/{team="a"}/{sev!="low",team=~"a|b"})",
                          R"({}/{team="a"})", "{}/{}"));
  EXPECT_THAT(
      ids, ElementsAre("{}", R"({}/{team="a"}/0)", R"({}/{team="a"}/0/{sev!="low",team=~"a|b"}/0)",
                       R"({}/{team="a"}/1)", "{}/{}/2"));
}

TEST(NameRoutesTest, NamingAgainChangesNothing) {
  Route root = tree();
  const std::string before = root.routes[1].routes[2].id;
  name_routes(root);
  EXPECT_EQ(root.routes[1].routes[2].id, before);
}

TEST(GroupLabelsTest, AreTheOnesTheRouteAsksForAndTheAlertHas) {
  const Labels labels{{"alertname", "A"}, {"job", "j"}, {"empty", ""}};
  struct Case {
    std::vector<std::string> group_by;
    bool all;
    Labels expected;
  };
  const Case cases[] = {
      {{}, false, {}},
      {{"alertname"}, false, {{"alertname", "A"}}},
      {{"alertname", "cluster", "job"}, false, {{"alertname", "A"}, {"job", "j"}}},
      {{"cluster"}, false, {}},
      {{"alertname"}, true, labels},
      {{}, true, labels},
  };
  for (const Case& each : cases) {
    Route route;
    route.group_by = each.group_by;
    route.group_by_all = each.all;
    EXPECT_EQ(group_labels(route, labels), each.expected);
  }
}

}  // namespace
}  // namespace tocsin::route
