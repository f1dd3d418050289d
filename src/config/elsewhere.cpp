#include <fmt/format.h>

#include "config/parts.h"

namespace tocsin::config {

namespace {

void warn(Map& root, std::string_view key, std::string_view why) {
  const Node* node = root.find(key);
  if (node != nullptr) root.file().warning(*node, fmt::format("{} {}", key, why));
}

/// It has no use here, and a prometheus.yml always has it.
void warn_of_alerting(Map& root) {
  const Node* node = root.find("alerting");
  if (node == nullptr) return;
  std::string why = "is passed over: Tocsin notifies by itself; set up \"route\" and \"receivers\"";
  for (const Node::Entry& entry : node->entries) {
    if (entry.key == "alert_relabel_configs" && !entry.value->list.empty()) {
      why += "; its alert_relabel_configs are not applied: labels of alerts belong into rules";
    }
  }
  warn(root, "alerting", why);
}

}  // namespace

void refuse_prometheus_keys(Map& root) {
  root.refuse("remote_read",
              "has no use here: name the API that answers queries under \"sources\"");
  root.refuse("otlp", "belongs to Prometheus and has no use here; remove it");
  warn_of_alerting(root);
  warn(root, "storage", "is passed over: use the flag --storage.path");
  warn(root, "runtime", "is passed over: it is about Go");
}

void warn_of_idle_keys(Map& root) {
  for (const std::string_view key : {"tracing", "event_recorder"}) {
    const Node* node = root.find(key);
    if (node == nullptr || node->is_null()) continue;
    root.file().warning(*node, fmt::format("{} is taken and means nothing here: what happened is "
                                           "always in the timeline (/api/tocsin/v1/timeline)",
                                           key));
  }
}

}  // namespace tocsin::config
