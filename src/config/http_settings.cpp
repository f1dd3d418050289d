#include "config/http_parts.h"
#include "config/parts.h"

namespace tocsin::config {

void read_http_keys(Map& map, net::HttpSettings& http) {
  read_credentials(map, http);
  if (const Node* tls = map.find("tls_config")) http.tls = read_tls_settings(*tls, map.file());
  read_proxy(map, http.proxy);
  map.read("follow_redirects", http.follow_redirects);
  map.read("enable_http2", http.enable_http2);
  read_http_headers(map, http.headers);
}

net::HttpSettings read_http_settings(const Node& node, File& file) {
  net::HttpSettings http;
  Map map(node, "http_config", file);
  if (map.usable()) read_http_keys(map, http);
  return http;
}

}  // namespace tocsin::config
