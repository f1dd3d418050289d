#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/complaints.h"

namespace tocsin::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string kReceivers = "receivers: [{name: a}, {name: b}, {name: long-name}]\n";

std::shared_ptr<const Config> with_route(const std::string& route) {
  return parse(kReceivers + "route:\n" + route, "config.yaml");
}

TEST(Route, HasDefaults) {
  const auto config = with_route("  receiver: a\n");
  EXPECT_EQ(config->route.receiver, "a");
  EXPECT_THAT(config->route.group_by, IsEmpty());
  EXPECT_FALSE(config->route.group_by_all);
  EXPECT_EQ(config->route.group_wait, seconds{30});
  EXPECT_EQ(config->route.group_interval, minutes{5});
  EXPECT_EQ(config->route.repeat_interval, hours{4});
  EXPECT_EQ(config->route.key, "{}");
}

TEST(Route, ChildrenHaveReceiverGroupingAndTimersFromTheirParent) {
  const auto config = with_route(R"(
  receiver: a
  group_by: [z, b]
  group_wait: 0s
  group_interval: 1m
  repeat_interval: 2h
  routes:
  - matchers: [x="1"]
    continue: true
    routes:
    - receiver: b
      group_by: ['...']
      group_wait: 5s
      routes:
      - group_interval: 2m
      - {group_by: [], matchers: [y="2"]}
      - {group_by: , repeat_interval: }
)");
  const route::Route& first = config->route.routes.at(0);
  EXPECT_EQ(first.receiver, "a");
  EXPECT_THAT(first.group_by, ElementsAre("b", "z"));
  EXPECT_EQ(first.group_wait, seconds{0});
  EXPECT_TRUE(first.continue_after);
  const route::Route& second = first.routes.at(0);
  EXPECT_EQ(second.receiver, "b");
  EXPECT_THAT(second.matchers, IsEmpty()) << "not inherited";
  EXPECT_FALSE(second.continue_after) << "not inherited";
  EXPECT_TRUE(second.group_by_all);
  EXPECT_EQ(second.group_wait, seconds{5});
  EXPECT_EQ(second.group_interval, minutes{1});
  const auto& leaves = second.routes;
  ASSERT_THAT(leaves, SizeIs(3));
  EXPECT_TRUE(leaves[0].group_by_all);
  EXPECT_EQ(leaves[0].group_interval, minutes{2});
  EXPECT_FALSE(leaves[1].group_by_all) << "an empty list is one group of all";
  EXPECT_THAT(leaves[1].group_by, IsEmpty());
  EXPECT_EQ(leaves[1].key, R"({}/{x="1"}/{}/{y="2"})");
  EXPECT_TRUE(leaves[2].group_by_all) << "nothing is inherited over";
  EXPECT_EQ(leaves[2].repeat_interval, hours{2});
}

TEST(Route, AllThreeKindsOfMatchersAreMergedAndSorted) {
  const auto config = with_route(R"(
  receiver: a
  routes:
  - matchers: ['team=~"x|y",job!=z', 'b="2"']
    match: {service: web, a: 1, empty: }
    match_re: {c: "^(foo|bar)$"}
)");
  EXPECT_EQ(to_string(config->route.routes.at(0).matchers),
            R"({a="1",b="2",c=~"^(?:^(foo|bar)$)$",empty="",job!="z",service="web",team=~"x|y"})");
}

