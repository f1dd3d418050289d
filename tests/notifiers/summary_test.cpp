#include "notifiers/summary.h"

#include <cmath>

#include <gtest/gtest.h>

#include "model/text.h"
#include "samples.h"

namespace tocsin::notifiers {
namespace {

using namespace testing;
using notify::Status;

TEST(Title, HasAlertmanagersShapeWithoutATrailingBlank) {
  struct Case {
    notify::Notification notification;
    std::string expected;
  };
  const Labels alone{{"alertname", "SlowApi"}};
  const std::vector<Case> cases = {
      {mixed(), "[FIRING:2] SlowApi (page)"},
      {notification({told(api("a"))}), "[FIRING:1] SlowApi (a page)"},
      {notification({told(alone)}), "[FIRING:1] SlowApi"},
      {notification({told(api("a"), {}, Status::Resolved)}), "[RESOLVED] SlowApi (a page)"},
      {notification({told(api("a"))}, {}), "[FIRING:1] (SlowApi a page)"},
      {notification({told({{"b", "2"}, {"a", "1"}})}, {{"a", "1"}}), "[FIRING:1] 1 (2)"},
      {notification({told({{"z", "1"}}), told({{"y", "2"}})}, {}), "[FIRING:2]"},
      {notification({told({{"alertname", "A"}, {"a", "1"}})}, {{"a", "1"}, {"alertname", "A"}}),
       "[FIRING:1] A 1"},
      {notification({told({{"alertname", "new\nline"}})}, {{"alertname", "new\nline"}}),
       "[FIRING:1] new line"},
      {notification({}), "[RESOLVED] SlowApi"},
  };
  for (const Case& each : cases) EXPECT_EQ(summarise(each.notification).title, each.expected);
}

TEST(Summary, TellsFiringAndResolvedApart) {
  const Summary summary = summarise(mixed());
  ASSERT_EQ(summary.sections.size(), 2U);
  EXPECT_EQ(summary.sections[0].status, Status::Firing);
  EXPECT_EQ(summary.sections[0].total, 2U);
  EXPECT_EQ(summary.sections[1].status, Status::Resolved);
  EXPECT_EQ(summary.sections[1].alerts[0].title, "c is slow");
}

TEST(Summary, SaysSinceWhenAndHowBad) {
  const Summary summary = summarise(mixed());
  const AlertSummary& firing = summary.sections[0].alerts[0];
  EXPECT_EQ(firing.since, "since 2026-01-02 15:04:05 UTC (12m)");
  EXPECT_EQ(firing.value, "0.875");
  EXPECT_EQ(firing.severity, "page");
  const AlertSummary& resolved = summary.sections[1].alerts[0];
  EXPECT_EQ(resolved.since, "from 2026-01-02 15:04:05 UTC to 2026-01-02 15:09:05 UTC (5m)");
  EXPECT_EQ(resolved.value, "") << "it is the value of when it fired";
}

TEST(Summary, AStartInTheFutureHasNoLength) {
  notify::Notification early = mixed();
  early.decided_at = kStart - std::chrono::seconds{1};
  EXPECT_EQ(summarise(early).sections[0].alerts[0].since, "since 2026-01-02 15:04:05 UTC");
}

TEST(Summary, WritesValuesAsPrometheusDoes) {
  const std::vector<std::pair<std::optional<double>, std::string>> cases = {
      {0.0, "0"},   {1e9, "1e+09"},     {123456.0, "123456"}, {0.1 + 0.2, "0.3"},
      {NAN, "NaN"}, {INFINITY, "+Inf"}, {-INFINITY, "-Inf"},  {std::nullopt, ""}};
  for (const auto& [value, expected] : cases) {
    const auto sent = notification({with_value(told(api("a")), value)});
    EXPECT_EQ(summarise(sent).sections[0].alerts[0].value, expected);
  }
}

TEST(Summary, LabelsThatAllShareAreSaidOnceAndTheOthersPerAlert) {
  const Summary summary = summarise(mixed());
  EXPECT_EQ(summary.common, (std::vector<Label>{{"alertname", "SlowApi"}, {"severity", "page"}}));
  EXPECT_EQ(summary.sections[0].alerts[0].labels, (std::vector<Label>{{"instance", "a"}}));
}

TEST(Summary, LinksThatAllShareAreSaidOnce) {
  Annotations of_a = slow("a");
  of_a.set("dashboard_url", "https://dash.example.org/a");
  const Summary summary =
      summarise(notification({told(api("a"), of_a), told(api("b"), slow("b"))}));
  ASSERT_EQ(summary.links.size(), 2U);
  EXPECT_EQ(summary.links[0], (Link{"Runbook", "https://runbooks.example.org/slow#api"}));
  EXPECT_EQ(summary.links[1].text, "Source");
  EXPECT_EQ(summary.sections[0].alerts[0].links,
            (std::vector<Link>{{"Dashboard", "https://dash.example.org/a"}}));
  EXPECT_TRUE(summary.sections[0].alerts[1].links.empty());
}

TEST(Summary, WhatIsNoWebAddressIsNoLink) {
  const Annotations bad{{"runbook_url", "javascript:alert(1)"}, {"dashboard_url", "see the wiki"}};
  const Summary summary =
      summarise(notification({with_source(told(api("a"), bad), "file:///etc/passwd")}));
  EXPECT_TRUE(summary.links.empty());
  EXPECT_TRUE(summary.sections[0].alerts[0].links.empty());
}

TEST(Summary, AnAlertWithoutASummaryIsCalledByItsNameOrItsLabels) {
  EXPECT_EQ(summarise(notification({told(api("a"))})).sections[0].alerts[0].title, "SlowApi");
  EXPECT_EQ(summarise(notification({told({{"a", "1"}})})).sections[0].alerts[0].title, "{a=\"1\"}");
  EXPECT_EQ(summarise(notification({told(api("a"), {{"message", "m\n"}})}))
                .sections[0]
                .alerts[0]
                .description,
            "m");
}

TEST(Summary, OfFourThousandAlertsItCountsAllAndKeepsSome) {
  const Summary summary = summarise(many(4000));
  EXPECT_EQ(summary.title, "[FIRING:4000] SlowApi (page)");
  EXPECT_EQ(summary.sections[0].total, 4000U);
  EXPECT_EQ(summary.sections[0].alerts.size(), 500U);
}

std::size_t title_size(const AlertSummary& alert) { return count_runes(alert.title); }

Section section(std::size_t total, const std::string& title, const std::string& description = "") {
  Section out;
  out.total = total;
  for (std::size_t i = 0; i < total; ++i) {
    AlertSummary alert;
    alert.title = title;
    alert.description = description;
    out.alerts.push_back(alert);
  }
  return out;
}

TEST(Fit, LeavesOutWholeAlertsAndSaysHowMany) {
  const Section ten = section(10, std::string(100, 'x'));
  EXPECT_EQ(fit(ten, {.runes = 1000}, title_size).left_out, 0U);
  EXPECT_EQ(fit(ten, {.runes = 999}, title_size).left_out, 1U);
  const Fitted fitted = fit(ten, {.runes = 340}, title_size);
  EXPECT_EQ(fitted.alerts.size(), 3U);
  EXPECT_EQ(fitted.left_out, 7U);
  EXPECT_EQ(fit(ten, {.runes = 339}, title_size).left_out, 8U) << "the line itself needs room";
  EXPECT_EQ(fit(ten, {.runes = 1000, .alerts = 4}, title_size).left_out, 6U);
  EXPECT_EQ(fit(ten, {.runes = 0}, title_size).left_out, 10U);
}

TEST(Fit, ShortensTextsBeforeItLeavesAlertsOut) {
  const auto size = [](const AlertSummary& alert) { return count_runes(alert.description); };
  const Section ten = section(10, "x", std::string(2000, 'd'));
  const auto length = [&](std::size_t runes) {
    const Fitted fitted = fit(ten, {.runes = runes}, size);
    EXPECT_EQ(fitted.left_out, 0U);
    return count_runes(fitted.alerts[0].description);
  };
  EXPECT_EQ(length(20'000), 2000U);
  EXPECT_EQ(length(19'999), 800U);
  EXPECT_EQ(length(7'999), 200U);
  EXPECT_EQ(length(1'999), 0U);
}

}  // namespace
}  // namespace tocsin::notifiers
