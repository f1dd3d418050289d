#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "config/parts.h"
#include "config/scrape_parts.h"
#include "config/values.h"

namespace tocsin::config {
namespace {

void read_memory_limit(Map& map, std::size_t& out) {
  constexpr std::size_t kLeast = std::size_t{1} << 20;
  std::string text;
  if (!map.read("memory_limit", text)) return;
  const std::optional<std::size_t> bytes = parse_bytes(text);
  if (!bytes) {
    map.problem("memory_limit",
                fmt::format("memory_limit must be a size like 512MB or 2GB, not {}", shown(text)));
  } else if (*bytes < kLeast) {
    map.problem("memory_limit", "memory_limit must be 1MB at least");
  } else {
    out = *bytes;
  }
}

/// The series in this process.
void read_embedded(Map& map, net::SourceSettings& source) {
  if (map.read("retention", source.retention) && source.retention < std::chrono::minutes{1}) {
    map.problem("retention", "retention must be a minute at least");
  }
  read_memory_limit(map, source.memory_limit);
  read_url(map, "external_url", source.external_url);
  map.refuse({"url", "remote_write_url", "timeout"},
             "is of a source somewhere else, and this one is embedded; remove one of the two");
}

net::SourceSettings read_source(Map& map) {
  net::SourceSettings source;
  map.read("name", source.name);
  map.read("embedded", source.embedded);
  if (source.embedded) {
    read_embedded(map, source);
    return source;
  }
  map.refuse({"retention", "memory_limit"}, "is of the embedded source; add embedded: true");
  if (!map.has("url")) {
    map.problem(
        "a source needs a url, that of its Prometheus API; or embedded: true, for what "
        "scrape_configs bring");
  }
  read_url(map, "url", source.url);
  read_url(map, "external_url", source.external_url);
  read_url(map, "remote_write_url", source.remote_write_url);
  if (map.read("timeout", source.timeout) && source.timeout <= Duration{0}) {
    map.problem("timeout", "timeout must be longer than 0");
  }
  read_http_keys(map, source.http);
  return source;
}

/// What is scraped needs a place: a prometheus.yml does not name one.
void add_embedded(Map& root, std::vector<net::SourceSettings>& sources) {
  const auto embedded =
      std::count_if(sources.begin(), sources.end(), [](const auto& each) { return each.embedded; });
  if (embedded > 1) {
    root.problem("sources", "two sources are embedded, and there is only one place; remove one");
  }
  if (embedded > 0 || !(root.has("scrape_configs") || root.has("scrape_config_files"))) return;
  net::SourceSettings source;
  source.embedded = true;
  source.name = "local";
  const auto is_taken = [&](const auto& each) { return each.name == source.name; };
  while (std::any_of(sources.begin(), sources.end(), is_taken)) source.name += "-embedded";
  sources.push_back(std::move(source));
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
  add_embedded(root, sources);
  return sources;
}

}  // namespace tocsin::config
