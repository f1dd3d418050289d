#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "config/scrape_parts.h"
#include "config/values.h"
#include "model/text.h"

namespace tocsin::config {
namespace {

using namespace scrape;

constexpr std::array<std::string_view, 27> kElsewhere = {
    "aws_sd_configs",          "azure_sd_configs",     "consul_sd_configs",
    "digitalocean_sd_configs", "dns_sd_configs",       "docker_sd_configs",
    "dockerswarm_sd_configs",  "ec2_sd_configs",       "eureka_sd_configs",
    "gce_sd_configs",          "hetzner_sd_configs",   "ionos_sd_configs",
    "kuma_sd_configs",         "lightsail_sd_configs", "linode_sd_configs",
    "marathon_sd_configs",     "nerve_sd_configs",     "nomad_sd_configs",
    "openstack_sd_configs",    "ovhcloud_sd_configs",  "puppetdb_sd_configs",
    "scaleway_sd_configs",     "serverset_sd_configs", "stackit_sd_configs",
    "triton_sd_configs",       "uyuni_sd_configs",     "vultr_sd_configs"};

void check_address(Map& map, const Node& node, const std::string& address) {
  if (address.find('/') == std::string::npos && !address.empty()) return;
  map.file().problem(node, fmt::format("a target is host:port, like app.example.org:8080, not {}; "
                                       "scheme and path have keys of their own",
                                       shown(address)));
}

void read_targets(Map& map, TargetGroup& group) {
  std::vector<std::string> addresses;
  const Node* list = map.find("targets");
  const std::size_t problems_before = map.file().problems();
  if (!map.read("targets", addresses) || map.file().problems() > problems_before) return;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    check_address(map, *list->list[i], addresses[i]);
    group.targets.push_back(Labels{{std::string(kAddress), addresses[i]}});
  }
}

void read_static(Map& map, JobSettings& job) {
  map.for_each("static_configs", [&](const Node& node) {
    std::optional<TargetGroup> group = read_target_group(node, map.file());
    if (!group) return;
    group->source = fmt::to_string(job.static_targets.size());
    job.static_targets.push_back(std::move(*group));
  });
}

bool is_target_file(std::string_view pattern) {
  return pattern.ends_with(".json") || pattern.ends_with(".yml") || pattern.ends_with(".yaml");
}

void read_interval(Map& map, Duration& out) {
  Duration interval{0};
  if (!map.read("refresh_interval", interval)) return;
  if (interval > Duration{0}) {
    out = interval;
  } else {
    map.problem("refresh_interval", "refresh_interval must be longer than 0");
  }
}

FileDiscovery read_file_discovery(Map& map) {
  FileDiscovery files;
  std::vector<std::string> patterns;
  map.read("files", patterns);
  if (!map.has("files")) map.problem("file_sd_configs need files");
  for (const std::string& pattern : patterns) {
    if (!is_target_file(pattern)) {
      map.problem("files", fmt::format("{} must end in .json, .yml or .yaml", shown(pattern)));
    }
    files.files.push_back(map.file().resolve(pattern));
  }
  read_interval(map, files.refresh_interval);
  return files;
}

HttpDiscovery read_http_discovery(Map& map) {
  HttpDiscovery http;
  if (!map.has("url")) map.problem("http_sd_configs need a url");
  read_url(map, "url", http.url);
  read_interval(map, http.refresh_interval);
  read_http_keys(map, http.http);
  return http;
}

}  // namespace

std::optional<TargetGroup> read_target_group(const Node& node, File& file) {
  Map map(node, "target group", file);
  if (!map.usable()) return std::nullopt;
  TargetGroup group;
  read_targets(map, group);
  if (map.read("labels", group.labels)) {
    for (const LabelView& label : group.labels) {
      if (label.name.empty()) map.problem("labels", "a label needs a name");
    }
  }
  return group;
}

void read_discovery(Map& map, JobSettings& job) {
  read_static(map, job);
  map.for_each("file_sd_configs", [&](const Node& node) {
    Map inner(node, "file_sd_config", map.file());
    if (inner.usable()) job.files.push_back(read_file_discovery(inner));
  });
  map.for_each("http_sd_configs", [&](const Node& node) {
    Map inner(node, "http_sd_config", map.file());
    if (inner.usable()) job.urls.push_back(read_http_discovery(inner));
  });
  read_kubernetes_discovery(map, job);
  for (const std::string_view key : kElsewhere) {
    map.refuse(key,
               "is not supported: targets come from static_configs, file_sd_configs, "
               "http_sd_configs and kubernetes_sd_configs; have something that knows them "
               "write a file or answer over HTTP");
  }
}

}  // namespace tocsin::config
