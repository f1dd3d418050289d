// /api/v2/alerts, as Alertmanager answers it.
#include <algorithm>

#include <fmt/format.h>

#include "model/error.h"
#include "web/alert_filter.h"
#include "web/handlers.h"
#include "web/posted_alerts.h"
#include "web/refusal.h"

namespace tocsin::web {
namespace {

std::vector<const Alert*> chosen(const engine::Book::Snapshot& snapshot, const AlertFilter& filter,
                                 Timestamp now) {
  std::vector<const Alert*> found;
  const auto look_at = [&](const AlertPtr& alert) {
    if (!alert->resolved(now) && all_match(filter.matchers, alert->labels)) {
      found.push_back(alert.get());
    }
  };
  const auto indexed = std::ranges::find_if(filter.matchers, [](const Matcher& matcher) {
    return matcher.op() == MatchOp::Equal && !matcher.value().empty();
  });
  if (indexed == filter.matchers.end()) {
    for (const auto& [fingerprint, alert] : snapshot.alerts()) look_at(alert);
  } else {
    for (const Fingerprint each : snapshot.labels().find(indexed->name(), indexed->value())) {
      const auto at = snapshot.alerts().find(each);
      if (at != snapshot.alerts().end()) look_at(at->second);
    }
  }
  std::sort(found.begin(), found.end(),
            [](const Alert* a, const Alert* b) { return a->fingerprint < b->fingerprint; });
  return found;
}

Response get_alerts(engine::Engine& engine, const Request& request, MatcherSyntax syntax,
                    Timestamp now) {
  std::optional<AlertFilter> filter;
  try {
    filter.emplace(request, syntax);
  } catch (const Error& error) {
    return bad_request(error.what());
  }
  const std::shared_ptr<const config::Config> config = engine.config();
  const engine::Book::Snapshot snapshot(engine.book());
  // An alert of a rule has no end while it fires: it lasts as long as one that nobody repeats.
  const Timestamp shown_end = now + config->global.resolve_timeout;
  JsonWriter out;
  out.begin_array();
  for (const Alert* alert : chosen(snapshot, *filter, now)) {
    const std::vector<std::string> receivers = engine::receivers_of(*config, alert->labels);
    if (!filter->receiver.wants_any(*config, receivers)) continue;
    const AlertStatus status = status_of(snapshot, *alert, now);
    if (filter->wants(status)) write_alert(out, *alert, status, receivers, shown_end);
  }
  return json(out.end_array().take() + "\n");
}

Response post_alerts(engine::Engine& engine, const Request& request, Timestamp now) {
  if (const auto wrong = wrong_media_type(request)) return refuse(*wrong);
  auto parsed = parse_posted_alerts(request.body);
  if (const auto* error = std::get_if<SchemaError>(&parsed)) return refuse(*error);
  const engine::IntakeResult result =
      engine.post_alerts(std::get<std::vector<state::Posted>>(std::move(parsed)), now);
  if (result.objections.empty()) return json("");
  return bad_request(fmt::format("{}", fmt::join(result.objections, "\n")));
}

}  // namespace

void add_alerts_api(Router& router, engine::Engine& engine, const About& about) {
  router.add("GET", "/api/v2/alerts",
             gives_json([&engine, syntax = about.matchers](const Request& request, Timestamp now) {
               return get_alerts(engine, request, syntax, now);
             }));
  router.add("POST", "/api/v2/alerts", gives_json([&engine](const Request& request, Timestamp now) {
               return post_alerts(engine, request, now);
             }));
}

}  // namespace tocsin::web
