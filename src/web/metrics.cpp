// /metrics: under the names that Prometheus' rule manager and Alertmanager use for what they have
// in common with us, so that existing dashboards and alerts go on; ours are called tocsin_*.
#include <fmt/format.h>

#include "web/exposition.h"
#include "web/handlers.h"
#include "web/process.h"

namespace tocsin::web {
namespace {

double count(std::uint64_t value) { return static_cast<double>(value); }
double seconds(Duration duration) { return static_cast<double>(duration.count()) / 1000.0; }

/// A counter or gauge per rule group.
template <class Get>
void per_group(Exposition& out, const engine::RulesView& rules, std::string_view name,
               std::string_view type, std::string_view help, Get get) {
  out.family(name, type, help);
  for (const engine::GroupView& group : rules.groups()) {
    out.sample(get(group), {{"rule_group", group.group->key()}});
  }
}

template <class Get>
double sum_rules(const engine::GroupView& group, Get get) {
  double sum = 0;
  for (const engine::RuleView& rule : group.rules) sum += count(get(rule.status));
  return sum;
}

void rule_metrics(Exposition& out, const engine::RulesView& rules) {
  using engine::GroupView;
  using engine::RuleStatus;
  per_group(out, rules, "prometheus_rule_evaluations_total", "counter", "Rule evaluations.",
            [](const GroupView& group) {
              return sum_rules(group, [](const RuleStatus& rule) { return rule.evaluations; });
            });
  per_group(out, rules, "prometheus_rule_evaluation_failures_total", "counter",
            "Rule evaluations that failed.", [](const GroupView& group) {
              return sum_rules(group, [](const RuleStatus& rule) { return rule.failures; });
            });
  per_group(out, rules, "prometheus_rule_group_iterations_total", "counter",
            "Evaluations of the group.",
            [](const GroupView& group) { return count(group.status.iterations); });
  per_group(out, rules, "prometheus_rule_group_iterations_missed_total", "counter",
            "Evaluations that were left out because the one before took too long.",
            [](const GroupView& group) { return count(group.status.missed); });
  per_group(out, rules, "prometheus_rule_group_last_evaluation_timestamp_seconds", "gauge",
            "When the group was last evaluated.",
            [](const GroupView& group) { return to_unix_seconds(group.status.last_evaluation); });
  per_group(out, rules, "prometheus_rule_group_last_duration_seconds", "gauge",
            "How long the last evaluation took.",
            [](const GroupView& group) { return group.status.last_duration_seconds; });
  per_group(out, rules, "prometheus_rule_group_interval_seconds", "gauge",
            "The interval of the group.",
            [](const GroupView& group) { return seconds(group.group->interval); });
  per_group(out, rules, "prometheus_rule_group_rules", "gauge", "Rules in the group.",
            [](const GroupView& group) { return count(group.rules.size()); });
  double sum = 0;
  double iterations = 0;
  for (const GroupView& group : rules.groups()) {
    sum += group.status.duration_seconds_sum;
    iterations += count(group.status.iterations);
  }
  out.family("prometheus_rule_group_duration_seconds", "summary",
             "How long evaluations of groups took.");
  out.sample(sum, {}, "_sum").sample(iterations, {}, "_count");
}

void alert_metrics(Exposition& out, const engine::Engine& engine, Timestamp now) {
  double active = 0;
  double suppressed = 0;
  double by_state[3] = {0, 0, 0};
  {
    const engine::Book::Snapshot snapshot(engine.book());
    for (const auto& [fingerprint, alert] : snapshot.alerts()) {
      if (alert->resolved(now)) continue;
      const bool silenced = !snapshot.silences().muting(alert->labels, now).empty();
      (silenced ? suppressed : active) += 1;
    }
    for (const auto& silence : snapshot.silences().all()) {
      by_state[static_cast<int>(route::state(*silence, now))] += 1;
    }
  }
  out.family("alertmanager_alerts", "gauge", "Alerts that fire, by state.");
  out.sample(active, {{"state", "active"}}).sample(suppressed, {{"state", "suppressed"}});
  out.family("alertmanager_silences", "gauge", "Silences by state.");
  for (const auto state :
       {route::SilenceState::Active, route::SilenceState::Pending, route::SilenceState::Expired}) {
    out.sample(by_state[static_cast<int>(state)], {{"state", route::to_string(state)}});
  }
  out.family("alertmanager_dispatcher_aggregation_groups", "gauge", "Groups of alerts.");
  out.sample(count(engine.group_count()));
}

void delivery_metrics(Exposition& out, const engine::Engine& engine) {
  const auto status = engine.delivery_status();
  const auto per_kind = [&](std::string_view name, std::string_view help, auto get) {
    out.family(name, "counter", help);
    for (const auto& [kind, each] : status) out.sample(count(get(each)), {{"integration", kind}});
  };
  using engine::DeliveryStatus;
  per_kind("alertmanager_notifications_total", "Messages sent or given up.",
           [](const DeliveryStatus& each) { return each.notifications; });
  out.family("alertmanager_notifications_failed_total", "counter", "Messages given up.");
  for (const auto& [kind, each] : status) {
    out.sample(count(each.failed), {{"integration", kind}, {"reason", "other"}});
  }
  per_kind("alertmanager_notification_requests_total", "Attempts to send a message.",
           [](const DeliveryStatus& each) { return each.requests; });
  per_kind("alertmanager_notification_requests_failed_total", "Attempts that failed.",
           [](const DeliveryStatus& each) { return each.requests_failed; });
  out.family("alertmanager_notification_latency_seconds", "histogram", "How long attempts took.");
  for (const auto& [kind, each] : status) {
    double total = 0;
    for (std::size_t i = 0; i < each.latency.size(); ++i) {
      total += count(each.latency[i]);
      const std::string bound = i < DeliveryStatus::kLatencyBuckets.size()
                                    ? fmt::format("{}", DeliveryStatus::kLatencyBuckets[i])
                                    : "+Inf";
      out.sample(total, {{"integration", kind}, {"le", bound}}, "_bucket");
    }
    out.sample(each.latency_sum, {{"integration", kind}}, "_sum");
    out.sample(total, {{"integration", kind}}, "_count");
  }
  double pending = 0;
  double dead = 0;
  for (const notify::OutboxRow& row : engine.outbox()) {
    (row.state == notify::RowState::Dead ? dead : pending) += 1;
  }
  out.family("tocsin_outbox_rows", "gauge", "Messages waiting to be sent, or given up.");
  out.sample(pending, {{"state", "pending"}}).sample(dead, {{"state", "dead"}});
}

void service_metrics(Exposition& out, const engine::Engine& engine, const About& about) {
  const engine::ReloadStatus reload = engine.reload_status();
  for (const std::string_view prefix : {"alertmanager", "prometheus", "tocsin"}) {
    out.family(fmt::format("{}_config_last_reload_successful", prefix), "gauge",
               "Whether the last attempt to load the configuration succeeded.");
    out.sample(reload.last_successful ? 1 : 0);
    out.family(fmt::format("{}_config_last_reload_success_timestamp_seconds", prefix), "gauge",
               "When the configuration in force was loaded.");
    out.sample(to_unix_seconds(reload.last_success));
  }
  const engine::JournalStatus journal = engine.journal_status();
  out.family("tocsin_journal_commits_total", "counter", "Transactions written to disk.");
  out.sample(count(journal.commits));
  out.family("tocsin_journal_commit_failures_total", "counter", "Transactions that failed.");
  out.sample(count(journal.failures));
  out.family("tocsin_build_info", "gauge", "The version that runs.");
  out.sample(1, {{"version", about.version}});
  const ProcessStatus process = process_status();
  out.family("process_start_time_seconds", "gauge", "When the process started.");
  out.sample(to_unix_seconds(about.started));
  out.family("process_cpu_seconds_total", "counter", "CPU time used.");
  out.sample(process.cpu_seconds);
  out.family("process_resident_memory_bytes", "gauge", "Memory in use.");
  out.sample(process.resident_bytes);
  out.family("process_open_fds", "gauge", "Open file descriptors.");
  out.sample(process.open_files);
}

}  // namespace

void add_metrics(Router& router, engine::Engine& engine, const About& about) {
  router.add("GET", "/metrics", [&engine, about](const Request&, Timestamp now) {
    Exposition out;
    rule_metrics(out, *engine.rules());
    alert_metrics(out, engine, now);
    delivery_metrics(out, engine);
    service_metrics(out, engine, about);
    return Response{200, "text/plain; version=0.0.4; charset=utf-8", out.take(), {}};
  });
}

}  // namespace tocsin::web
