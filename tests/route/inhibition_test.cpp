// Who inhibits whom.
#include "route/inhibition.h"

#include <gmock/gmock.h>

namespace tocsin::route {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const Timestamp kNow{1'767'323'045'000ms};

InhibitRule rule(const std::string& sources, const std::string& targets,
                 std::vector<std::string> equal = {}) {
  return {"", parse_matchers(sources).matchers, parse_matchers(targets).matchers, std::move(equal)};
}

Alert alert(Labels labels, std::optional<Timestamp> ends_at = {}) {
  Alert made;
  made.fingerprint = labels.fingerprint();
  made.labels = std::move(labels);
  made.starts_at = kNow - 1h;
  made.ends_at = ends_at;
  return made;
}

const Labels kWarning{{"severity", "warning"}, {"cluster", "a"}};

TEST(Inhibition, ASourceThatFiresInhibitsItsTargetsAndNobodyElse) {
  Inhibitions inhibitions({rule("severity=critical", "severity=warning", {"cluster"})});
  const Alert source = alert({{"severity", "critical"}, {"cluster", "a"}});
  EXPECT_TRUE(inhibitions.concern(source.labels));
  EXPECT_FALSE(inhibitions.concern(kWarning));
  EXPECT_THAT(inhibitions.inhibiting(kWarning, kNow), IsEmpty());
  inhibitions.put(source);
  EXPECT_THAT(inhibitions.inhibiting(kWarning, kNow), ElementsAre(source.fingerprint));
  EXPECT_THAT(inhibitions.inhibiting({{"severity", "warning"}, {"cluster", "b"}}, kNow), IsEmpty());
  EXPECT_THAT(inhibitions.inhibiting({{"severity", "info"}, {"cluster", "a"}}, kNow), IsEmpty());
  EXPECT_THAT(inhibitions.inhibiting(source.labels, kNow), IsEmpty());
  inhibitions.drop(source);
  EXPECT_THAT(inhibitions.inhibiting(kWarning, kNow), IsEmpty());
}

TEST(Inhibition, ALabelThatIsMissingIsEqualToAnEmptyOneAndToAMissingOne) {
  Inhibitions inhibitions({rule("a=source", "a=target", {"x"})});
  const Alert without = alert({{"a", "source"}});
  inhibitions.put(without);
  EXPECT_THAT(inhibitions.inhibiting({{"a", "target"}}, kNow), ElementsAre(without.fingerprint));
  EXPECT_THAT(inhibitions.inhibiting({{"a", "target"}, {"x", ""}}, kNow),
              ElementsAre(without.fingerprint));
  EXPECT_THAT(inhibitions.inhibiting({{"a", "target"}, {"x", "1"}}, kNow), IsEmpty());
}

TEST(Inhibition, ValuesOfEqualLabelsDoNotRunIntoEachOther) {
  Inhibitions inhibitions({rule("a=source", "a=target", {"x", "y"})});
  inhibitions.put(alert({{"a", "source"}, {"x", "1"}, {"y", "23"}}));
  EXPECT_THAT(inhibitions.inhibiting({{"a", "target"}, {"x", "12"}, {"y", "3"}}, kNow), IsEmpty());
  EXPECT_THAT(inhibitions.inhibiting({{"a", "target"}, {"x", "1"}, {"y", "23"}}, kNow),
              testing::SizeIs(1));
}

TEST(Inhibition, EverySourceCountsAndThoseThatAreOverDoNot) {
  Inhibitions inhibitions({rule("severity=critical", "severity=warning", {"cluster"})});
  const auto source = [](const std::string& name, std::optional<Timestamp> ends_at) {
    return alert({{"severity", "critical"}, {"cluster", "a"}, {"alertname", name}}, ends_at);
  };
  const Alert over = source("over", kNow);
  const Alert soon = source("soon", kNow + 1ms);
  const Alert later = source("later", kNow + 1h);
  const Alert open = source("open", {});
  for (const Alert& each : {over, soon, later, open}) inhibitions.put(each);
  EXPECT_THAT(inhibitions.inhibiting(kWarning, kNow),
              ElementsAre(open.fingerprint, later.fingerprint, soon.fingerprint));
  EXPECT_THAT(inhibitions.inhibiting(kWarning, kNow, 1), ElementsAre(open.fingerprint));
  EXPECT_THAT(inhibitions.inhibiting(kWarning, kNow, 0), IsEmpty());
  inhibitions.drop(open);
  EXPECT_THAT(inhibitions.inhibiting(kWarning, kNow + 1ms), ElementsAre(later.fingerprint));
  EXPECT_THAT(inhibitions.inhibiting(kWarning, kNow + 1h), IsEmpty());
}

TEST(Inhibition, WhatIsOnBothSidesOfARuleInhibitsOnlyWhatIsOnOne) {
  Inhibitions inhibitions({rule("alertname=~\"A|B\"", "alertname=~\"B|C\"")});
  const Alert both = alert({{"alertname", "B"}, {"instance", "1"}});
  inhibitions.put(both);
  EXPECT_THAT(inhibitions.inhibiting(both.labels, kNow), IsEmpty()) << "itself";
  EXPECT_THAT(inhibitions.inhibiting({{"alertname", "B"}, {"instance", "2"}}, kNow), IsEmpty());
  EXPECT_THAT(inhibitions.inhibiting({{"alertname", "C"}}, kNow), ElementsAre(both.fingerprint));
  const Alert one = alert({{"alertname", "A"}});
  inhibitions.put(one);
  EXPECT_THAT(inhibitions.inhibiting(both.labels, kNow), ElementsAre(one.fingerprint));
  EXPECT_THAT(inhibitions.inhibiting({{"alertname", "C"}}, kNow),
              UnorderedElementsAre(one.fingerprint, both.fingerprint));
}

TEST(Inhibition, TheFirstInhibitorComesWithItsRule) {
  InhibitRule named = rule("a=source", "a=target");
  named.name = "second";
  Inhibitions inhibitions({rule("b=1", "b=2"), named});
  EXPECT_FALSE(inhibitions.inhibitor({{"a", "target"}}, kNow));
  const Alert source = alert({{"a", "source"}});
  inhibitions.put(source);
  const auto found = inhibitions.inhibitor({{"a", "target"}}, kNow);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->source, source.fingerprint);
  EXPECT_EQ(found->rule->name, "second");
}

TEST(Inhibition, AnAlertOfSeveralRulesIsNamedOnce) {
  Inhibitions inhibitions({rule("a=source", "a=target"), rule("b=source", "b=target")});
  const Alert source = alert({{"a", "source"}, {"b", "source"}});
  inhibitions.put(source);
  EXPECT_THAT(inhibitions.inhibiting({{"a", "target"}, {"b", "target"}}, kNow),
              ElementsAre(source.fingerprint));
}

TEST(Inhibition, ACopyDoesNotSeeWhatComesLater) {
  Inhibitions inhibitions({rule("severity=critical", "severity=warning", {"cluster"})});
  const Alert source = alert({{"severity", "critical"}, {"cluster", "a"}});
  const Inhibitions before = inhibitions;
  inhibitions.put(source);
  const Inhibitions meanwhile = inhibitions;
  inhibitions.drop(source);
  EXPECT_THAT(before.inhibiting(kWarning, kNow), IsEmpty());
  EXPECT_THAT(meanwhile.inhibiting(kWarning, kNow), ElementsAre(source.fingerprint));
  EXPECT_THAT(inhibitions.inhibiting(kWarning, kNow), IsEmpty());
}

}  // namespace
}  // namespace tocsin::route
