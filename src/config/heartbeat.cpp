#include "config/parts.h"
#include "config/values.h"

namespace tocsin::config {

std::optional<Heartbeat> read_heartbeat(Map& root, const Defaults& defaults) {
  const Node* node = root.find("heartbeat");
  if (node == nullptr) return std::nullopt;
  Map map(*node, "heartbeat", root.file());
  if (!map.usable()) return std::nullopt;
  Heartbeat heartbeat;
  if (!map.has("url") && !map.has("url_file")) {
    map.problem("a heartbeat needs a url or url_file: what is called while all is well");
  } else {
    read_secret_url(map, "url", heartbeat.url);
  }
  if (map.read("interval", heartbeat.interval) && heartbeat.interval < std::chrono::seconds{1}) {
    map.problem("interval", "interval must be at least 1s");
  }
  if (map.read("timeout", heartbeat.timeout) && heartbeat.timeout <= Duration{0}) {
    map.problem("timeout", "timeout must be longer than 0");
  }
  heartbeat.http = std::make_shared<const net::HttpSettings>(read_own_http(map, defaults));
  return heartbeat;
}

}  // namespace tocsin::config
