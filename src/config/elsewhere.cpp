#include "config/parts.h"

namespace tocsin::config {

void refuse_prometheus_keys(Map& root) {
  root.refuse("scrape_configs",
              "is not supported yet: an embedded source comes with a later release; name your "
              "Prometheus under \"sources\"");
  root.refuse("scrape_config_files",
              "is not supported yet: an embedded source comes with a later release; name your "
              "Prometheus under \"sources\"");
  root.refuse("alerting",
              "has no use here: Tocsin notifies by itself; set up \"route\" and \"receivers\"");
  root.refuse("remote_write",
              "has no use here: give a source a \"remote_write_url\" for recording rules");
  root.refuse("remote_read",
              "has no use here: name the API that answers queries under \"sources\"");
  root.refuse("storage", "has no use here: use the flag --storage.path");
  root.refuse({"otlp", "runtime"}, "belongs to Prometheus and has no use here; remove it");
}

void refuse_alertmanager_keys(Map& root) {
  root.refuse("inhibit_rules", kNotYet);
  root.refuse({"time_intervals", "mute_time_intervals"}, kNotYet);
  root.refuse("templates", "is not supported yet: messages have Tocsin's own layout; remove it");
  root.refuse({"tracing", "event_recorder"}, kNotYet);
}

}  // namespace tocsin::config
