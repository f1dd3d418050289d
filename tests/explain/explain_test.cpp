// /api/tocsin/v1/explain: alerts of rules, the past, and what cannot be asked.
#include <gmock/gmock.h>

#include "explainer.h"

namespace tocsin::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Explain, FollowsAnAlertOfARuleFromPendingToResolved) {
  Explainer site;
  site.world.source.set("slow", {{{"host", "a"}}}, 7);
  site.world.run_for(minutes{1});
  Explained why = site.explain("Slow");
  EXPECT_EQ(why.state, "pending");
  EXPECT_THAT(why.text, AllOf(HasSubstr("rule Slow of group web (rules.yaml): slow gives 7"),
                              HasSubstr("it fires when `for: 1m` is over")));
  EXPECT_THAT(why.answer, HasSubstr("nobody is told before it fires"));
  EXPECT_EQ(why.json["rules"][0]["value"], 7);

  site.world.run_for(minutes{2});
  why = site.explain("Slow");
  EXPECT_EQ(why.state, "firing");
  EXPECT_THAT(why.answer, HasSubstr("repeat_interval 4h says not before"));

  site.world.source.set("slow", {});
  site.world.run_for(minutes{1});
  site.world.run_for(minutes{1});
  why = site.explain("Slow");
  EXPECT_EQ(why.state, "resolved");
  EXPECT_THAT(why.text, HasSubstr("no longer true"));
  EXPECT_THAT(why.answer, HasSubstr("it is over and has left its groups"));
}

TEST(Explain, SaysOfARuleThatHasNoAlertHowItWasEvaluated) {
  Explainer site;
  site.world.source.fail("slow", "the source is away");
  site.world.run_for(minutes{1});
  const Explained why = site.explain("Slow");
  EXPECT_EQ(why.state, "inactive");
  EXPECT_THAT(why.answer, HasSubstr("its rule cannot be evaluated: the source is away"));
  EXPECT_EQ(why.json["rules"][0]["health"], "err");
}

TEST(Explain, NamesTheSilenceItsAuthorAndItsEnd) {
  Explainer site;
  site.post({{"alertname", "Down"}, {"host", "a"}});
  const std::string id = site.silence({{"host", MatchOp::Equal, "a"}});
  const Explained why = site.explain("Down");
  EXPECT_THAT(why.answer,
              AllOf(HasSubstr("nothing while it is muted: silenced by " + id),
                    HasSubstr("by alice until 2025-12-18T01:00:00Z (in 1h): \"being repaired\"")));
  EXPECT_EQ(why.json["mutes"][0]["kind"], "silence");
  EXPECT_EQ(why.json["mutes"][0]["by"], id);
}

TEST(Explain, TellsThePastFromTheTimelineAndVersionsOfSilences) {
  Explainer site;
  site.post({{"alertname", "Down"}, {"host", "a"}});
  site.world.run_for(seconds{30});
  const std::string told = format_rfc3339(site.world.now);
  site.world.run_for(seconds{1});
  const std::string id = site.silence({{"host", MatchOp::Equal, "a"}}, minutes{10});
  site.world.run_for(minutes{2});
  const std::string silenced = format_rfc3339(site.world.now);
  site.world.run_for(minutes{20});

  Explained why = site.explain("Down", told);
  EXPECT_EQ(why.state, "firing");
  EXPECT_THAT(why.answer, HasSubstr("notification_sent"));
  EXPECT_THAT(why.text, Not(HasSubstr("silenced by " + id + ": ")));
  why = site.explain("Down", silenced);
  EXPECT_THAT(why.text, AllOf(HasSubstr("left out of messages since "),
                              HasSubstr("silenced by " + id + ": "), HasSubstr("(from 10.0.0.1)")));
  why = site.explain("Down", "2025-12-17T00:00:00Z");
  EXPECT_EQ(why.state, "unknown");
  EXPECT_THAT(why.answer, HasSubstr("nobody had been told anything about it by then"));
}

TEST(Explain, TellsOfThePastWhyAFlushSaidNothing) {
  Explainer site;
  site.post({{"alertname", "Down"}, {"host", "a"}}, hours{3});
  site.world.run_for(minutes{5});
  const std::string quiet = format_rfc3339(site.world.now);
  site.world.run_for(minutes{1});
  const Explained why = site.explain("Down", quiet);
  EXPECT_THAT(why.answer, HasSubstr("notification_quiet"));
  EXPECT_THAT(why.answer, HasSubstr("team/webhook/0 is told nothing: told already, the repeat is "
                                    "not due"));
}

TEST(Explain, OneForEachAlertUpToALimit) {
  Explainer site;
  for (const char* host : {"a", "b", "c"}) site.post({{"alertname", "Down"}, {"host", host}});
  auto answer = site.json("/api/tocsin/v1/explain", {{"alert", "Down"}, {"limit", "2"}});
  EXPECT_EQ(answer["total"], 3);
  EXPECT_EQ(answer["explanations"].size(), 2u);
  const std::string fingerprint = answer["explanations"][0]["fingerprint"];
  for (const char* name : {"alert", "fingerprint"}) {
    answer = site.json("/api/tocsin/v1/explain", {{name, fingerprint}});
    EXPECT_EQ(answer["explanations"].size(), 1u);
    EXPECT_EQ(answer["explanations"][0]["fingerprint"], fingerprint);
  }
}

TEST(Explain, WhatIsOverForLongIsFoundByAllItsLabels) {
  Explainer site;
  site.post({{"alertname", "Down"}, {"host", "a"}});
  site.world.run_for(minutes{1});
  site.resolve({{"alertname", "Down"}, {"host", "a"}});
  site.world.run_for(hours{3}, seconds{10});
  EXPECT_EQ(site.explain("Down").state, "");
  EXPECT_EQ(site.explain(R"(alertname="Down",host="a")").state, "unknown");
  EXPECT_THAT(site.explain(R"(alertname="Down",host="a")").text, HasSubstr("notification_sent"));
}

TEST(Explain, RefusesWhatItCannotRead) {
  Site site;
  const std::vector<Query> wrong = {{},
                                    {{"alert", "a"}, {"fingerprint", "0123456789abcdef"}},
                                    {{"alert", "a=~\"(\""}},
                                    {{"fingerprint", "x"}},
                                    {{"alert", "a"}, {"at", "yesterday"}},
                                    {{"alert", "a"}, {"limit", "101"}}};
  for (const Query& query : wrong) {
    EXPECT_EQ(site.get("/api/tocsin/v1/explain", query).status, 400);
  }
}

}  // namespace
}  // namespace tocsin::testing
