#include "scrape/kubernetes_targets.h"

#include <fmt/format.h>

#include "model/error.h"
#include "scrape/kubernetes_labels.h"

namespace tocsin::scrape {
namespace {

std::string key_of(const Json& object) {
  return text_at(object, {"metadata", "namespace"}) + "/" + text_at(object, {"metadata", "name"});
}

Labels with_address(std::string address) {
  return Labels{{std::string(kAddress), std::move(address)}};
}

std::string container_id(const Json& pod, const std::string& container) {
  for (const std::string_view list : {"containerStatuses", "initContainerStatuses"}) {
    for (const Json& status : at(pod, {"status", list})) {
      if (text_at(status, {"name"}) == container) return text_at(status, {"containerID"});
    }
  }
  return "";
}

TargetGroup pod_group(const KubernetesDiscovery& settings, const KubernetesWorld& world,
                      const Json& pod) {
  TargetGroup group{"pod/" + key_of(pod), {}, {}};
  const std::string address = text_at(pod, {"status", "podIP"});
  if (address.empty()) return group;  // it is starting, or was evicted
  set_pod(group.labels, pod);
  set_namespace(group.labels, settings, world, text_at(pod, {"metadata", "namespace"}));
  set_node(group.labels, settings, world, text_at(pod, {"spec", "nodeName"}));
  for_each_container(pod, [&](const Json& container, bool init) {
    const auto add = [&](Labels target) {
      set_container(target, container, init);
      set_meta(target, "pod_container_id", container_id(pod, text_at(container, {"name"})));
      group.targets.push_back(std::move(target));
    };
    const Json& ports = at(container, {"ports"});
    if (ports.empty()) return add(with_address(address));
    for (const Json& port : ports) {
      Labels target = with_address(host_port(address, text_at(port, {"containerPort"})));
      set_container_port(target, port);
      add(std::move(target));
    }
  });
  return group;
}

TargetGroup service_group(const KubernetesDiscovery& settings, const KubernetesWorld& world,
                          const Json& service) {
  TargetGroup group{"svc/" + key_of(service), {}, {}};
  set_service(group.labels, service);
  const std::string space = text_at(service, {"metadata", "namespace"});
  set_namespace(group.labels, settings, world, space);
  const std::string name = text_at(service, {"metadata", "name"});
  const std::string type = text_at(service, {"spec", "type"});
  for (const Json& port : at(service, {"spec", "ports"})) {
    const std::string number = text_at(port, {"port"});
    Labels target = with_address(fmt::format("{}.{}.svc:{}", name, space, number));
    const std::string protocol = text_at(port, {"protocol"});
    set_meta(target, "service_port_name", text_at(port, {"name"}));
    set_meta(target, "service_port_number", number);
    set_meta(target, "service_port_protocol", protocol.empty() ? "TCP" : protocol);
    set_meta(target, "service_type", type);
    if (type == "ExternalName") {
      set_meta(target, "service_external_name", text_at(service, {"spec", "externalName"}));
    } else {
      set_meta(target, "service_cluster_ip", text_at(service, {"spec", "clusterIP"}));
    }
    if (type == "LoadBalancer") {
      set_meta(target, "service_loadbalancer_ip", text_at(service, {"spec", "loadBalancerIP"}));
    }
    group.targets.push_back(std::move(target));
  }
  return group;
}

/// The address that the API server itself would use first.
std::string node_address(const Json& node) {
  for (const std::string_view wanted :
       {"InternalIP", "InternalDNS", "ExternalIP", "ExternalDNS", "LegacyHostIP", "Hostname"}) {
    for (const Json& address : at(node, {"status", "addresses"})) {
      if (text_at(address, {"type"}) == wanted) return text_at(address, {"address"});
    }
  }
  return "";
}

TargetGroup node_group(const Json& node) {
  const std::string name = text_at(node, {"metadata", "name"});
  TargetGroup group{"node/" + name, {}, {}};
  const std::string address = node_address(node);
  if (address.empty()) return group;
  set_metadata(group.labels, "node", node);
  set_meta(group.labels, "node_provider_id", text_at(node, {"spec", "providerID"}));
  const std::string port = text_at(node, {"status", "daemonEndpoints", "kubeletEndpoint", "Port"});
  Labels target = with_address(host_port(address, port));
  target.set(kInstance, name);
  for (const Json& each : at(node, {"status", "addresses"})) {
    const std::string label = "node_address_" + text_at(each, {"type"});
    if (!target.has("__meta_kubernetes_" + label)) {
      set_meta(target, label, text_at(each, {"address"}));
    }
  }
  group.targets.push_back(std::move(target));
  return group;
}

}  // namespace

void add_objects(std::string_view json, KubernetesObjects& objects) {
  const Json document = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  const Json& items = at(document, {"items"});
  const bool list = document.is_object() && (items.is_array() || items.is_null()) &&
                    text_at(document, {"kind"}).ends_with("List");
  if (!list) throw Error("the API server's answer is no list of objects");
  for (const Json& item : items) objects[key_of(item)] = item;
}

std::vector<TargetGroup> targets_of(const KubernetesDiscovery& settings,
                                    const KubernetesWorld& world) {
  std::vector<TargetGroup> groups;
  const auto add = [&groups](const KubernetesObjects& objects, auto make) {
    for (const auto& [key, object] : objects) groups.push_back(make(object));
  };
  switch (settings.role) {
    case KubernetesRole::Node:
      add(world.nodes, node_group);
      break;
    case KubernetesRole::Pod:
      add(world.pods, [&](const Json& pod) { return pod_group(settings, world, pod); });
      break;
    case KubernetesRole::Service:
      add(world.services, [&](const Json& each) { return service_group(settings, world, each); });
      break;
    case KubernetesRole::Endpoints:
      add(world.endpoints,
          [&](const Json& each) { return endpoints_group(settings, world, each); });
      break;
    case KubernetesRole::EndpointSlice:
      add(world.slices, [&](const Json& each) { return slice_group(settings, world, each); });
      break;
  }
  return groups;
}

}  // namespace tocsin::scrape
