// /api/tocsin/v1/outbox: what waits to be sent and what was given up, another attempt, or none.
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "web/handlers.h"
#include "web/json.h"
#include "web/refusal.h"

namespace tocsin::web {
namespace {

using engine::RowChange;

/// The members of a row, without what its alerts are.
void write_row(JsonWriter& out, const notify::OutboxRow& row) {
  const notify::Notification& about = *row.notification;
  out.field("id", fmt::format("{}", row.id));
  out.field("state", row.state == notify::RowState::Dead ? "dead" : "pending");
  out.field("receiver", about.receiver).field("channel", about.channel);
  out.field("groupKey", about.group_key).field("reason", to_string(about.reason));
  out.field("alerts", static_cast<double>(about.alerts.size()));
  out.field("decidedAt", format_rfc3339(about.decided_at));
  out.field("attempts", static_cast<double>(row.attempts));
  if (row.state == notify::RowState::Pending) out.field("retryAt", format_rfc3339(row.retry_at));
  if (!row.last_error.empty()) out.field("lastError", row.last_error);
}

Response get_outbox(engine::Engine& engine) {
  JsonWriter out;
  out.begin_array();
  for (const notify::OutboxRow& row : engine.outbox()) {
    out.begin_object();
    write_row(out, row);
    out.end_object();
  }
  return json(out.end_array().take() + "\n");
}

std::optional<std::int64_t> id_of(const Request& request) {
  const std::string& text = request.arguments.at(0);
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || id < 0) return std::nullopt;
  return id;
}

Response not_a_number(const Request& request) {
  return bad_request(fmt::format("\"{}\" is not the number of a message", request.arguments.at(0)));
}

Response get_row(engine::Engine& engine, const Request& request) {
  const auto id = id_of(request);
  if (!id) return not_a_number(request);
  const auto row = engine.outbox_row(*id);
  if (!row) return json(json_string(fmt::format("there is no message {}", *id)) + "\n", 404);
  JsonWriter out;
  out.begin_object();
  write_row(out, *row);
  out.field("groupLabels", row->notification->group_labels);
  out.key("about").begin_array();
  for (const notify::Told& told : row->notification->alerts) {
    out.begin_object().field("fingerprint", format_fingerprint(told.alert->fingerprint));
    out.field("status", to_string(told.status)).field("labels", told.alert->labels);
    out.field("annotations", told.alert->annotations);
    out.field("startsAt", format_rfc3339(told.alert->starts_at)).end_object();
  }
  return json(out.end_array().end_object().take() + "\n");
}

Response answer(const RowChange& change) {
  const int status = change.outcome == RowChange::Outcome::Done       ? 200
                     : change.outcome == RowChange::Outcome::NotFound ? 404
                                                                      : 409;
  return json(json_string(change.text) + "\n", status);
}

Response retry_row(engine::Engine& engine, const Request& request) {
  if (const auto wrong = wrong_media_type(request)) return refuse(*wrong);
  const auto id = id_of(request);
  return id ? answer(engine.retry_row(*id, request.caller())) : not_a_number(request);
}

Response drop_row(engine::Engine& engine, const Request& request) {
  const auto id = id_of(request);
  return id ? answer(engine.drop_row(*id, request.caller())) : not_a_number(request);
}

}  // namespace

void add_outbox_api(Router& router, engine::Engine& engine) {
  router.add("GET", "/api/tocsin/v1/outbox",
             [&engine](const Request&, Timestamp) { return get_outbox(engine); });
  router.add("GET", "/api/tocsin/v1/outbox/{}",
             [&engine](const Request& request, Timestamp) { return get_row(engine, request); });
  router.add("POST", "/api/tocsin/v1/outbox/{}/retry",
             [&engine](const Request& request, Timestamp) { return retry_row(engine, request); });
  router.add("DELETE", "/api/tocsin/v1/outbox/{}",
             [&engine](const Request& request, Timestamp) { return drop_row(engine, request); });
}

}  // namespace tocsin::web
