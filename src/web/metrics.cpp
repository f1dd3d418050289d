// /metrics: under the names that Prometheus' rule manager and Alertmanager use for what they have
// in common with us, so that existing dashboards and alerts go on; ours are called tocsin_*.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "web/alert_json.h"
#include "web/exposition.h"
#include "web/handlers.h"
#include "web/process.h"
#include "web/scrape_metrics.h"
#include "web/series_metrics.h"

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
      (status_of(snapshot, *alert, now).suppressed() ? suppressed : active) += 1;
    }
    for (const auto& silence : snapshot.silences().all()) {
      by_state[static_cast<int>(route::state(*silence, now))] += 1;
    }
  }
  out.family("alertmanager_alerts", "gauge", "Alerts that fire, by state.");
  out.sample(active, {{"state", "active"}}).sample(suppressed, {{"state", "suppressed"}});
  out.sample(0, {{"state", "unprocessed"}});
  out.family("alertmanager_silences", "gauge", "Silences by state.");
  for (const auto state :
       {route::SilenceState::Active, route::SilenceState::Pending, route::SilenceState::Expired}) {
    out.sample(by_state[static_cast<int>(state)], {{"state", route::to_string(state)}});
  }
  out.family("alertmanager_dispatcher_aggregation_groups", "gauge", "Groups of alerts.");
  out.sample(count(engine.group_count()));
}

void intake_metrics(Exposition& out, const engine::Engine& engine) {
  const engine::IntakeStatus status = engine.intake_status();
  out.family("alertmanager_alerts_received_total", "counter", "Alerts posted, by status.");
  out.sample(count(status.firing), {{"status", "firing"}, {"version", "v2"}});
  out.sample(count(status.resolved), {{"status", "resolved"}, {"version", "v2"}});
  out.family("alertmanager_alerts_invalid_total", "counter", "Alerts posted that were refused.");
  out.sample(count(status.invalid), {{"version", "v2"}});
  out.family("alertmanager_alerts_limited_total", "counter",
             "Alerts posted that were dropped because there were too many of their alertname.");
  out.sample(count(status.limited));
}

std::string_view name_of(engine::MuteKind kind) {
  switch (kind) {
    case engine::MuteKind::Inhibition:
      return "inhibition";
    case engine::MuteKind::ActiveInterval:
      return "active_time_interval";
    case engine::MuteKind::MuteInterval:
      return "mute_time_interval";
    case engine::MuteKind::Silence:
      return "silence";
  }
  return "silence";
}

void mute_metrics(Exposition& out, const engine::Engine& engine) {
  using engine::MuteKind;
  const engine::MuteCounts counts = engine.mute_counts();
  out.family("alertmanager_notifications_suppressed_total", "counter",
             "Alerts that were left out of messages, by what muted them.");
  for (const MuteKind kind : {MuteKind::Silence, MuteKind::Inhibition, MuteKind::MuteInterval,
                              MuteKind::ActiveInterval}) {
    const auto at = counts.find(kind);
    out.sample(at == counts.end() ? 0 : count(at->second), {{"reason", name_of(kind)}});
  }
}

/// A number that changes with the configuration, small enough to be exact.
double config_hash(const config::Config& config) {
  const Fingerprint hash = Labels{{"config", config.alertmanager_yaml()}}.fingerprint();
  return count(hash >> 16);
}

void config_metrics(Exposition& out, const engine::Engine& engine) {
  const std::shared_ptr<const config::Config> config = engine.config();
  out.family("alertmanager_config_hash", "gauge", "Changes when the configuration does.");
  out.sample(config_hash(*config));
  out.family("alertmanager_receivers", "gauge", "Receivers of the configuration.");
  out.sample(count(config->receivers.size()));
  std::map<std::string, std::size_t> channels;
  for (const config::Receiver& receiver : config->receivers) {
    for (const notifiers::Channel& channel : receiver.channels) {
      ++channels[std::string(notifiers::kind_of(channel.settings))];
    }
  }
  out.family("alertmanager_integrations", "gauge", "Channels of all receivers.");
  double all = 0;
  for (const auto& [kind, number] : channels) all += count(number);
  out.sample(all);
  out.family("alertmanager_inhibition_rules", "gauge", "Inhibition rules.");
  out.sample(count(config->inhibit_rules.size()));
}

