// /api/v1/rules, /api/v1/alerts and /api/v1/status/buildinfo, as Prometheus answers them.
#include <algorithm>
#include <cmath>
#include <unordered_set>

#include <fmt/format.h>

#include "web/handlers.h"
#include "web/json.h"

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

/// An empty set lets everything pass.
bool passes(const std::unordered_set<std::string>& wanted, const std::string& value) {
  return wanted.empty() || wanted.contains(value);
}

struct RuleFilter {
  std::string type;  ///< "alert", "record" or empty
  std::unordered_set<std::string> names, groups, files;
  bool exclude_alerts = false;

  bool wants(const rule::Rule& rule) const {
    const std::string_view kind = rule.kind == rule::Kind::Alerting ? "alert" : "record";
    return (type.empty() || type == kind) && passes(names, rule.name);
  }
};

std::unordered_set<std::string> set_of(std::vector<std::string> values) {
  return {values.begin(), values.end()};
}

Response prometheus_error(std::string_view type, const std::string& message, int status) {
  JsonWriter out;
  out.begin_object().field("status", "error").field("errorType", type).field("error", message);
  return json(out.end_object().take(), status);
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
  RuleFilter filter;
  filter.type = request.parameter("type");
  if (!filter.type.empty() && filter.type != "alert" && filter.type != "record") {
    return prometheus_error("bad_data", fmt::format("not supported value \"{}\"", filter.type),
                            400);
  }
  filter.names = set_of(request.parameters("rule_name[]"));
  filter.groups = set_of(request.parameters("rule_group[]"));
  filter.files = set_of(request.parameters("file[]"));
  filter.exclude_alerts = request.flag("exclude_alerts", false);
  const auto view = engine.rules();
  JsonWriter out;
  out.begin_object().field("status", "success").key("data").begin_object();
  out.key("groups").begin_array();
  for (const GroupView& group : view->groups()) {
    if (!passes(filter.groups, group.group->name) || !passes(filter.files, group.group->file))
      continue;
    const bool any = std::any_of(group.rules.begin(), group.rules.end(),
                                 [&](const RuleView& rule) { return filter.wants(*rule.rule); });
    if (any) write_group(out, group, filter);
  }
  return json(out.end_array().end_object().end_object().take());
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
  out.field("application", "tocsin").field("version", about.version);
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
