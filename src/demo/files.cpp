#include "demo/files.h"

#include <fmt/format.h>

namespace tocsin::demo {
namespace {

constexpr const char* kJob = "gauzian-backend";

constexpr const char* kRules =
    R"(# What rules/gauzian.yaml watches, with windows of seconds instead of minutes.
groups:
  - name: gauzian
    rules:
      - alert: GauzianSuccessRateLow
        expr: |
          1 - (
            sum by (job) (rate(http_requests_total{status=~"5..",endpoint!~"/health.*"}[10s]))
            /
            sum by (job) (rate(http_requests_total{endpoint!~"/health.*"}[10s]))
          ) < 0.95
        for: 5s
        labels: {severity: critical}
        annotations:
          summary: "{{ $labels.job }}: only {{ $value | humanizePercentage }} of requests succeed"
          description: "Somebody sees an error page in at least one request of twenty."

      - alert: GauzianLatencyHigh
        expr: |
          histogram_quantile(0.95,
            sum by (job, le) (rate(http_request_duration_seconds_bucket{endpoint!~"/health.*"}[10s]))
          ) > 1
        for: 5s
        labels: {severity: warning}
        annotations:
          summary: "{{ $labels.job }}: one request in 20 takes longer than {{ $value | humanizeDuration }}"

      - alert: GauzianFailedLogins
        expr: sum by (job) (increase(auth_attempts_total{status="failed"}[15s])) > 10
        labels: {severity: warning}
        annotations:
          summary: "{{ $labels.job }}: {{ $value | humanize }} logins failed within 15 seconds"
)";

constexpr const char* kConfig = R"(global:
  scrape_interval: 1s
  evaluation_interval: 1s
  smtp_smarthost: 127.0.0.1:{mail}
  smtp_from: tocsin@gauzian.example
  smtp_require_tls: false
  slack_api_url: http://127.0.0.1:{http}/slack
rule_files: [rules.yaml]
scrape_configs:
  - job_name: {job}
    static_configs:
      - targets: ["127.0.0.1:{http}"]
route:
  receiver: oncall
  group_by: [alertname]
  group_wait: 2s
  group_interval: 5s
  repeat_interval: 1h
receivers:
  - name: oncall
    email_configs:
      - {{to: oncall@gauzian.example, send_resolved: true}}
    slack_configs:
      - {{channel: "#alerts", send_resolved: true}}
    discord_configs:
      - {{webhook_url: "http://127.0.0.1:{http}/discord", send_resolved: true}}
)";

}  // namespace

std::string rules_text() { return kRules; }

std::string config_text(int http_port, int mail_port) {
  return fmt::format(kConfig, fmt::arg("http", http_port), fmt::arg("mail", mail_port),
                     fmt::arg("job", kJob));
}

Labels labels_of(const std::string& alert) {
  Labels labels;
  labels.set("alertname", alert);
  labels.set("job", kJob);
  labels.set("severity", alert == kErrors ? "critical" : "warning");
  return labels;
}

}  // namespace tocsin::demo
