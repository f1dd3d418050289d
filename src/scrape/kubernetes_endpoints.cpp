// Endpoints and EndpointSlices: an address and a port of each, and what else the pods behind them
// expose.
#include <set>

#include <fmt/format.h>

#include "scrape/kubernetes_labels.h"

namespace tocsin::scrape {
namespace {

const Json* find(const KubernetesObjects& objects, const std::string& space,
                 const std::string& name) {
  const auto found = objects.find(space + "/" + name);
  return found == objects.end() ? nullptr : &found->second;
}

/// The targets of one object, and of its pods those ports that no target of it names.
class Builder {
 public:
  Builder(const KubernetesDiscovery& settings, const KubernetesWorld& world, TargetGroup& group)
      : settings_(settings), world_(world), group_(group) {}

  void add(Labels target, const std::string& port, const Json& reference, const std::string& node) {
    set_node(target, settings_, world_, node);
    const Json* pod =
        text_at(reference, {"kind"}) != "Pod"
            ? nullptr
            : find(world_.pods, text_at(reference, {"namespace"}), text_at(reference, {"name"}));
    if (pod != nullptr) {
      ports_[pod].insert(port);
      set_pod(target, *pod);
      for_each_container(*pod, [&](const Json& container, bool init) {
        for (const Json& each : at(container, {"ports"})) {
          if (port.empty() || text_at(each, {"containerPort"}) != port) continue;
          set_container(target, container, init);
          set_container_port(target, each);
        }
      });
    }
    group_.targets.push_back(std::move(target));
  }

  void add_other_ports() {
    for (const auto& [pod, known] : ports_) {
      const std::string address = text_at(*pod, {"status", "podIP"});
      if (address.empty()) continue;
      for_each_container(*pod, [&, &taken = known, &of = *pod](const Json& container, bool init) {
        for (const Json& each : at(container, {"ports"})) {
          const std::string port = text_at(each, {"containerPort"});
          if (taken.contains(port)) continue;
          Labels target{{std::string(kAddress), host_port(address, port)}};
          set_container(target, container, init);
          set_container_port(target, each);
          set_pod(target, of);
          group_.targets.push_back(std::move(target));
        }
      });
    }
  }

 private:
  const KubernetesDiscovery& settings_;
  const KubernetesWorld& world_;
  TargetGroup& group_;
  std::map<const Json*, std::set<std::string>> ports_;
};

void add_reference(Labels& target, std::string_view prefix, const Json& reference) {
  set_meta(target, fmt::format("{}_address_target_kind", prefix), text_at(reference, {"kind"}));
  set_meta(target, fmt::format("{}_address_target_name", prefix), text_at(reference, {"name"}));
}

void add_service(TargetGroup& group, const KubernetesWorld& world, const std::string& space,
                 const std::string& name) {
  if (const Json* service = find(world.services, space, name)) set_service(group.labels, *service);
}

}  // namespace

TargetGroup endpoints_group(const KubernetesDiscovery& settings, const KubernetesWorld& world,
                            const Json& endpoints) {
  const std::string space = text_at(endpoints, {"metadata", "namespace"});
  const std::string name = text_at(endpoints, {"metadata", "name"});
  TargetGroup group{fmt::format("endpoints/{}/{}", space, name), {}, {}};
  set_namespace(group.labels, settings, world, space);
  set_metadata(group.labels, "endpoints", endpoints);
  add_service(group, world, space, name);
  Builder builder(settings, world, group);
  for (const Json& subset : at(endpoints, {"subsets"})) {
    for (const Json& port : at(subset, {"ports"})) {
      const std::string number = text_at(port, {"port"});
      for (const std::string_view list : {"addresses", "notReadyAddresses"}) {
        for (const Json& address : at(subset, {list})) {
          Labels target{{std::string(kAddress), host_port(text_at(address, {"ip"}), number)}};
          const std::string protocol = text_at(port, {"protocol"});
          set_meta(target, "endpoint_port_name", text_at(port, {"name"}));
          set_meta(target, "endpoint_port_protocol", protocol.empty() ? "TCP" : protocol);
          set_meta(target, "endpoint_ready", list == "addresses" ? "true" : "false");
          set_meta(target, "endpoint_node_name", text_at(address, {"nodeName"}));
          set_meta(target, "endpoint_hostname", text_at(address, {"hostname"}));
          add_reference(target, "endpoint", at(address, {"targetRef"}));
          builder.add(std::move(target), number, at(address, {"targetRef"}),
                      text_at(address, {"nodeName"}));
        }
      }
    }
  }
  builder.add_other_ports();
  return group;
}

namespace {

Labels slice_target(const std::string& address, const Json& endpoint, const Json& port) {
  const std::string number = text_at(port, {"port"});
  Labels target{{std::string(kAddress), number.empty() ? address : host_port(address, number)}};
  const auto set = [&](std::string_view name, std::string value) {
    set_meta(target, fmt::format("endpointslice_{}", name), value);
  };
  set("port_name", text_at(port, {"name"}));
  set("port_protocol", text_at(port, {"protocol"}));
  set("port", number);
  set("port_app_protocol", text_at(port, {"appProtocol"}));
  for (const std::string_view each : {"ready", "serving", "terminating"}) {
    set(fmt::format("endpoint_conditions_{}", each), text_at(endpoint, {"conditions", each}));
  }
  set("endpoint_hostname", text_at(endpoint, {"hostname"}));
  set("endpoint_node_name", text_at(endpoint, {"nodeName"}));
  set("endpoint_zone", text_at(endpoint, {"zone"}));
  add_reference(target, "endpointslice", at(endpoint, {"targetRef"}));
  return target;
}

}  // namespace

TargetGroup slice_group(const KubernetesDiscovery& settings, const KubernetesWorld& world,
                        const Json& slice) {
  const std::string space = text_at(slice, {"metadata", "namespace"});
  const std::string name = text_at(slice, {"metadata", "name"});
  TargetGroup group{fmt::format("endpointslice/{}/{}", space, name), {}, {}};
  set_namespace(group.labels, settings, world, space);
  set_metadata(group.labels, "endpointslice", slice);
  set_meta(group.labels, "endpointslice_address_type", text_at(slice, {"addressType"}));
  add_service(group, world, space,
              text_at(slice, {"metadata", "labels", "kubernetes.io/service-name"}));
  Builder builder(settings, world, group);
  for (const Json& endpoint : at(slice, {"endpoints"})) {
    const Json& reference = at(endpoint, {"targetRef"});
    const bool is_node = text_at(reference, {"kind"}) == "Node";
    const std::string node =
        is_node ? text_at(reference, {"name"}) : text_at(endpoint, {"nodeName"});
    for (const Json& port : at(slice, {"ports"})) {
      for (const Json& address : at(endpoint, {"addresses"})) {
        if (!address.is_string()) continue;
        builder.add(slice_target(address.get<std::string>(), endpoint, port),
                    text_at(port, {"port"}), reference, node);
      }
    }
  }
  builder.add_other_ports();
  return group;
}

}  // namespace tocsin::scrape
