// Target groups from what a Kubernetes API server lists, with Prometheus' names of meta labels.
//
// Source: prometheus.io/docs/prometheus/latest/configuration/configuration#kubernetes_sd_config
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "scrape/settings.h"

namespace tocsin::scrape {

/// Objects of one kind, by "namespace/name" ("/name" for nodes and namespaces).
using KubernetesObjects = std::map<std::string, nlohmann::json, std::less<>>;

/// Everything listed, as far as the role needs it.
struct KubernetesWorld {
  KubernetesObjects nodes, pods, services, endpoints, slices, namespaces;
};

/// Adds the items of a list as the API answers it. Throws Error when it is none.
void add_objects(std::string_view json, KubernetesObjects& objects);

/// One group for each object of the role.
std::vector<TargetGroup> targets_of(const KubernetesDiscovery& settings,
                                    const KubernetesWorld& world);

}  // namespace tocsin::scrape
