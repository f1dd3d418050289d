// The handlers of all paths: they translate between JSON and the engine, which decides.
#pragma once

#include "engine/engine.h"
#include "web/router.h"

namespace tocsin::web {

/// What about the process itself the handlers tell.
struct About {
  Timestamp started;
  std::string version;
};

/// All paths. The engine outlives the router.
Router make_router(engine::Engine& engine, About about);

// One function per file of handlers; each adds its paths.
void add_alerts_api(Router& router, engine::Engine& engine);    // Alertmanager: alerts
void add_silences_api(Router& router, engine::Engine& engine);  // Alertmanager: silences
void add_status_api(Router& router, engine::Engine& engine, const About& about);  // status, health
void add_rules_api(Router& router, engine::Engine& engine, const About& about);   // Prometheus
void add_timeline_api(Router& router, engine::Engine& engine);                    // ours
void add_metrics(Router& router, engine::Engine& engine, const About& about);

}  // namespace tocsin::web
