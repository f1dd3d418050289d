// Whatever a discovery answers, it is targets or an error; and targets are such as can be scraped.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <nlohmann/json.hpp>

#include "model/error.h"
#include "scrape/discovery.h"
#include "scrape/kubernetes_targets.h"
#include "scrape/target.h"

namespace {

using namespace tocsin;
using namespace tocsin::scrape;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const std::vector<TargetGroup>& groups) {
  JobSettings job;
  job.name = "fuzz";
  for (const Target& target : make_targets(job, groups).active) {
    require(target.url.find("://") != std::string::npos);
    require(target.timeout <= target.interval && target.timeout > Duration{0});
    require(!target.attached.get("instance").empty());
    require(offset_of(target) < target.interval);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    check(parse_target_groups(text, "fuzz"));
  } catch (const Error&) {
  }
  try {
    KubernetesWorld world;
    add_objects(text, world.pods);
    world.nodes = world.services = world.endpoints = world.slices = world.namespaces = world.pods;
    for (const KubernetesRole role :
         {KubernetesRole::Node, KubernetesRole::Pod, KubernetesRole::Service,
          KubernetesRole::Endpoints, KubernetesRole::EndpointSlice}) {
      KubernetesDiscovery settings;
      settings.role = role;
      settings.attach_node = settings.attach_namespace = true;
      check(targets_of(settings, world));
    }
  } catch (const Error&) {
  }
  return 0;
}
