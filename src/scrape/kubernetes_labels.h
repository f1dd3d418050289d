// Meta labels of Kubernetes objects, for kubernetes_targets.cpp and its sibling.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "scrape/kubernetes_targets.h"

namespace tocsin::scrape {

using Json = nlohmann::json;

/// What lies behind the keys; null where anything on the way is missing.
const Json& at(const Json& json, std::initializer_list<std::string_view> path);
/// The text (or number, or truth) there as text; "" where there is none.
std::string text_at(const Json& json, std::initializer_list<std::string_view> path);

/// Sets __meta_kubernetes_NAME, unless the value is empty.
void set_meta(Labels& labels, std::string_view name, std::string_view value);
/// Name, labels and annotations of an object, under the kind's prefix.
void set_metadata(Labels& labels, std::string_view kind, const Json& object);

/// "10.0.0.1:80", "[::1]:80".
std::string host_port(const std::string& host, const std::string& port);

void set_pod(Labels& labels, const Json& pod);
void set_container(Labels& labels, const Json& container, bool init);
void set_container_port(Labels& labels, const Json& port);
void set_service(Labels& labels, const Json& service);
/// Labels of the node of that name, where `settings` want them.
void set_node(Labels& labels, const KubernetesDiscovery& settings, const KubernetesWorld& world,
              const std::string& name);
void set_namespace(Labels& labels, const KubernetesDiscovery& settings,
                   const KubernetesWorld& world, const std::string& name);

/// Calls `each` with every container of a pod and whether it is one that initialises.
template <class Each>
void for_each_container(const Json& pod, Each each) {
  for (const Json& container : at(pod, {"spec", "containers"})) each(container, false);
  for (const Json& container : at(pod, {"spec", "initContainers"})) each(container, true);
}

/// Targets of Endpoints and of EndpointSlices; in kubernetes_endpoints.cpp.
TargetGroup endpoints_group(const KubernetesDiscovery& settings, const KubernetesWorld& world,
                            const Json& endpoints);
TargetGroup slice_group(const KubernetesDiscovery& settings, const KubernetesWorld& world,
                        const Json& slice);

}  // namespace tocsin::scrape
