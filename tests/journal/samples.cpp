#include "journal/samples.h"

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <limits>

#include <fmt/format.h>

namespace tocsin::journal {
namespace {

using Numbers = std::numeric_limits<double>;

constexpr std::array kValues = {1.5,
                                Numbers::quiet_NaN(),
                                Numbers::infinity(),
                                -Numbers::infinity(),
                                -0.0,
                                0.0,
                                0.1,
                                42.0,
                                1e300,
                                Numbers::denorm_min(),
                                9007199254740993.0,
                                -1e16};

double value_for(int number) { return kValues[static_cast<std::size_t>(number) % kValues.size()]; }

std::string show(std::optional<Timestamp> time) {
  return time ? fmt::format("{}", time->time_since_epoch().count()) : "none";
}

std::string show(std::optional<double> value) {
  return value ? fmt::format("{:016x}", std::bit_cast<std::uint64_t>(*value)) : "none";
}

template <class Fingerprints>
std::string show(const Fingerprints& fingerprints) requires
    std::same_as<typename Fingerprints::value_type, Fingerprint> {
  std::vector<Fingerprint> sorted(fingerprints.begin(), fingerprints.end());
  std::ranges::sort(sorted);
  std::string text;
  for (const Fingerprint each : sorted) text += format_fingerprint(each) + " ";
  return text;
}

std::string show(const group::Group& group) {
  return fmt::format("{}|{}|{}|{}|{} {} {} {}", group.id, group.key, group.route_id, group.receiver,
                     group.labels.to_string(), show(std::optional(group.created_at)),
                     show(std::optional(group.next_flush)), group.flushed);
}

std::string show(const notify::TellRecord& record) {
  return fmt::format("{}|{}|{} {} firing {} resolved {} in {}", record.group_id, record.receiver,
                     record.channel, show(std::optional(record.at)), show(record.firing),
                     show(record.resolved), record.message);
}

std::string show(const notify::OutboxRow& row) {
  return fmt::format("{} {} {} {} {} {}", row.id, static_cast<int>(row.state), row.attempts,
                     show(std::optional(row.retry_at)), row.last_error, text_of(*row.notification));
}

}  // namespace

Timestamp at(std::int64_t milliseconds) { return Timestamp(Duration(milliseconds)); }

Alert sample_alert(int number) {
  Alert alert;
  alert.labels = Labels{{"alertname", fmt::format("Sample{}", number)}, {"host", "höst \"a\"\n"}};
  alert.annotations = Labels{{"summary", fmt::format("number {}", number)}, {"empty", ""}};
  alert.generator_url = "http://prometheus/graph?g0.expr=up%3D%3D0";
  alert.starts_at = at(1'700'000'000'000 + number);
  if (number % 2 == 0) alert.ends_at = at(1'700'000'100'000 + number);
  alert.updated_at = at(1'700'000'050'123);
  alert.origin = number % 3 == 0 ? Origin::Rule : Origin::Posted;
  alert.ends_by_timeout = number % 5 == 0;
  if (number % 4 != 3) alert.value = value_for(number);
  alert.fingerprint = alert.labels.fingerprint();
  return alert;
}

AlertPtr sample_alert_ptr(int number) { return std::make_shared<Alert>(sample_alert(number)); }

state::Active sample_active(int number) {
  state::Active active;
  active.labels = Labels{{"alertname", "Active"}, {"number", fmt::format("{}", number)}};
  active.annotations = Labels{{"summary", "is {{ $value }}"}};
  active.value = value_for(number);
  active.phase = number % 2 == 0 ? state::Phase::Pending : state::Phase::Firing;
  active.active_at = at(1'700'000'000'000 + number);
  if (number % 2 == 1) active.fired_at = at(1'700'000'300'000);
  if (number % 4 == 1) active.keep_firing_since = at(-1);
  return active;
}

group::Group sample_group(int number) {
  group::Group group;
  group.id = fmt::format("{{}}/0:{{number=\"{}\"}}", number);
  group.key = fmt::format("{{}}:{{number=\"{}\"}}", number);
  group.route_id = "{}/0";
  group.receiver = "ops";
  group.labels = Labels{{"number", fmt::format("{}", number)}};
  group.created_at = at(1'700'000'000'000);
  group.next_flush = at(1'700'000'030'000 + number);
  group.flushed = number % 2 == 1;
  return group;
}

route::Silence sample_silence(int number) {
  route::Silence silence;
  silence.id = fmt::format("00000000-0000-4000-8000-{:012}", number);
  silence.matchers = {
      Matcher("alertname", MatchOp::Equal, "Sample"), Matcher("host", MatchOp::Regex, "a|b.*\\d+"),
      Matcher("näme", MatchOp::NotEqual, "\"x\""), Matcher("job", MatchOp::NotRegex, "")};
  silence.starts_at = at(1'700'000'000'000);
  silence.ends_at = at(1'700'003'600'000 + number);
  silence.updated_at = at(1'700'000'000'500 + number);
  silence.created_by = "anna";
  silence.comment = "maintenance\nof 'everything'";
  silence.annotations = Labels{{"ticket", fmt::format("T-{}", number)}};
  return silence;
}

notify::TellRecord sample_tell_record(int number, int group) {
  notify::TellRecord record;
  record.group_id = sample_group(group).id;
  record.receiver = "ops";
  record.channel = fmt::format("slack/{}", number);
  record.at = at(1'700'000'040'000);
  record.firing = {1, 0xFFFFFFFFFFFFFFFFULL, sample_alert(number).fingerprint};
  if (number % 2 == 0) record.resolved = {0x8000000000000000ULL, 0};
  if (number % 2 == 1) record.message = "C024BE91L/1503.0247";
  return record;
}

notify::OutboxRow sample_outbox_row(int number) {
  notify::OutboxRow row;
  row.id = number;
  notify::Notification notification;
  notification.receiver = "ops";
  notification.channel = "webhook/0";
  notification.group_id = sample_group(number).id;
  notification.group_key = sample_group(number).key;
  notification.group_labels = sample_group(number).labels;
  for (int i = 0; i < 12; ++i) {
    const auto status = i % 3 == 0 ? notify::Status::Resolved : notify::Status::Firing;
    notification.alerts.push_back({sample_alert_ptr(number + i), status});
  }
  notification.reason = notify::Reason::SomeResolved;
  notification.decided_at = at(1'700'000'060'000 + number);
  notification.external_url = "https://tocsin.example.org/x";
  row.notification = std::make_shared<const notify::Notification>(std::move(notification));
  row.state = number % 2 == 0 ? notify::RowState::Dead : notify::RowState::Pending;
  row.attempts = number % 7;
  row.retry_at = at(1'700'000'070'000);
  row.last_error = "503: \"try again\"";
  return row;
}

Event sample_event(int number) {
  return {at(1'700'000'000'000 + number), EventKind::AlertFiring, 0xFFFFFFFFFFFFFFF0ULL,
          fmt::format("rule {}", number), fmt::format("event {}", number)};
}

std::string text_of(const Alert& alert) {
  return fmt::format("{} {} {} {} {} {} {} {} {} {}", format_fingerprint(alert.fingerprint),
                     alert.labels.to_string(), alert.annotations.to_string(), alert.generator_url,
                     show(std::optional(alert.starts_at)), show(alert.ends_at),
                     show(std::optional(alert.updated_at)), static_cast<int>(alert.origin),
                     alert.ends_by_timeout, show(alert.value));
}

std::string text_of(const state::Active& active) {
  return fmt::format("{} {} {} {} {} {} {}", active.labels.to_string(),
                     active.annotations.to_string(), show(std::optional(active.value)),
                     static_cast<int>(active.phase), show(std::optional(active.active_at)),
                     show(active.fired_at), show(active.keep_firing_since));
}

std::string text_of(const route::Silence& silence) {
  return fmt::format("{} {} {} {} {} {} {} {}", silence.id, to_string(silence.matchers),
                     show(std::optional(silence.starts_at)), show(std::optional(silence.ends_at)),
                     show(std::optional(silence.updated_at)), silence.created_by, silence.comment,
                     silence.annotations.to_string());
}

std::string text_of(const notify::Notification& notification) {
  std::string text =
      fmt::format("{}|{}|{}|{}|{} {} {} {}", notification.receiver, notification.channel,
                  notification.group_id, notification.group_key,
                  notification.group_labels.to_string(), notify::to_string(notification.reason),
                  show(std::optional(notification.decided_at)), notification.external_url);
  for (const notify::Told& told : notification.alerts) {
    text += fmt::format("\n  {} {}", notify::to_string(told.status), text_of(*told.alert));
  }
  return text;
}

std::string text_of(const Contents& contents) {
  std::vector<std::string> lines;
  for (const auto& [rule, actives] : contents.rule_states) {
    lines.push_back(fmt::format("rule {} has {}\n", rule, actives.size()));
    for (const auto& [fingerprint, active] : actives) {
      lines.push_back(fmt::format("rule state {} {} {}\n", rule, format_fingerprint(fingerprint),
                                  text_of(active)));
    }
  }
  for (const auto& [group, members] : contents.members) {
    lines.push_back(fmt::format("members of {}: {}\n", group, show(members)));
  }
  std::ranges::sort(lines);
  // The vectors are in order already: that is part of what is compared.
  for (const auto& each : contents.alerts) lines.push_back("alert " + text_of(*each) + "\n");
  for (const auto& each : contents.groups) lines.push_back("group " + show(each) + "\n");
  for (const auto& each : contents.silences) lines.push_back("silence " + text_of(each) + "\n");
  for (const auto& each : contents.tell_records) lines.push_back("told " + show(each) + "\n");
  for (const auto& each : contents.outbox) lines.push_back("outbox " + show(each) + "\n");
  for (const auto& [key, value] : contents.meta)
    lines.push_back("meta " + key + "=" + value + "\n");
  lines.push_back(fmt::format("last outbox id {}\n", contents.last_outbox_id));
  for (const auto& each : contents.complaints) lines.push_back("complaint " + each + "\n");
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

std::string details_of(const std::vector<Event>& events) {
  std::string text;
  for (const Event& event : events) text += (text.empty() ? "" : " ") + event.detail;
  return text;
}

}  // namespace tocsin::journal
