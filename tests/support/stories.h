// Words that the engine's tests share.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "support/world.h"

namespace tocsin::testing {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// One receiver with one webhook, groups by alertname, quick timers.
inline const std::string kConfig = R"(
global: {evaluation_interval: 10s}
sources: [{name: fake, url: "http://source.test"}]
route: {receiver: team, group_by: [alertname], group_wait: 5s, group_interval: 1m, repeat_interval: 4h}
receivers: [{name: team, webhook_configs: [{url: "http://hook.test/team"}]}]
)";

inline const std::string kRules = R"(
groups:
- name: web
  interval: 10s
  rules:
  - alert: Slow
    expr: slow
    for: 1m
    labels: {severity: page}
    annotations: {summary: "{{ $labels.host }} is slow: {{ $value }}"}
)";

/// Status, alert statuses and reason of a webhook's payload, in short: "firing a=firing first
/// notification" for one alert whose label `host` is a.
inline std::string in_short(const Delivered& delivered) {
  const auto payload = nlohmann::json::parse(delivered.body);
  std::string text = payload["status"];
  for (const auto& alert : payload["alerts"]) {
    text += " " + alert["labels"].value("host", "?") + "=" + alert["status"].get<std::string>();
  }
  return text + ": " + payload["notification_reason"].get<std::string>();
}

inline std::vector<std::string> in_short(const std::vector<Delivered>& delivered) {
  std::vector<std::string> all;
  for (const Delivered& each : delivered) all.push_back(in_short(each));
  return all;
}

/// "pending", "firing" or "inactive" for the rule with that alert name.
inline std::string phase_of(engine::Engine& engine, const std::string& alert) {
  const auto rules = engine.rules();
  for (const auto& group : rules->groups()) {
    for (const auto& rule : group.rules) {
      if (rule.rule->name != alert || !rule.actives) continue;
      for (const auto& [fingerprint, active] : *rule.actives) {
        return active.phase == state::Phase::Firing ? "firing" : "pending";
      }
    }
  }
  return "inactive";
}

inline engine::RuleStatus status_of(engine::Engine& engine, const std::string& alert) {
  const auto rules = engine.rules();
  for (const auto& group : rules->groups()) {
    for (const auto& rule : group.rules) {
      if (rule.rule->name == alert) return rule.status;
    }
  }
  throw Error("no rule " + alert);
}

/// Creates a silence for host=VALUE and returns its id.
inline std::string silence(World& world, const std::string& host, Duration length) {
  route::SilenceRequest request;
  request.matchers.emplace_back("host", MatchOp::Equal, host);
  request.ends_at = world.now + length;
  request.created_by = "test";
  request.comment = "quiet";
  const auto answer =
      world.ask([&](engine::Engine& engine) { return engine.put_silence(request, "test"); });
  return std::get<route::SilenceChange>(answer).id;
}

}  // namespace tocsin::testing