void cluster_metrics(Exposition& out, const About& about) {
  out.family("alertmanager_cluster_enabled", "gauge", "Whether clustering is on; of one node.");
  out.sample(about.node ? 1 : 0);
  if (!about.node) return;
  out.family("alertmanager_cluster_members", "gauge", "Members of the cluster.").sample(1);
  out.family("alertmanager_cluster_failed_peers", "gauge", "Members that failed.").sample(0);
  out.family("alertmanager_cluster_health_score", "gauge", "0 is healthy.").sample(0);
  out.family("alertmanager_peer_position", "gauge", "Place among the members.").sample(0);
  out.family("alertmanager_cluster_peer_info", "gauge", "The name of this node.");
  out.sample(1, {{"peer", about.node->name}});
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
    for (const char* reason : engine::kFailureReasons) {
      const auto at = each.failed.find(reason);
      out.sample(at == each.failed.end() ? 0 : count(at->second),
                 {{"integration", kind}, {"reason", reason}});
    }
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
}

/// The rows of one channel.
struct Waiting {
  double pending = 0;
  double dead = 0;
  Timestamp oldest = Timestamp::max();
};

void outbox_metrics(Exposition& out, const engine::Engine& engine, Timestamp now) {
  std::map<engine::ChannelKey, Waiting> channels;
  for (const config::Receiver& receiver : engine.config()->receivers) {
    for (const notifiers::Channel& channel : receiver.channels) {
      channels[{receiver.name, channel.name}];
    }
  }
  double pending = 0;
  double dead = 0;
  for (const notify::OutboxRow& row : engine.outbox()) {
    Waiting& waiting = channels[{row.notification->receiver, row.notification->channel}];
    const bool is_dead = row.state == notify::RowState::Dead;
    (is_dead ? dead : pending) += 1;
    (is_dead ? waiting.dead : waiting.pending) += 1;
    if (!is_dead) waiting.oldest = std::min(waiting.oldest, row.notification->decided_at);
  }
  out.family("tocsin_outbox_rows", "gauge", "Messages waiting to be sent, or given up.");
  out.sample(pending, {{"state", "pending"}}).sample(dead, {{"state", "dead"}});
  out.family("tocsin_channel_messages", "gauge", "The same, for each channel of a receiver.");
  for (const auto& [key, each] : channels) {
    out.sample(each.pending,
               {{"receiver", key.receiver}, {"channel", key.channel}, {"state", "pending"}});
    out.sample(each.dead,
               {{"receiver", key.receiver}, {"channel", key.channel}, {"state", "dead"}});
  }
  out.family("tocsin_channel_oldest_message_seconds", "gauge",
             "Age of the oldest message that waits for the channel; 0: none does.");
  for (const auto& [key, each] : channels) {
    out.sample(each.oldest == Timestamp::max() ? 0 : seconds(now - each.oldest),
               {{"receiver", key.receiver}, {"channel", key.channel}});
  }
}

/// How far behind the clock each stage is.
void lag_metrics(Exposition& out, const engine::Engine& engine, const engine::RulesView& rules,
                 Timestamp now) {
  Duration evaluation{0};
  for (const engine::GroupView& group : rules.groups()) {
    if (group.status.last_evaluation == Timestamp{}) continue;
    evaluation = std::max(evaluation, now - group.status.last_evaluation - group.group->interval);
  }
  Duration dispatch{0};
  {
    const auto lock = engine.book().read_lock();
    const auto& flushes = engine.book().flushes();
    if (!flushes.empty()) dispatch = std::max(dispatch, now - flushes.begin()->first);
  }
  out.family("tocsin_evaluation_lag_seconds", "gauge",
             "How long the group of rules that waits the longest is overdue.");
  out.sample(seconds(evaluation));
  out.family("tocsin_dispatch_lag_seconds", "gauge",
             "How long the group of alerts that waits the longest is overdue.");
  out.sample(seconds(dispatch));
  const Timestamp turned = engine.last_turn();
  out.family("tocsin_last_turn_timestamp_seconds", "gauge",
             "When the engine last looked at what is to be done; it does so once a second.");
  out.sample(to_unix_seconds(turned));
}

