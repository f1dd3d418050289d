#include "web/handlers.h"

namespace tocsin::web {

Router make_router(engine::Engine& engine, About about) {
  Router router;
  add_alerts_api(router, engine, about);
  add_groups_api(router, engine, about);
  add_silences_api(router, engine, about);
  add_status_api(router, engine, about);
  add_rules_api(router, engine, about);
  add_source_api(router, engine, about);
  add_timeline_api(router, engine);
  add_outbox_api(router, engine);
  add_explain_api(router, engine);
  add_silence_links(router, engine);
  add_targets_api(router, engine, about);
  add_root_page(router, about);
  add_metrics(router, engine, about);
  return router;
}

}  // namespace tocsin::web
