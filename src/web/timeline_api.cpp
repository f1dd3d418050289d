// /api/tocsin/v1/timeline and /outbox: what happened, what waits, what was given up.
#include <charconv>

#include <fmt/format.h>

#include "model/error.h"
#include "web/handlers.h"
#include "web/json.h"

namespace tocsin::web {
namespace {

constexpr std::size_t kMostEvents = 10'000;

journal::EventQuery parse_query(const Request& request) {
  journal::EventQuery query;
  if (const auto text = request.parameter("fingerprint"); !text.empty()) {
    query.fingerprint = parse_fingerprint(text);
  }
  query.subject = request.parameter("subject");
  if (const auto text = request.parameter("from"); !text.empty()) query.from = parse_rfc3339(text);
  if (const auto text = request.parameter("to"); !text.empty()) query.to = parse_rfc3339(text);
  if (const auto text = request.parameter("limit"); !text.empty()) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), query.limit);
    if (error != std::errc() || end != text.data() + text.size() || query.limit > kMostEvents) {
      throw Error(fmt::format("limit must be a number of at most {}", kMostEvents));
    }
  }
  return query;
}

Response get_timeline(engine::Engine& engine, const Request& request) {
  journal::EventQuery query;
  try {
    query = parse_query(request);
  } catch (const Error& error) {
    return json(json_string(error.what()), 400);
  }
  JsonWriter out;
  out.begin_array();
  for (const Event& event : engine.events(query)) {
    out.begin_object().field("at", format_rfc3339(event.at)).field("kind", to_string(event.kind));
    if (event.fingerprint != 0) out.field("fingerprint", format_fingerprint(event.fingerprint));
    if (!event.subject.empty()) out.field("subject", event.subject);
    out.field("detail", event.detail).end_object();
  }
  return json(out.end_array().take() + "\n");
}

Response get_outbox(engine::Engine& engine) {
  JsonWriter out;
  out.begin_array();
  for (const notify::OutboxRow& row : engine.outbox()) {
    const notify::Notification& about = row.notification;
    out.begin_object().field("id", fmt::format("{}", row.id));
    out.field("state", row.state == notify::RowState::Dead ? "dead" : "pending");
    out.field("receiver", about.receiver).field("channel", about.channel);
    out.field("groupKey", about.group_key).field("reason", to_string(about.reason));
    out.field("alerts", static_cast<double>(about.alerts.size()));
    out.field("decidedAt", format_rfc3339(about.decided_at));
    out.field("attempts", static_cast<double>(row.attempts));
    if (row.state == notify::RowState::Pending) out.field("retryAt", format_rfc3339(row.retry_at));
    if (!row.last_error.empty()) out.field("lastError", row.last_error);
    out.end_object();
  }
  return json(out.end_array().take() + "\n");
}

}  // namespace

void add_timeline_api(Router& router, engine::Engine& engine) {
  router.add("GET", "/api/tocsin/v1/timeline", [&engine](const Request& request, Timestamp) {
    return get_timeline(engine, request);
  });
  router.add("GET", "/api/tocsin/v1/outbox",
             [&engine](const Request&, Timestamp) { return get_outbox(engine); });
}

}  // namespace tocsin::web