void journal_metrics(Exposition& out, const engine::Engine& engine) {
  const engine::JournalStatus journal = engine.journal_status();
  out.family("tocsin_journal_commits_total", "counter", "Transactions written to disk.");
  out.sample(count(journal.commits));
  out.family("tocsin_journal_commit_failures_total", "counter", "Transactions that failed.");
  out.sample(count(journal.failures));
  out.family("tocsin_journal_commit_seconds_total", "counter", "How long commits took, in all.");
  out.sample(journal.seconds);
  out.family("tocsin_journal_last_commit_seconds", "gauge", "How long the last commit took.");
  out.sample(journal.last_seconds);
  const engine::Housekeeping& housekeeping = engine.housekeeping();
  out.family("tocsin_journal_bytes", "gauge",
             "What the journal holds, without what was deleted, as of the last housekeeping.");
  out.sample(static_cast<double>(housekeeping.bytes()));
  out.family("tocsin_timeline_oldest_timestamp_seconds", "gauge",
             "When the oldest event of the timeline happened; 0: there is none.");
  out.sample(static_cast<double>(housekeeping.oldest_event().time_since_epoch().count()) / 1000);
  out.family("tocsin_timeline_dropped_for_size_total", "counter",
             "Events that went before their time because of --timeline.max-size.");
  out.sample(count(housekeeping.dropped_for_size()));
  out.family("tocsin_journal_backlog_changes", "gauge",
             "Changes that could not be written and wait in memory.");
  out.sample(count(journal.backlog));
}

void heartbeat_metrics(Exposition& out, const engine::Engine& engine) {
  const engine::HeartbeatStatus status = engine.heartbeat_status();
  if (!status.configured) return;
  out.family("tocsin_heartbeat_beating", "gauge", "Whether the heartbeat's URL is called.");
  out.sample(status.wrong.empty() ? 1 : 0);
  out.family("tocsin_heartbeat_calls_total", "counter", "Calls of the heartbeat's URL.");
  out.sample(count(status.calls));
  out.family("tocsin_heartbeat_failures_total", "counter", "Calls that were not heard.");
  out.sample(count(status.failures));
  out.family("tocsin_heartbeat_last_success_timestamp_seconds", "gauge",
             "When the heartbeat was last heard.");
  out.sample(to_unix_seconds(status.last_success));
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
  for (const std::string_view prefix : {"alertmanager", "tocsin"}) {
    out.family(fmt::format("{}_build_info", prefix), "gauge", "The version that runs.");
    out.sample(1, {{"version", about.version}});
  }
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
  router.add("GET", "/metrics",
             [&engine, about, http = router.metrics()](const Request&, Timestamp now) {
               Exposition out;
               const auto rules = engine.rules();
               rule_metrics(out, *rules);
               alert_metrics(out, engine, now);
               intake_metrics(out, engine);
               delivery_metrics(out, engine);
               outbox_metrics(out, engine, now);
               lag_metrics(out, engine, *rules, now);
               journal_metrics(out, engine);
               heartbeat_metrics(out, engine);
               mute_metrics(out, engine);
               config_metrics(out, engine);
               cluster_metrics(out, about);
               if (about.scraper != nullptr) add_scrape_metrics(out, *about.scraper);
               if (about.series != nullptr) series_metrics(out, *engine.config(), *about.series);
               service_metrics(out, engine, about);
               http->write(out);
               return Response{200, "text/plain; version=0.0.4; charset=utf-8", out.take(), {}};
             });
}

}  // namespace tocsin::web
