// The handlers of all paths: they translate between JSON and the engine, which decides.
#pragma once

#include <optional>
#include <string>

#include "engine/engine.h"
#include "model/matcher.h"
#include "series/store.h"
#include "web/router.h"

namespace tocsin::scrape {
class Scraper;
}

namespace tocsin::web {

/// What about the process itself the handlers tell.
struct About {
  /// How the only node of a cluster presents itself.
  struct Node {
    std::string name;
    std::string address;
  };
  Timestamp started;
  std::string version;
  std::optional<Node> node = {};                     ///< none: clustering is off
  MatcherSyntax matchers = MatcherSyntax::Fallback;  ///< of filters
  const scrape::Scraper* scraper = nullptr;          ///< outlives the router; null: none
  const series::Store* series = nullptr;             ///< outlives the router; null: none
};

/// All paths. The engine outlives the router.
Router make_router(engine::Engine& engine, About about);

// One function per file of handlers; each adds its paths.
void add_alerts_api(Router& router, engine::Engine& engine,
                    const About& about);  // Alertmanager: alerts
void add_groups_api(Router& router, engine::Engine& engine,
                    const About& about);  // Alertmanager: groups, receivers
void add_silences_api(Router& router, engine::Engine& engine,
                      const About& about);  // Alertmanager: silences
void add_status_api(Router& router, engine::Engine& engine, const About& about);  // status, health
void add_rules_api(Router& router, engine::Engine& engine, const About& about);   // Prometheus
void add_source_api(Router& router, engine::Engine& engine,
                    const About& about);                         // Prometheus: queries, labels
void add_timeline_api(Router& router, engine::Engine& engine);   // ours
void add_outbox_api(Router& router, engine::Engine& engine);     // ours
void add_explain_api(Router& router, engine::Engine& engine);    // ours
void add_silence_links(Router& router, engine::Engine& engine);  // ours: /silence
/// Prometheus: targets of scrape_configs; and the page about them.
void add_targets_api(Router& router, const engine::Engine& engine, const About& about);
/// /api/v1/metadata of what is scraped.
Response scraped_metadata(const scrape::Scraper& scraper, const Request& request);
void add_root_page(Router& router, const About& about);
void add_metrics(Router& router, engine::Engine& engine, const About& about);

}  // namespace tocsin::web
