#include <array>
#include <utility>

#include <fmt/format.h>

#include "config/scrape_parts.h"
#include "config/values.h"

namespace tocsin::config {
namespace {

using scrape::KubernetesDiscovery;
using scrape::KubernetesRole;

constexpr std::array<std::pair<std::string_view, KubernetesRole>, 5> kRoles = {
    {{"node", KubernetesRole::Node},
     {"pod", KubernetesRole::Pod},
     {"service", KubernetesRole::Service},
     {"endpoints", KubernetesRole::Endpoints},
     {"endpointslice", KubernetesRole::EndpointSlice}}};

void read_role(Map& map, KubernetesRole& out) {
  std::string text;
  if (!map.read("role", text)) return map.problem("kubernetes_sd_configs need a role");
  for (const auto& [name, role] : kRoles) {
    if (name != text) continue;
    out = role;
    return;
  }
  map.problem("role", fmt::format("role must be node, pod, service, endpoints or endpointslice, "
                                  "not {}",
                                  shown(text)));
}

void read_namespaces(Map& map, KubernetesDiscovery& cluster) {
  const Node* node = map.find("namespaces");
  if (node == nullptr) return;
  Map inner(*node, "namespaces", map.file());
  if (!inner.usable()) return;
  inner.read("own_namespace", cluster.own_namespace);
  inner.read("names", cluster.namespaces);
}

void read_selectors(Map& map, KubernetesDiscovery& cluster) {
  map.for_each("selectors", [&](const Node& node) {
    Map inner(node, "selector", map.file());
    if (!inner.usable()) return;
    KubernetesDiscovery::Selector selector;
    read_role(inner, selector.role);
    inner.read("label", selector.label);
    inner.read("field", selector.field);
    cluster.selectors.push_back(std::move(selector));
  });
}

void read_metadata(Map& map, KubernetesDiscovery& cluster) {
  const Node* node = map.find("attach_metadata");
  if (node == nullptr) return;
  Map inner(*node, "attach_metadata", map.file());
  if (!inner.usable()) return;
  inner.read("node", cluster.attach_node);
  inner.read("namespace", cluster.attach_namespace);
}

KubernetesDiscovery read_cluster(Map& map) {
  KubernetesDiscovery cluster;
  read_role(map, cluster.role);
  read_url(map, "api_server", cluster.api_server);
  map.refuse("kubeconfig_file",
             "is not supported; give api_server with tls_config and authorization");
  read_namespaces(map, cluster);
  read_selectors(map, cluster);
  read_metadata(map, cluster);
  read_http_keys(map, cluster.http);
  if (cluster.api_server.empty() && cluster.http != net::HttpSettings{}) {
    map.problem("HTTP settings need an api_server; without one the service account is used");
  }
  return cluster;
}

}  // namespace

void read_kubernetes_discovery(Map& map, scrape::JobSettings& job) {
  map.for_each("kubernetes_sd_configs", [&](const Node& node) {
    Map inner(node, "kubernetes_sd_config", map.file());
    if (inner.usable()) job.clusters.push_back(read_cluster(inner));
  });
}

}  // namespace tocsin::config
