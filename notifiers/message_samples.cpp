#include "notifiers/message_samples.h"

namespace tocsin::notifiers {
namespace {

using notify::Status;

const Timestamp kStart{std::chrono::seconds{1'767'366'245}};

notify::Told told(std::string instance, Status status) {
  Alert alert;
  alert.labels =
      Labels{{"alertname", "HighLatency"},      {"cluster", "eu-1"},      {"env", "prod"},
             {"instance", std::move(instance)}, {"job", "api"},           {"namespace", "shop"},
             {"service", "checkout"},           {"severity", "critical"}, {"team", "payments"}};
  alert.fingerprint = alert.labels.fingerprint();
  alert.annotations = Labels{{"dashboard_url", "https://grafana.example.org/d/1"},
                             {"description", "95% of requests take 1.5s."},
                             {"message", "Requests are slow."},
                             {"runbook_url", "https://runbooks.example.org/latency"},
                             {"summary", "The API is slow."}};
  alert.generator_url = "https://prometheus.example.org/graph?g0.expr=up";
  alert.starts_at = kStart;
  alert.updated_at = kStart;
  if (status == Status::Resolved) alert.ends_at = kStart + std::chrono::minutes{5};
  return {std::make_shared<const Alert>(std::move(alert)), status};
}

notify::Notification message(std::vector<notify::Told> alerts, notify::Reason reason) {
  notify::Notification out;
  out.receiver = "team";
  out.channel = "webhook/0";
  out.group_key = "{}:{alertname=\"HighLatency\", severity=\"critical\"}";
  out.group_labels = Labels{{"alertname", "HighLatency"}, {"severity", "critical"}};
  out.alerts = std::move(alerts);
  out.reason = reason;
  out.decided_at = kStart + std::chrono::minutes{10};
  out.external_url = "https://alerts.example.org";
  return out;
}

}  // namespace

std::vector<notify::Notification> sample_messages() {
  return {
      message({told("a:9100", Status::Firing)}, notify::Reason::FirstNotification),
      message({told("a:9100", Status::Resolved)}, notify::Reason::AllResolved),
      message({told("a:9100", Status::Firing), told("b:9100", Status::Firing),
               told("c:9100", Status::Resolved), told("d:9100", Status::Resolved)},
              notify::Reason::SomeResolved),
  };
}

}  // namespace tocsin::notifiers
