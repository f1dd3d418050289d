// /api/v2/status, health, readiness and reload.
#include <fmt/format.h>

#include "web/handlers.h"
#include "web/json.h"
#include "web/refusal.h"

namespace tocsin::web {
namespace {

/// One node on its own, which is always ready; or none, when clustering is off.
void write_cluster(JsonWriter& out, const About& about) {
  out.key("cluster").begin_object();
  if (about.node) out.field("name", about.node->name);
  out.key("peers").begin_array();
  if (about.node) {
    out.begin_object().field("address", about.node->address);
    out.field("name", about.node->name).end_object();
  }
  out.end_array().field("status", about.node ? "ready" : "disabled").end_object();
}

Response get_status(engine::Engine& engine, const About& about) {
  JsonWriter out;
  out.begin_object();
  write_cluster(out, about);
  out.key("config").begin_object().field("original", engine.config()->alertmanager_yaml());
  out.end_object().field("uptime", format_rfc3339(about.started));
  out.key("versionInfo").begin_object().field("branch", "").field("buildDate", "");
  out.field("buildUser", "").field("goVersion", "none: C++").field("revision", "");
  out.field("version", about.version).end_object().end_object();
  return json(out.take() + "\n");
}

/// Alertmanager's first API is gone, there and here.
Response deprecated(const Request&, Timestamp) {
  return json(
      R"({"status":"deprecated","error":"The Alertmanager v1 API was deprecated in version 0.16.0 )"
      R"(and is removed as of version 0.27.0 - please use the equivalent route in the v2 API"})",
      410);
}

/// The engine turns once a second; a turn that does a lot takes a few.
constexpr Duration kLongestTurn = std::chrono::seconds{30};

Response get_ready(engine::Engine& engine, Timestamp now) {
  const Timestamp turned = engine.last_turn();
  if (turned != Timestamp{} && now - turned > kLongestTurn) {
    return text(fmt::format("not ready: nothing has moved since {}\n", format_rfc3339(turned)),
                503);
  }
  std::string why;
  if (engine.book().healthy(&why)) return text("OK\n");
  return text(fmt::format("not ready: the journal cannot be written: {}\n", why), 503);
}

Response reload(engine::Engine& engine, const Request& request) {
  const std::string problem = engine.reload(request.caller());
  if (problem.empty()) return text("");
  return text(fmt::format("failed to reload config: {}\n", problem), 500);
}

}  // namespace

void add_status_api(Router& router, engine::Engine& engine, const About& about) {
  router.add("GET", "/api/v2/status", gives_json([&engine, about](const Request&, Timestamp) {
               return get_status(engine, about);
             }));
  for (const char* method : {"GET", "POST", "DELETE"}) {
    for (const char* path : {"status", "receivers", "silences", "silence/{}"}) {
      router.add(method, std::string("/api/v1/") + path, deprecated);
    }
  }
  router.add("POST", "/api/v1/alerts", deprecated);  // GET is Prometheus' own
  router.add("GET", "/-/healthy", [](const Request&, Timestamp) { return text("OK\n"); });
  router.add("GET", "/-/ready",
             [&engine](const Request&, Timestamp now) { return get_ready(engine, now); });
  for (const char* method : {"POST", "PUT"}) {
    router.add(method, "/-/reload",
               [&engine](const Request& request, Timestamp) { return reload(engine, request); });
  }
}

}  // namespace tocsin::web
