// What posted times mean, what is refused, and what becomes of the alert that is known already.
#include "state/posted.h"

#include <gtest/gtest.h>

namespace tocsin::state {
namespace {

using std::chrono::minutes;

Timestamp at(int minute) { return Timestamp{minutes{minute}}; }

Posted posted(std::optional<int> from, std::optional<int> to) {
  Posted alert;
  alert.labels = {{"alertname", "A"}, {"gone", ""}};
  if (from) alert.starts_at = at(*from);
  if (to) alert.ends_at = at(*to);
  return alert;
}

TEST(Posted, UnsetTimesAreFilledIn) {
  struct Case {
    std::optional<int> from, to;
    int starts, ends;
    bool by_timeout;
  };
  for (const Case& each : std::vector<Case>{{{}, {}, 100, 105, true},
                                            {50, {}, 50, 105, true},
                                            {{}, 70, 70, 70, false},
                                            {50, 200, 50, 200, false}}) {
    const Alert alert = received(posted(each.from, each.to), at(100), minutes{5});
    EXPECT_EQ(alert.starts_at, at(each.starts));
    EXPECT_EQ(alert.ends_at, at(each.ends));
    EXPECT_EQ(alert.ends_by_timeout, each.by_timeout);
    EXPECT_EQ(alert.updated_at, at(100));
    EXPECT_EQ(alert.labels, (Labels{{"alertname", "A"}}));
    EXPECT_EQ(alert.fingerprint, alert.labels.fingerprint());
    EXPECT_EQ(alert.origin, Origin::Posted);
  }
}

TEST(Posted, WhatCannotBeIsRefusedInAlertmanagersWords) {
  struct Case {
    Labels labels;
    Annotations annotations;
    int from, to;
    LabelNames names;
    const char* expected;
  };
  const Labels good = {{"a", "b"}};
  const auto utf8 = LabelNames::Utf8;
  for (const Case& each : std::vector<Case>{
           {good, {}, 1, 2, utf8, ""},
           {good, {}, 2, 2, utf8, ""},
           {good, {}, 2, 1, utf8, "start time must be before end time"},
           {{}, {}, 1, 2, utf8, "at least one label pair required"},
           {{{"", "b"}}, {}, 1, 2, utf8, "invalid label set: invalid name \"\""},
           {{{"a b-ü", "b"}}, {}, 1, 2, utf8, ""},
           {{{"a b", "b"}},
            {},
            1,
            2,
            LabelNames::Legacy,
            "invalid label set: invalid name \"a b\""},
           {{{"a", "ü"}}, {}, 1, 2, LabelNames::Legacy, ""},
           {{{"a", "\xFF"}}, {}, 1, 2, utf8, "invalid label set: invalid value \"\\xff\""},
           {{{"\xFF", "a"}}, {}, 1, 2, utf8, "invalid label set: invalid name \"\\xff\""},
           {good, {{"", "b"}}, 1, 2, utf8, "invalid annotations: invalid name \"\""},
           {good, {{"a", ""}}, 1, 2, utf8, ""},
           {good, {{"a", "\xC3"}}, 1, 2, utf8, "invalid annotations: invalid value \"\\xc3\""},
       }) {
    Alert alert;
    alert.labels = each.labels;
    alert.annotations = each.annotations;
    alert.starts_at = at(each.from);
    alert.ends_at = at(each.to);
    EXPECT_EQ(objection(alert, each.names), each.expected) << alert.labels.to_string();
  }
}

struct Span {
  int from, to;
  bool by_timeout = false;
};

Alert alert_of(const Span& span, const char* summary) {
  Alert alert;
  alert.labels = {{"alertname", "A"}};
  alert.annotations = {{"summary", summary}};
  alert.starts_at = at(span.from);
  alert.ends_at = at(span.to);
  alert.ends_by_timeout = span.by_timeout;
  return alert;
}

TEST(Posted, OverlappingAlertsAreOne) {
  struct Case {
    const char* story;
    Span stored, newer;
    int from, to;
  };
  for (const Case& each : std::vector<Case>{
           {"repeated later, start moved", {50, 104}, {60, 105}, 50, 105},
           {"the same start is no overlap, and needs none", {50, 104}, {50, 105}, 50, 105},
           {"a later end that was named stays", {50, 200}, {60, 110}, 50, 200},
           {"a later end that was only derived gives way", {50, 200, true}, {60, 110}, 50, 110},
           {"it is over now: that counts", {50, 200}, {60, 90}, 50, 90},
           {"both are over: the later end counts", {50, 95}, {60, 90}, 50, 95},
           {"both are over, the newer one later", {50, 90}, {60, 95}, 50, 95},
           {"it fires again after its end", {50, 90}, {95, 110}, 95, 110},
           {"it begins exactly at the end", {50, 90}, {90, 110}, 90, 110},
           {"it lay before", {50, 90}, {10, 40}, 10, 40},
           {"it ends within", {50, 90}, {10, 60}, 10, 90},
           {"it covers all of it: it takes its place", {50, 90}, {10, 110}, 10, 110},
       }) {
    const Alert alert = merged(alert_of(each.stored, "old"), alert_of(each.newer, "new"), at(100));
    EXPECT_EQ(alert.starts_at, at(each.from)) << each.story;
    EXPECT_EQ(alert.ends_at, at(each.to)) << each.story;
    EXPECT_EQ(alert.annotations.get("summary"), "new") << each.story;
  }
}

}  // namespace
}  // namespace tocsin::state
