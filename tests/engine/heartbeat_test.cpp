// The heartbeat beats while evaluation, commits and deliveries work, and not otherwise.
#include <gmock/gmock.h>

#include "engine/vitals.h"
#include "support/stories.h"

namespace tocsin::testing {
namespace {

using engine::Vitals;
using engine::what_is_wrong;
using ::testing::HasSubstr;

const Timestamp kNow{hours{1000}};

TEST(Vitals, NothingIsWrongWithNothing) { EXPECT_EQ(what_is_wrong({}, kNow), ""); }

TEST(Vitals, WhatIsWrongAndWhen) {
  struct Case {
    const char* name;
    Vitals vitals;
    const char* wrong;  ///< null: nothing
  };
  const Vitals::Group late{"a;b", kNow - minutes{4}, minutes{1}, false, ""};
  const Vitals::Group in_time{"a;b", kNow - minutes{3}, minutes{1}, false, ""};
  const Vitals::Group quick{"a;b", kNow - seconds{50}, seconds{5}, false, ""};
  const Vitals::Group failing{"a;c", kNow, minutes{1}, true, "no source"};
  const std::vector<Case> cases = {
      {"the disk is full", {"full", {}, {}}, "the journal cannot be written: full"},
      {"a group is stuck", {"", {late}, {}}, "the rules of a;b were last evaluated at"},
      {"three intervals are in time", {"", {in_time}, {}}, nullptr},
      {"and so is less than a minute", {"", {quick}, {}}, nullptr},
      {"all rules fail", {"", {failing}, {}}, "no rule can be evaluated: no source"},
      {"others work", {"", {failing, in_time}, {}}, nullptr},
      {"a channel is dead",
       {"", {}, {{"t/slack/0", kNow - minutes{10}, {}, "403"}}},
       "nothing got through to t/slack/0 since"},
      {"it was only now", {"", {}, {{"t/slack/0", kNow - minutes{9}, {}, "403"}}}, nullptr},
      {"other messages get through",
       {"", {}, {{"t/slack/0", kNow - minutes{20}, kNow - minutes{2}, "403"}}},
       nullptr},
  };
  for (const Case& each : cases) {
    const std::string wrong = what_is_wrong(each.vitals, kNow);
    if (each.wrong == nullptr) {
      EXPECT_EQ(wrong, "") << each.name;
    } else {
      EXPECT_THAT(wrong, HasSubstr(each.wrong)) << each.name;
    }
  }
}

const std::string kBeating = kConfig + "heartbeat: {url: \"http://beat.test/x\", interval: 30s}\n";

std::size_t beats(const World& world) {
  return static_cast<std::size_t>(
      std::count_if(world.attempts.begin(), world.attempts.end(),
                    [](const Delivered& each) { return each.url == "http://beat.test/x"; }));
}

TEST(Heartbeat, BeatsAtItsInterval) {
  World world({kBeating, kRules});
  world.run_for(minutes{5});
  EXPECT_EQ(beats(world), 11u);
  EXPECT_EQ(world.engine().heartbeat_status().calls, 11u);
  EXPECT_EQ(world.engine().heartbeat_status().wrong, "");
}

TEST(Heartbeat, IsCountedWhenNobodyHearsIt) {
  World world({kBeating, kRules});
  world.answer = [](const Delivered&) { return net::Response{500, {}, ""}; };
  world.run_for(minutes{1});
  EXPECT_EQ(world.engine().heartbeat_status().failures, 3u);
}

TEST(Heartbeat, StopsWhileNothingReachesTheDiskAndGoesOn) {
  World world({kBeating, kRules});
  world.run_for(minutes{1});
  const std::size_t before = beats(world);
  world.journal().fail_next_commits(1'000'000);
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{3});
  EXPECT_LE(beats(world), before + 1);
  EXPECT_THAT(world.engine().heartbeat_status().wrong, HasSubstr("journal"));
  world.journal().fail_next_commits(0);
  world.run_for(minutes{2});
  EXPECT_GE(beats(world), before + 3);
}

TEST(Heartbeat, StopsWhileAnEvaluationIsStuck) {
  World world({kBeating, kRules});
  world.run_for(minutes{1});
  world.source.hold = true;
  world.run_for(minutes{2});
  const std::size_t before = beats(world);
  world.run_for(minutes{3});
  EXPECT_EQ(beats(world), before);
  EXPECT_THAT(world.engine().heartbeat_status().wrong, HasSubstr("last evaluated"));
}

TEST(Heartbeat, StopsWhileNothingGetsThroughToAChannel) {
  World world({kBeating, kRules});
  world.answer = [](const Delivered& what) {
    return net::Response{what.url.ends_with("team") ? 503 : 200, {}, ""};
  };
  world.source.set("slow", {{{"host", "a"}}});
  world.run_for(minutes{13});
  const std::size_t before = beats(world);
  world.run_for(minutes{3});
  EXPECT_EQ(beats(world), before);
  EXPECT_THAT(world.engine().heartbeat_status().wrong,
              HasSubstr("nothing got through to team/webhook/0"));
  world.answer = [](const Delivered&) { return net::Response{200, {}, ""}; };
  world.run_for(minutes{10});
  EXPECT_GT(beats(world), before);
}

}  // namespace
}  // namespace tocsin::testing
