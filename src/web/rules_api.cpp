// /api/v1/rules, /api/v1/alerts and /api/v1/status/buildinfo, as Prometheus answers them.
#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "model/error.h"
#include "web/handlers.h"
#include "web/json.h"
#include "web/prometheus_answer.h"
#include "web/rule_filter.h"

namespace tocsin::web {
namespace {

using engine::GroupView;
using engine::RuleView;

double seconds(Duration duration) { return static_cast<double>(duration.count()) / 1000.0; }

/// As Go's strconv.FormatFloat(v, 'e', -1, 64) prints: "1e+00", "2.5e-01".
std::string scientific(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  for (int digits = 0; digits < 17; ++digits) {
    const std::string text = fmt::format("{:.{}e}", value, digits);
    if (std::strtod(text.c_str(), nullptr) == value) return text;
  }
  return fmt::format("{:.17e}", value);
}

std::string_view phase_name(state::Phase phase) {
  return phase == state::Phase::Firing ? "firing" : "pending";
}

void write_active(JsonWriter& out, const state::Active& active) {
  out.begin_object().field("labels", active.labels).field("annotations", active.annotations);
  out.field("state", phase_name(active.phase)).field("activeAt", format_rfc3339(active.active_at));
  if (active.keep_firing_since) {
    out.field("keepFiringSince", format_rfc3339(*active.keep_firing_since));
  }
  out.field("value", scientific(active.value)).end_object();
}

/// The alerts of a rule in a steady order.
std::vector<const state::Active*> sorted(const RuleView& rule) {
  std::vector<const state::Active*> actives;
  if (rule.actives) {
    for (const auto& [fingerprint, active] : *rule.actives) actives.push_back(&active);
  }
  std::sort(actives.begin(), actives.end(),
            [](const auto* a, const auto* b) { return a->labels < b->labels; });
  return actives;
}

std::string_view rule_state(const RuleView& rule) {
  std::string_view state = "inactive";
  if (!rule.actives) return state;
  for (const auto& [fingerprint, active] : *rule.actives) {
    if (active.phase == state::Phase::Firing) return "firing";
    state = "pending";
  }
  return state;
}

void write_templates(JsonWriter& out, std::string_view name,
                     const std::vector<rule::TemplatedLabel>& labels) {
  out.key(name).begin_object();
  for (const rule::TemplatedLabel& label : labels) out.field(label.name, label.value.text());
  out.end_object();
}

void write_rule(JsonWriter& out, const RuleView& view, bool with_alerts) {
  const rule::Rule& rule = *view.rule;
  const bool alerting = rule.kind == rule::Kind::Alerting;
  out.begin_object();
  if (alerting) out.field("state", rule_state(view));
  out.field("name", rule.name).field("query", rule.expression);
  if (alerting) {
    out.field("duration", seconds(rule.hold.for_duration));
    out.field("keepFiringFor", seconds(rule.hold.keep_firing_for));
  }
  write_templates(out, "labels", rule.labels);
  if (alerting) {
    write_templates(out, "annotations", rule.annotations);
    out.key("alerts").begin_array();
    if (with_alerts) {
      for (const state::Active* active : sorted(view)) write_active(out, *active);
    }
    out.end_array();
  }
  out.field("health", to_string(view.status.health));
  if (!view.status.last_error.empty()) out.field("lastError", view.status.last_error);
  out.field("evaluationTime", view.status.evaluation_seconds);
  out.field("lastEvaluation", format_rfc3339(view.status.last_evaluation));
  out.field("type", alerting ? "alerting" : "recording").end_object();
}

void write_group(JsonWriter& out, const GroupView& group, const RuleFilter& filter) {
  out.begin_object().field("name", group.group->name).field("file", group.group->file);
  out.key("rules").begin_array();
  for (const RuleView& rule : group.rules) {
    if (filter.wants(*rule.rule)) write_rule(out, rule, !filter.exclude_alerts);
  }
  out.end_array().field("interval", seconds(group.group->interval));
  out.field("limit", static_cast<double>(group.group->limit));
  out.field("evaluationTime", group.status.last_duration_seconds);
  out.field("lastEvaluation", format_rfc3339(group.status.last_evaluation)).end_object();
}

Response get_rules(engine::Engine& engine, const Request& request) {
  std::optional<RuleFilter> filter;
  try {
    filter.emplace(request);
  } catch (const Error& error) {
    return prometheus_error("bad_data", error.what(), 400);
  }
  const auto view = engine.rules();
  JsonWriter out;
  out.begin_object().field("status", "success").key("data").begin_object();
  out.key("groups").begin_array();
  RulePage page(*filter);
  for (const GroupView& group : view->groups()) {
    if (!filter->wants(group)) continue;
    if (page.shows(group)) write_group(out, group, *filter);
  }
  out.end_array();
  if (page.lost()) {
    return prometheus_error(
        "bad_data",
        fmt::format("invalid group_next_token '{}'. were rule groups changed?", filter->next_token),
        400);
  }
  if (!page.next().empty()) out.field("groupNextToken", page.next());
  return json(out.end_object().end_object().take());
}

Response get_active_alerts(engine::Engine& engine) {
  const auto view = engine.rules();
  JsonWriter out;
  out.begin_object().field("status", "success").key("data").begin_object();
  out.key("alerts").begin_array();
  for (const GroupView& group : view->groups()) {
    for (const RuleView& rule : group.rules) {
      for (const state::Active* active : sorted(rule)) write_active(out, *active);
    }
  }
  return json(out.end_array().end_object().end_object().take());
}

Response get_build_info(const About& about) {
  JsonWriter out;
  out.begin_object().field("status", "success").key("data").begin_object();
  out.field("application", "tocsin").field("branch", "").field("buildDate", "");
  out.field("buildUser", "").field("goVersion", "none: C++").field("revision", "");
  out.field("version", about.version);
  return json(out.end_object().end_object().take());
}

}  // namespace

void add_rules_api(Router& router, engine::Engine& engine, const About& about) {
  router.add("GET", "/api/v1/rules",
             [&engine](const Request& request, Timestamp) { return get_rules(engine, request); });
  router.add("GET", "/api/v1/alerts",
             [&engine](const Request&, Timestamp) { return get_active_alerts(engine); });
  router.add("GET", "/api/v1/status/buildinfo",
             [about](const Request&, Timestamp) { return get_build_info(about); });
}

}  // namespace tocsin::web
