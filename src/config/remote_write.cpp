#include "config/remote_write.h"

#include <set>

#include <fmt/format.h>

#include "config/parts.h"
#include "config/scrape_parts.h"
#include "config/values.h"

namespace tocsin::config {
namespace {

using scrape::RemoteWriteSettings;

/// Shards and buffers mean nothing here: the store is the queue.
void read_queue(Map& map, RemoteWriteSettings& settings) {
  const Node* node = map.find("queue_config");
  if (node == nullptr) return;
  Map queue(*node, "queue_config", map.file());
  if (!queue.usable()) return;
  std::size_t ignored = 0;
  Duration deadline{0};
  bool retry = false;
  for (const std::string_view key : {"capacity", "max_shards", "min_shards"}) {
    queue.read(key, ignored);
  }
  queue.read("batch_send_deadline", deadline);
  queue.read("sample_age_limit", deadline);
  queue.read("retry_on_http_429", retry);
  queue.read("min_backoff", settings.min_backoff);
  queue.read("max_backoff", settings.max_backoff);
  if (settings.max_backoff < settings.min_backoff) {
    queue.problem("max_backoff", "max_backoff must not be shorter than min_backoff");
  }
  if (queue.read("max_samples_per_send", settings.batch) && settings.batch == 0) {
    queue.problem("max_samples_per_send", "max_samples_per_send must be 1 or more");
  }
}

void read_headers(Map& map, net::HttpSettings& http) {
  Labels headers;
  if (!map.read("headers", headers)) return;
  for (const LabelView& header : headers) {
    if (net::is_token(header.name)) {
      http.headers.push_back({std::string(header.name), {std::string(header.value)}, {}});
    } else {
      map.problem("headers", fmt::format("{} cannot be the name of a header", shown(header.name)));
    }
  }
}

RemoteWriteSettings read_place(Map& map) {
  RemoteWriteSettings settings;
  if (!map.has("url")) map.problem("remote_write needs a url");
  read_url(map, "url", settings.url);
  map.read("name", settings.name);
  if (map.read("remote_timeout", settings.timeout) && settings.timeout <= Duration{0}) {
    map.problem("remote_timeout", "remote_timeout must be longer than 0");
  }
  read_http_keys(map, settings.http);
  read_headers(map, settings.http);
  read_queue(map, settings);
  settings.relabel = read_relabel_rules(map, "write_relabel_configs");
  bool ignored = false;
  for (const std::string_view key :
       {"send_exemplars", "send_native_histograms", "round_robin_dns"}) {
    map.read(key, ignored);
  }
  if (map.has("metadata_config")) map.find("metadata_config");
  map.refuse("protobuf_message", "is not supported: remote write 1.0 is what Tocsin speaks",
             {"prometheus.WriteRequest"});
  map.refuse({"sigv4", "azuread", "google_iam"},
             "is not supported; put a proxy that signs in front of the place");
  return settings;
}

}  // namespace

std::vector<RemoteWriteSettings> read_remote_write(Map& root) {
  std::vector<RemoteWriteSettings> all;
  std::set<std::string> names;
  root.for_each("remote_write", [&](const Node& node) {
    Map map(node, "remote_write", root.file());
    if (!map.usable()) return;
    RemoteWriteSettings settings = read_place(map);
    if (settings.name.empty()) {
      settings.name = fmt::format("{}-{}", net::destination_of(settings.url), all.size());
    }
    if (!names.insert(settings.name).second) {
      map.problem("name", fmt::format("there are two remote_write named {}; rename one",
                                      shown(settings.name)));
    }
    all.push_back(std::move(settings));
  });
  return all;
}

}  // namespace tocsin::config
