// /api/v2/status, health, readiness, reload, and the page at the root.
#include <fmt/format.h>

#include "web/handlers.h"
#include "web/json.h"

namespace tocsin::web {
namespace {

constexpr std::string_view kRootPage =
    "Tocsin is running. It has no page of its own yet; these answer:\n"
    "  /api/v1/rules      rules, their state and last error (as Prometheus)\n"
    "  /api/v1/alerts     pending and firing alerts of the rules (as Prometheus)\n"
    "  /api/v2/alerts     alerts that fire (as Alertmanager)\n"
    "  /api/v2/silences   silences (as Alertmanager; or use amtool)\n"
    "  /api/v2/status     version and configuration in force (as Alertmanager)\n"
    "  /api/tocsin/v1/timeline   what happened, and why\n"
    "  /api/tocsin/v1/outbox     messages waiting or given up\n"
    "  /metrics           metrics of Tocsin itself\n"
    "  /-/healthy  /-/ready      and POST /-/reload\n";

Response get_status(engine::Engine& engine, const About& about) {
  JsonWriter out;
  // Clustering is off: Alertmanager then reports no peers.
  out.begin_object().key("cluster").begin_object().key("peers").begin_array().end_array();
  out.field("status", "disabled").end_object();
  out.key("config").begin_object().field("original", engine.config()->alertmanager_yaml());
  out.end_object().field("uptime", format_rfc3339(about.started));
  out.key("versionInfo").begin_object().field("branch", "").field("buildDate", "");
  out.field("buildUser", "").field("goVersion", "none: C++").field("revision", "");
  out.field("version", about.version).end_object().end_object();
  return json(out.take() + "\n");
}

Response get_ready(engine::Engine& engine) {
  std::string why;
  if (engine.book().healthy(&why)) return text("OK\n");
  return text(fmt::format("not ready: the journal cannot be written: {}\n", why), 503);
}

Response reload(engine::Engine& engine) {
  const std::string problem = engine.reload();
  if (problem.empty()) return text("");
  return text(fmt::format("failed to reload config: {}\n", problem), 500);
}

}  // namespace

void add_status_api(Router& router, engine::Engine& engine, const About& about) {
  router.add("GET", "/", [](const Request&, Timestamp) { return text(std::string(kRootPage)); });
  router.add("GET", "/api/v2/status",
             [&engine, about](const Request&, Timestamp) { return get_status(engine, about); });
  router.add("GET", "/-/healthy", [](const Request&, Timestamp) { return text("OK\n"); });
  router.add("GET", "/-/ready", [&engine](const Request&, Timestamp) { return get_ready(engine); });
  for (const char* method : {"POST", "PUT"}) {
    router.add(method, "/-/reload",
               [&engine](const Request&, Timestamp) { return reload(engine); });
  }
}

}  // namespace tocsin::web
