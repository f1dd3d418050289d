#include <set>

#include <fmt/format.h>

#include "config/parts.h"
#include "config/values.h"

namespace tocsin::config {
namespace {

net::SourceSettings read_source(Map& map) {
  net::SourceSettings source;
  map.read("name", source.name);
  if (!map.has("url")) map.problem("a source needs a url, that of its Prometheus API");
  read_url(map, "url", source.url);
  read_url(map, "external_url", source.external_url);
  read_url(map, "remote_write_url", source.remote_write_url);
  if (map.read("timeout", source.timeout) && source.timeout <= Duration{0}) {
    map.problem("timeout", "timeout must be longer than 0");
  }
  read_http_keys(map, source.http);
  return source;
}

}  // namespace

std::vector<net::SourceSettings> read_sources(Map& root) {
  std::vector<net::SourceSettings> sources;
  std::set<std::string> names;
  root.for_each("sources", [&](const Node& node) {
    Map map(node, "source", root.file());
    if (!map.usable()) return;
    net::SourceSettings source = read_source(map);
    if (source.name.empty()) {
      map.problem("a source needs a name");
    } else if (!names.insert(source.name).second) {
      map.problem("name",
                  fmt::format("there are two sources named {}; rename one", shown(source.name)));
    }
    sources.push_back(std::move(source));
  });
  return sources;
}

}  // namespace tocsin::config