TEST(Route, RefusesWhatIsWrong) {
  const std::vector<Refused> cases = {
      {"x", {"2:8: route must be a mapping, this is a single value"}},
      {"{}", {"2:8: the top route needs a receiver, for alerts that no other route takes"}},
      {"{receiver: ''}",
       {"2:8: the top route needs a receiver, for alerts that no other route takes"}},
      {"{receiver: nobody}", {"2:19: there is no receiver \"nobody\"; add it under \"receivers\""}},
      {"{receiver: lon-name}",
       {"2:19: there is no receiver \"lon-name\"; did you mean \"long-name\"?"}},
      {"{receiver: a, continue: true}",
       {"2:32: the top route has no siblings to continue with; remove \"continue\""}},
      {"{receiver: a, match: {b: c}}",
       {"2:29: the top route takes all alerts and cannot have match; move it to a route under "
        "\"routes\""}},
      {"{receiver: a, match_re: {b: c}}",
       {"2:32: the top route takes all alerts and cannot have match_re; move it to a route under "
        "\"routes\""}},
      {"{receiver: a, matchers: [b=c]}",
       {"2:32: the top route takes all alerts and cannot have matchers; move it to a route under "
        "\"routes\""}},
      {"{receiver: a, group_by: b}",
       {"2:32: group_by must be a list, this is a single value; write [a, b], or one line for each "
        "with a dash"}},
      {"{receiver: a, group_by: [b, b]}", {"2:32: label \"b\" is twice in group_by; remove one"}},
      {"{receiver: a, group_by: ['...', b]}",
       {"2:32: group_by: ['...'] means all labels and stands alone; remove the others"}},
      {"{receiver: a, group_by: ['']}", {"2:32: a label name in group_by is empty; remove it"}},
      {"{receiver: a, group_by: [~]}",
       {"2:33: an element of group_by must be a single value, this is empty"}},
      {"{receiver: a, group_wait: 5}",
       {"2:34: group_wait must be a duration like 30s, 5m or 1h30m, not \"5\""}},
      {"{receiver: a, group_interval: 0}", {"2:38: group_interval must be longer than 0"}},
      {"{receiver: a, repeat_interval: 0s}", {"2:39: repeat_interval must be longer than 0"}},
      {"{receiver: a, mute_time_intervals: [x]}",
       {"2:43: the top route cannot have mute_time_intervals; move it to a route under \"routes\"",
        "2:44: there is no time interval \"x\"; add it under \"time_intervals\""}},
      {"{receiver: a, active_time_intervals: [x]}",
       {"2:45: the top route cannot have active_time_intervals; move it to a route under "
        "\"routes\"",
        "2:46: there is no time interval \"x\"; add it under \"time_intervals\""}},
      {"{receiver: a, labels: [x]}",
       {"2:30: labels must be a mapping of names to texts, this is a list"}},
      {"{receiver: a, labels: {'': x}}", {"2:30: a name in labels is empty; remove it"}},
      {"{receiver: a, reciever: b}",
       {"2:22: unknown key \"reciever\"; did you mean \"receiver\"?"}},
      {"{receiver: a, routes: {receiver: b}}",
       {"2:30: routes must be a list, this is a mapping; write [a, b], or one line for each with a "
        "dash"}},
      {"{receiver: a, routes: [~]}",
       {"2:31: an element of routes is empty; fill it in or remove it"}},
      {"{receiver: a, routes: [b]}", {"2:31: route must be a mapping, this is a single value"}},
  };
  for (const auto& [yaml, expected] : cases) {
    EXPECT_THAT(complaints(kReceivers + "route: " + yaml), ElementsAreArray(expected)) << yaml;
  }
}

TEST(Route, RefusesMatchersThatAreWrong) {
  const auto of_child = [](const std::string& yaml) {
    return complaints(kReceivers + "route: {receiver: a, routes: [" + yaml + "]}");
  };
  EXPECT_THAT(of_child("{matchers: 'a=b'}"),
              ElementsAre("2:42: matchers must be a list, this is a single value; write [a, b], or "
                          "one line for each with a dash"));
  EXPECT_THAT(of_child("{match: {a-b: c}}"),
              ElementsAre("2:45: \"a-b\" cannot be a label name here; use matchers for it"));
  for (const std::string matcher : {"'a'", "'=b'", "'a=~\"(\"'", "'a=\"b'", "'{a=b'"}) {
    const auto said = of_child("{matchers: [x=y, " + matcher + "]}");
    if (matcher == "'{a=b'") {
      EXPECT_THAT(said, IsEmpty()) << "the classic grammar lets a brace be alone";
      continue;
    }
    ASSERT_THAT(said, SizeIs(1)) << matcher;
    EXPECT_TRUE(said[0].starts_with("2:48: ")) << said[0];
  }
  const auto said = of_child("{match_re: {a: '('}}");
  ASSERT_THAT(said, SizeIs(1));
  EXPECT_TRUE(said[0].starts_with("2:46: ")) << said[0];
}

