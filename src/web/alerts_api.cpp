// GET /api/v2/alerts, as Alertmanager answers it.
#include <algorithm>

#include <fmt/format.h>
#include <re2/re2.h>

#include "model/error.h"
#include "model/matcher.h"
#include "web/handlers.h"
#include "web/json.h"

namespace tocsin::web {
namespace {

/// What the query asks for.
struct Filter {
  bool active = true;
  bool silenced = true;
  Matchers matchers;
  std::unique_ptr<RE2> receiver;  ///< null: any
};

Filter parse_filter(const Request& request) {
  Filter filter;
  filter.active = request.flag("active", true);
  filter.silenced = request.flag("silenced", true);
  for (const std::string& each : request.parameters("filter")) {
    filter.matchers.push_back(parse_matcher(each));
  }
  if (const std::string_view receiver = request.parameter("receiver"); !receiver.empty()) {
    RE2::Options options;
    options.set_log_errors(false);
    filter.receiver = std::make_unique<RE2>(fmt::format("^(?:{})$", receiver), options);
    if (!filter.receiver->ok()) {
      throw Error(fmt::format("failed to parse receiver param: {}", filter.receiver->error()));
    }
  }
  return filter;
}

bool wants_receiver(const Filter& filter, const std::vector<std::string>& receivers) {
  if (!filter.receiver) return true;
  return std::any_of(receivers.begin(), receivers.end(), [&](const std::string& name) {
    return RE2::FullMatch(name, *filter.receiver);
  });
}

/// An alert of a rule has no end while it fires; clients want one, so it is as far off as an alert
/// that nobody refreshes would live.
Timestamp shown_end(const Alert& alert, Duration resolve_timeout, Timestamp now) {
  return alert.ends_at.value_or(now + resolve_timeout);
}

void write_alert(JsonWriter& out, const Alert& alert, const std::vector<std::string>& silences,
                 const std::vector<std::string>& receivers, Timestamp ends_at) {
  out.begin_object().field("annotations", alert.annotations);
  out.field("endsAt", format_rfc3339(ends_at));
  out.field("fingerprint", format_fingerprint(alert.fingerprint));
  out.key("receivers").begin_array();
  for (const std::string& name : receivers) out.begin_object().field("name", name).end_object();
  out.end_array().field("startsAt", format_rfc3339(alert.starts_at));
  out.key("status").begin_object().key("inhibitedBy").begin_array().end_array();
  out.key("mutedBy").begin_array().end_array();
  out.key("silencedBy").begin_array();
  for (const std::string& id : silences) out.value(id);
  out.end_array().field("state", silences.empty() ? "active" : "suppressed").end_object();
  out.field("updatedAt", format_rfc3339(alert.updated_at));
  if (!alert.generator_url.empty()) out.field("generatorURL", alert.generator_url);
  out.field("labels", alert.labels).end_object();
}

std::vector<AlertPtr> chosen(const engine::Alerts& alerts, const Filter& filter, Timestamp now) {
  std::vector<AlertPtr> found;
  for (const auto& [fingerprint, alert] : alerts) {
    if (!alert->resolved(now) && all_match(filter.matchers, alert->labels)) found.push_back(alert);
  }
  std::sort(found.begin(), found.end(),
            [](const AlertPtr& a, const AlertPtr& b) { return a->fingerprint < b->fingerprint; });
  return found;
}

Response get_alerts(engine::Engine& engine, const Request& request, Timestamp now) {
  Filter filter;
  try {
    filter = parse_filter(request);
  } catch (const Error& error) {
    return json(json_string(error.what()), 400);
  }
  const std::shared_ptr<const config::Config> config = engine.config();
  const engine::Book::Snapshot snapshot(engine.book());
  JsonWriter out;
  out.begin_array();
  for (const AlertPtr& alert : chosen(snapshot.alerts(), filter, now)) {
    const std::vector<std::string> receivers = engine::receivers_of(*config, alert->labels);
    if (!wants_receiver(filter, receivers)) continue;
    const std::vector<std::string> silences = snapshot.silences().muting(alert->labels, now);
    if (silences.empty() ? !filter.active : !filter.silenced) continue;
    write_alert(out, *alert, silences, receivers,
                shown_end(*alert, config->global.resolve_timeout, now));
  }
  return json(out.end_array().take() + "\n");
}

}  // namespace

void add_alerts_api(Router& router, engine::Engine& engine) {
  router.add("GET", "/api/v2/alerts", [&engine](const Request& request, Timestamp now) {
    return get_alerts(engine, request, now);
  });
}

}  // namespace tocsin::web
