#include "notifiers/summary.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "model/text.h"
#include "notifiers/plain_text.h"

namespace tocsin::notifiers {
namespace {

// Code points that are looked at; what a channel shows is shortened further.
constexpr std::size_t kMaxText = 3000;
constexpr std::size_t kMaxName = 100;
constexpr std::size_t kMaxValue = 300;
constexpr std::size_t kMaxTitle = 1000;
constexpr std::size_t kMaxAlerts = 500;
constexpr std::size_t kMaxLabels = 100;

std::string_view first_of(const Annotations& annotations,
                          std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const std::string_view text = annotations.get(name); !text.empty()) return text;
  }
  return {};
}

std::vector<Link> links_of(const Alert& alert) {
  std::vector<Link> links;
  const auto add = [&links](std::string_view text, std::string_view address) {
    if (auto url = web_url(address)) links.push_back({std::string(text), std::move(*url)});
  };
  add("Runbook", first_of(alert.annotations, {"runbook_url", "runbook"}));
  add("Dashboard", first_of(alert.annotations, {"dashboard_url", "dashboard"}));
  add("Source", alert.generator_url);
  return links;
}

std::string length_text(Duration length) {
  return format_duration(std::chrono::floor<std::chrono::seconds>(length));
}

std::string since_text(const notify::Told& told, Timestamp decided_at) {
  const Alert& alert = *told.alert;
  if (told.status == notify::Status::Resolved && alert.ends_at) {
    return fmt::format("from {} to {} ({})", utc(alert.starts_at), utc(*alert.ends_at),
                       length_text(*alert.ends_at - alert.starts_at));
  }
  if (decided_at <= alert.starts_at) return "since " + utc(alert.starts_at);
  return fmt::format("since {} ({})", utc(alert.starts_at),
                     length_text(decided_at - alert.starts_at));
}

/// As Prometheus writes numbers, with as many digits as people read.
std::string value_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{:.6g}", value);
}

std::vector<Label> shown_labels(const Labels& labels, const Labels* without) {
  std::vector<Label> shown;
  for (const LabelView& label : labels) {
    if (shown.size() == kMaxLabels) break;
    if (without != nullptr && without->has(label.name)) continue;
    shown.push_back({one_line(label.name, kMaxName), one_line(label.value, kMaxValue)});
  }
  return shown;
}

AlertSummary summarise(const notify::Told& told, const Labels& common, Timestamp decided_at) {
  const Alert& alert = *told.alert;
  AlertSummary summary;
  summary.title = one_line(first_of(alert.annotations, {"summary", "title"}), kMaxText);
  if (summary.title.empty()) summary.title = one_line(alert.labels.get(kAlertName), kMaxText);
  if (summary.title.empty()) summary.title = one_line(alert.labels.to_string(), kMaxText);
  summary.description =
      printable(first_of(alert.annotations, {"description", "message"}), kMaxText);
  summary.description.erase(summary.description.find_last_not_of(" \t\n") + 1);
  summary.severity = one_line(alert.labels.get("severity"), kMaxName);
  summary.since = since_text(told, decided_at);
  if (alert.value && told.status == notify::Status::Firing) {
    summary.value = value_text(*alert.value);
  }
  summary.labels = shown_labels(alert.labels, &common);
  summary.links = links_of(alert);
  return summary;
}

/// Values with the alert's name first, the rest by label name.
std::string values_of(const Labels& labels, const Labels* without) {
  std::string out;
  const auto add = [&](std::string_view value) {
    const std::string text = one_line(value, kMaxValue);
    if (!out.empty() && !text.empty()) out += ' ';
    out += text;
  };
  const auto left_out = [&](std::string_view name) {
    return without != nullptr && without->has(name);
  };
  if (!left_out(kAlertName)) add(labels.get(kAlertName));
  for (const LabelView& label : labels) {
    if (label.name != kAlertName && !left_out(label.name)) add(label.value);
  }
  return out;
}

std::string title_of(const notify::Notification& notification, const Labels& common) {
  const std::size_t firing = notification.count(notify::Status::Firing);
  std::string title = firing > 0 ? fmt::format("[FIRING:{}]", firing) : "[RESOLVED]";
  if (const std::string values = values_of(notification.group_labels, nullptr); !values.empty()) {
    title += " " + values;
  }
  if (const std::string others = values_of(common, &notification.group_labels); !others.empty()) {
    title += " (" + others + ")";
  }
  return truncate_runes(title, kMaxTitle);
}

Section section_of(const notify::Notification& notification, notify::Status status,
                   const Labels& common) {
  Section section;
  section.status = status;
  section.total = notification.count(status);
  for (const notify::Told& told : notification.alerts) {
    if (section.alerts.size() == kMaxAlerts) break;
    if (told.status != status) continue;
    section.alerts.push_back(summarise(told, common, notification.decided_at));
  }
  return section;
}

bool all_have(const std::vector<Section>& sections, const Link& link) {
  return std::all_of(sections.begin(), sections.end(), [&](const Section& section) {
    return std::all_of(
        section.alerts.begin(), section.alerts.end(), [&](const AlertSummary& alert) {
          return std::find(alert.links.begin(), alert.links.end(), link) != alert.links.end();
        });
  });
}

/// Moves what all alerts link to out of them.
std::vector<Link> take_shared_links(std::vector<Section>& sections) {
  std::vector<Link> shared;
  if (sections.empty()) return shared;
  for (const Link& link : sections.front().alerts.front().links) {
    if (all_have(sections, link)) shared.push_back(link);
  }
  for (Section& section : sections) {
    for (AlertSummary& alert : section.alerts) {
      std::erase_if(alert.links, [&](const Link& link) {
        return std::find(shared.begin(), shared.end(), link) != shared.end();
      });
    }
  }
  return shared;
}

}  // namespace

std::string utc(Timestamp at) {
  const CivilTime t = to_civil(at);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", t.year, t.month, t.day, t.hour,
                     t.minute, t.second);
}

Summary summarise(const notify::Notification& notification, const std::optional<Link>& offer) {
  const Labels common = notification.common_labels();
  Summary summary;
  summary.title = title_of(notification, common);
  summary.common = shown_labels(common, nullptr);
  for (const auto status : {notify::Status::Firing, notify::Status::Resolved}) {
    if (notification.count(status) == 0) continue;
    summary.sections.push_back(section_of(notification, status, common));
  }
  summary.links = take_shared_links(summary.sections);
  if (offer) summary.links.push_back(*offer);
  summary.reason = to_string(notification.reason);
  summary.url = web_url(notification.external_url).value_or("");
  return summary;
}

}  // namespace tocsin::notifiers