TEST(Route, WarnsOfRepeatsThatAreShorterThanTheInterval) {
  const auto config = with_route(R"(
  receiver: a
  routes:
  - repeat_interval: 1m
    routes: [{receiver: b}]
  - {repeat_interval: 1m, group_interval: 1m}
)");
  EXPECT_THAT(in_short(config->warnings),
              ElementsAre("6:5: repeat_interval (1m) is shorter than group_interval (5m): messages "
                          "are repeated every 5m"))
      << "once, where it is set, and not again for the routes below";
}

TEST(Route, WarnsOfMatchersThatTheGrammarsReadDifferently) {
  const auto config = with_route("  receiver: a\n  routes: [{matchers: ['a=\"\\x41\"']}]\n");
  EXPECT_THAT(config->warnings, SizeIs(1));
}

/// A chain of routes, that many below the top.
std::string chain(int length) {
  std::string yaml;
  for (int i = 1; i <= length; ++i) yaml = "{match: {n: 'x'}, routes: [" + yaml + "]}";
  return "{receiver: a, routes: [" + yaml + "]}";
}

TEST(Route, TheGrammarOfMatchersCanBeChosen) {
  const auto said = [](MatcherSyntax syntax, const std::string& matcher, const std::string& group) {
    try {
      parse("route: {receiver: a, group_by: ['" + group + "'], routes: [{matchers: ['" + matcher +
                "']}]}\nreceivers: [{name: a}]\n" +
                "inhibit_rules: [{source_matchers: [a=b], target_matchers: [a=c], equal: ['" +
                group + "']}]\n",
            "config.yaml", environment_of({}), {}, syntax);
    } catch (const InvalidInput& error) {
      return in_short(error.diagnostics()).size();
    }
    return std::size_t{0};
  };
  EXPECT_EQ(said(MatcherSyntax::Fallback, "naïve=x", "a.b"), 0U);
  EXPECT_EQ(said(MatcherSyntax::Utf8, "naïve=x", "a.b"), 0U);
  EXPECT_EQ(said(MatcherSyntax::Classic, "naïve=x", "a.b"), 3U) << "the matcher, group_by, equal";
  EXPECT_EQ(said(MatcherSyntax::Classic, "a=x y", "..."), 1U) << "only in equal";
  EXPECT_EQ(said(MatcherSyntax::Utf8, "a=x y", "a"), 1U) << "it has to be quoted";
  EXPECT_EQ(said(MatcherSyntax::Fallback, "a=x y", "a"), 0U);
}

TEST(Route, DepthHasALimit) {
  EXPECT_THAT(complaints(kReceivers + "route: " + chain(32)), IsEmpty());
  EXPECT_THAT(complaints(kReceivers + "route: " + chain(40)),
              ElementsAre("2:895: this route is nested deeper than 32 levels; move it further up"))
      << "once, and not again for what is below";
}

TEST(Route, DepthByAliasesHasTheSameLimit) {
  std::string yaml = kReceivers + "route:\n  receiver: a\n  routes:\n  - &r0 {match: {n: '0'}}\n";
  for (int i = 1; i <= 33; ++i) {
    yaml += "  - &r" + std::to_string(i) + " {routes: [*r" + std::to_string(i - 1) + "]}\n";
  }
  EXPECT_THAT(complaints(yaml), SizeIs(2)) << "one for each way that leads too deep";
  EXPECT_THAT(complaints(yaml), Each(EndsWith("nested deeper than 32 levels; move it further up")));
}

TEST(Route, ManySiblingsAreReadInLinearTime) {
  std::string yaml = "  receiver: a\n  routes:\n";
  for (int i = 0; i < 20'000; ++i) yaml += "  - {match: {i: '" + std::to_string(i) + "'}}\n";
  EXPECT_THAT(with_route(yaml)->route.routes, SizeIs(20'000));
}

}  // namespace
}  // namespace tocsin::config
