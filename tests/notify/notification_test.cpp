// What a message knows about itself, in which order it shows alerts, and when it is tried again.
#include "notify/notification.h"

#include <set>

#include <gmock/gmock.h>

#include "model/error.h"
#include "notify/alerts.h"

namespace tocsin::notify {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

TEST(ReasonTest, HasAlertmanagersTextAndReadsBack) {
  const std::pair<Reason, std::string_view> cases[] = {
      {Reason::FirstNotification, "first notification"},
      {Reason::NewAlerts, "new alerts added"},
      {Reason::SomeResolved, "some alerts resolved"},
      {Reason::AllResolved, "all alerts resolved"},
      {Reason::RepeatInterval, "repeat interval elapsed"},
  };
  for (const auto& [reason, text] : cases) {
    EXPECT_EQ(to_string(reason), text);
    EXPECT_EQ(parse_reason(text), reason);
  }
  for (const std::string_view text : {"", "unknown", "First notification"}) {
    EXPECT_THROW(parse_reason(text), Error) << text;
  }
}

TEST(QuietTest, EveryWhyHasItsOwnText) {
  std::set<std::string_view> texts;
  for (const Quiet quiet : {Quiet::NothingFiring, Quiet::NothingNew, Quiet::RepeatNotDue}) {
    EXPECT_TRUE(texts.insert(to_string(quiet)).second);
  }
}

TEST(StatusTest, IsFiringAsLongAsOneAlertIs) {
  struct Case {
    std::string letters;
    Status status;
    std::size_t firing, resolved;
  };
  const Case cases[] = {
      {"A", Status::Firing, 1, 0},
      {"Abc", Status::Firing, 1, 2},
      {"ab", Status::Resolved, 0, 2},
      {"", Status::Resolved, 0, 0},
  };
  for (const Case& each : cases) {
    Notification notification;
    notification.alerts = alerts(each.letters);
    EXPECT_EQ(notification.status(), each.status) << each.letters;
    EXPECT_EQ(notification.count(Status::Firing), each.firing) << each.letters;
    EXPECT_EQ(notification.count(Status::Resolved), each.resolved) << each.letters;
  }
  EXPECT_EQ(to_string(Status::Firing), "firing");
  EXPECT_EQ(to_string(Status::Resolved), "resolved");
}

TEST(CommonTest, AreThePairsThatAllShare) {
  struct Case {
    std::vector<Labels> labels;
    Labels expected;
  };
  const Case cases[] = {
      {{}, {}},
      {{{{"a", "1"}, {"b", "2"}}}, {{"a", "1"}, {"b", "2"}}},
      {{{{"a", "1"}, {"b", "2"}}, {{"a", "1"}, {"b", "3"}}}, {{"a", "1"}}},
      {{{{"a", "1"}}, {{"b", "1"}}}, {}},
      {{{{"a", ""}, {"c", "1"}}, {{"c", "1"}}}, {{"c", "1"}}},
      {{{{"a", "1"}}, {}}, {}},
  };
  for (const Case& each : cases) {
    Notification notification;
    for (const Labels& labels : each.labels) {
      Alert alert;
      alert.labels = labels;
      alert.annotations = labels;
      notification.alerts.push_back({std::make_shared<const Alert>(alert), Status::Firing});
    }
    EXPECT_EQ(notification.common_labels(), each.expected);
    EXPECT_EQ(notification.common_annotations(), each.expected);
  }
}

TEST(OrderTest, IsAlertmanagers) {
  const std::vector<Labels> in_order = {
      {{"job", "a"}, {"instance", "1"}},
      {{"job", "a"}, {"instance", "2"}},
      {{"job", "a"}, {"instance", "2"}, {"z", "1"}},
      {{"job", "a"}, {"instance", "2"}, {"z", "2"}},
      {{"job", "a"}},  // no instance comes after any
      {{"job", "b"}, {"instance", "1"}},
      {{"instance", "0"}},  // no job comes after any
      {},
      {{"a", "2"}},
      {{"z", "1"}, {"zz", "0"}},  // the set without "a" comes first
      {{"a", "1"}, {"z", "1"}},
      {{"a", "2"}, {"z", "1"}},
  };
  for (std::size_t i = 0; i < in_order.size(); ++i) {
    for (std::size_t j = 0; j < in_order.size(); ++j) {
      EXPECT_EQ(shown_before(in_order[i], in_order[j]), i < j)
          << in_order[i].to_string() << ' ' << in_order[j].to_string();
    }
  }
  std::vector<Told> alerts;
  for (auto at = in_order.rbegin(); at != in_order.rend(); ++at) {
    alerts.push_back(told(*at, Status::Firing));
  }
  sorted_for_message(alerts);
  for (std::size_t i = 0; i < in_order.size(); ++i) {
    EXPECT_EQ(alerts[i].alert->labels, in_order[i]) << i;
  }
}

TEST(BackOffTest, DoublesUpToFiveMinutes) {
  const std::pair<int, Duration> cases[] = {
      {0, 500ms}, {1, 500ms}, {2, 1s},      {3, 2s},     {9, 128s},
      {10, 150s}, {11, 150s}, {1000, 150s}, {-5, 500ms},
  };
  for (const auto& [attempts, least] : cases) {
    EXPECT_EQ(back_off(attempts, 0), least) << attempts;
    EXPECT_EQ(back_off(attempts, 0.5), least * 3 / 2) << attempts;
    EXPECT_LE(back_off(attempts, 0.999999), least * 2) << attempts;
  }
}

}  // namespace
}  // namespace tocsin::notify
