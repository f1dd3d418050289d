#include "scrape/kubernetes_labels.h"

#include <fmt/format.h>

namespace tocsin::scrape {
namespace {

/// What may not stand in a label's name becomes '_'.
std::string sanitized(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!good) c = '_';
  }
  return out;
}

void set_pairs(Labels& labels, std::string_view kind, std::string_view what, const Json& pairs) {
  if (!pairs.is_object()) return;
  for (const auto& [name, value] : pairs.items()) {
    const std::string clean = sanitized(name);
    if (value.is_string()) {
      set_meta(labels, fmt::format("{}_{}_{}", kind, what, clean), value.get<std::string>());
    }
    set_meta(labels, fmt::format("{}_{}present_{}", kind, what, clean), "true");
  }
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return text;
}

std::string ready_of(const Json& pod) {
  for (const Json& condition : at(pod, {"status", "conditions"})) {
    if (text_at(condition, {"type"}) == "Ready") return lower(text_at(condition, {"status"}));
  }
  return "unknown";
}

void set_controller(Labels& labels, const Json& pod) {
  for (const Json& owner : at(pod, {"metadata", "ownerReferences"})) {
    if (text_at(owner, {"controller"}) != "true") continue;
    set_meta(labels, "pod_controller_kind", text_at(owner, {"kind"}));
    set_meta(labels, "pod_controller_name", text_at(owner, {"name"}));
    return;
  }
}

}  // namespace

const Json& at(const Json& json, std::initializer_list<std::string_view> path) {
  static const Json kNothing;
  const Json* here = &json;
  for (const std::string_view key : path) {
    if (!here->is_object()) return kNothing;
    const auto found = here->find(key);
    if (found == here->end()) return kNothing;
    here = &*found;
  }
  return *here;
}

std::string text_at(const Json& json, std::initializer_list<std::string_view> path) {
  const Json& value = at(json, path);
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number()) return value.dump();
  return "";
}

void set_meta(Labels& labels, std::string_view name, std::string_view value) {
  if (!value.empty()) labels.set(fmt::format("__meta_kubernetes_{}", name), value);
}

void set_metadata(Labels& labels, std::string_view kind, const Json& object) {
  set_meta(labels, fmt::format("{}_name", kind), text_at(object, {"metadata", "name"}));
  set_pairs(labels, kind, "label", at(object, {"metadata", "labels"}));
  set_pairs(labels, kind, "annotation", at(object, {"metadata", "annotations"}));
}

std::string host_port(const std::string& host, const std::string& port) {
  const bool six = host.find(':') != std::string::npos;
  return six ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

void set_pod(Labels& labels, const Json& pod) {
  set_metadata(labels, "pod", pod);
  set_meta(labels, "pod_ip", text_at(pod, {"status", "podIP"}));
  set_meta(labels, "pod_ready", ready_of(pod));
  set_meta(labels, "pod_phase", text_at(pod, {"status", "phase"}));
  set_meta(labels, "pod_node_name", text_at(pod, {"spec", "nodeName"}));
  set_meta(labels, "pod_host_ip", text_at(pod, {"status", "hostIP"}));
  set_meta(labels, "pod_uid", text_at(pod, {"metadata", "uid"}));
  set_controller(labels, pod);
}

void set_container(Labels& labels, const Json& container, bool init) {
  set_meta(labels, "pod_container_name", text_at(container, {"name"}));
  set_meta(labels, "pod_container_image", text_at(container, {"image"}));
  set_meta(labels, "pod_container_init", init ? "true" : "false");
}

void set_container_port(Labels& labels, const Json& port) {
  const std::string protocol = text_at(port, {"protocol"});
  set_meta(labels, "pod_container_port_name", text_at(port, {"name"}));
  set_meta(labels, "pod_container_port_number", text_at(port, {"containerPort"}));
  set_meta(labels, "pod_container_port_protocol", protocol.empty() ? "TCP" : protocol);
}

void set_service(Labels& labels, const Json& service) {
  set_metadata(labels, "service", service);
  set_meta(labels, "namespace", text_at(service, {"metadata", "namespace"}));
}

void set_node(Labels& labels, const KubernetesDiscovery& settings, const KubernetesWorld& world,
              const std::string& name) {
  if (!settings.attach_node || name.empty()) return;
  const auto found = world.nodes.find("/" + name);
  if (found == world.nodes.end()) return;
  set_meta(labels, "node_name", name);
  set_pairs(labels, "node", "label", at(found->second, {"metadata", "labels"}));
}

void set_namespace(Labels& labels, const KubernetesDiscovery& settings,
                   const KubernetesWorld& world, const std::string& name) {
  set_meta(labels, "namespace", name);
  if (!settings.attach_namespace) return;
  const auto found = world.namespaces.find("/" + name);
  if (found == world.namespaces.end()) return;
  set_pairs(labels, "namespace", "label", at(found->second, {"metadata", "labels"}));
  set_pairs(labels, "namespace", "annotation", at(found->second, {"metadata", "annotations"}));
}

}  // namespace tocsin::scrape
