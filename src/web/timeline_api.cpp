// /api/tocsin/v1/timeline: what happened.
#include <charconv>

#include <fmt/format.h>

#include "model/error.h"
#include "web/explain_json.h"
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
    write_event(out, event);
  }
  return json(out.end_array().take() + "\n");
}

}  // namespace

void add_timeline_api(Router& router, engine::Engine& engine) {
  router.add("GET", "/api/tocsin/v1/timeline", [&engine](const Request& request, Timestamp) {
    return get_timeline(engine, request);
  });
}

}  // namespace tocsin::web
