#include "notify/notification.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "model/error.h"

namespace tocsin::notify {
namespace {

constexpr std::array<std::pair<Reason, std::string_view>, 5> kReasons = {{
    {Reason::FirstNotification, "first notification"},
    {Reason::NewAlerts, "new alerts added"},
    {Reason::SomeResolved, "some alerts resolved"},
    {Reason::AllResolved, "all alerts resolved"},
    {Reason::RepeatInterval, "repeat interval elapsed"},
}};

/// The pairs that all alerts share.
template <class Get>
Labels common(const std::vector<Told>& alerts, Get get) {
  if (alerts.empty()) return {};
  const Labels& first = get(*alerts.front().alert);
  if (alerts.size() == 1) return first;
  std::vector<LabelView> shared;
  for (const LabelView& label : first) {
    const bool in_all = std::all_of(alerts.begin() + 1, alerts.end(), [&](const Told& told) {
      return get(*told.alert).value(label.name) == label.value;
    });
    if (in_all) shared.push_back(label);
  }
  return Labels::of(std::move(shared));
}

/// Where an alert stands, found once for many comparisons.
struct Place {
  std::optional<std::string_view> job, instance;
  const Labels* labels;
};

Place place_of(const Labels& labels) {
  return {labels.value("job"), labels.value("instance"), &labels};
}

bool shown_before(const Place& a, const Place& b) {
  if (a.job.has_value() != b.job.has_value()) return a.job.has_value();
  if (a.job != b.job) return a.job < b.job;
  if (a.instance.has_value() != b.instance.has_value()) return a.instance.has_value();
  if (a.instance != b.instance) return a.instance < b.instance;
  if (a.labels->size() != b.labels->size()) return a.labels->size() < b.labels->size();
  const auto [of_a, of_b] = std::mismatch(a.labels->begin(), a.labels->end(), b.labels->begin());
  if (of_a == a.labels->end()) return false;
  // The set that lacks the smaller of two names comes first.
  return of_a->name == of_b->name ? of_a->value < of_b->value : of_b->name < of_a->name;
}

}  // namespace

std::string_view to_string(Reason reason) {
  for (const auto& [each, text] : kReasons) {
    if (each == reason) return text;
  }
  return "unknown";
}

Reason parse_reason(std::string_view text) {
  for (const auto& [reason, each] : kReasons) {
    if (each == text) return reason;
  }
  throw Error(fmt::format("\"{}\" is not a reason of a notification", text));
}

std::string_view to_string(Status status) {
  return status == Status::Firing ? "firing" : "resolved";
}

Status Notification::status() const {
  return count(Status::Firing) > 0 ? Status::Firing : Status::Resolved;
}

std::size_t Notification::count(Status which) const {
  return static_cast<std::size_t>(std::count_if(
      alerts.begin(), alerts.end(), [which](const Told& told) { return told.status == which; }));
}

Labels Notification::common_labels() const {
  return common(alerts, [](const Alert& alert) -> const Labels& { return alert.labels; });
}

Annotations Notification::common_annotations() const {
  return common(alerts, [](const Alert& alert) -> const Labels& { return alert.annotations; });
}

bool shown_before(const Labels& a, const Labels& b) {
  return shown_before(place_of(a), place_of(b));
}

void sorted_for_message(std::vector<Told>& alerts) {
  if (alerts.size() < 2) return;
  std::vector<std::pair<Place, Told>> placed;
  placed.reserve(alerts.size());
  for (Told& told : alerts) {
    const Place place = place_of(told.alert->labels);
    placed.emplace_back(place, std::move(told));
  }
  std::ranges::sort(placed,
                    [](const auto& a, const auto& b) { return shown_before(a.first, b.first); });
  std::ranges::transform(placed, alerts.begin(), [](auto& each) { return std::move(each.second); });
}

Duration back_off(int attempts, double jitter) {
  constexpr double kFirst = 1000;  // milliseconds
  constexpr double kMost = 5 * 60 * 1000;
  const double full = std::min(kMost, kFirst * std::pow(2.0, std::clamp(attempts - 1, 0, 30)));
  return Duration{static_cast<Duration::rep>(full * (0.5 + 0.5 * jitter))};
}

}  // namespace tocsin::notify
