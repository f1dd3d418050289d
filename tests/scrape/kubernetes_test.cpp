// Discovery against recorded lists of an API server (documents written for this test).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "scrape/kubernetes_targets.h"
#include "world.h"

namespace tocsin::scrape {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kPods = R"({"kind":"PodList","items":[
 {"metadata":{"namespace":"web","name":"api-1","uid":"u1",
   "labels":{"app.kubernetes.io/name":"api"},"annotations":{"prometheus.io/scrape":"true"},
   "ownerReferences":[{"kind":"ReplicaSet","name":"api","controller":true}]},
  "spec":{"nodeName":"n1","containers":[
    {"name":"main","image":"api:1","ports":[
      {"name":"http","containerPort":8080,"protocol":"TCP"},{"name":"admin","containerPort":9090}]},
    {"name":"sidecar","image":"proxy:2"}],
   "initContainers":[{"name":"setup","image":"init:3"}]},
  "status":{"podIP":"10.0.0.1","hostIP":"192.168.0.1","phase":"Running",
   "conditions":[{"type":"Ready","status":"True"}],
   "containerStatuses":[{"name":"main","containerID":"docker://abc"}]}},
 {"metadata":{"namespace":"web","name":"starting"},"spec":{"containers":[]},"status":{}}]})";
const std::string kServices = R"({"kind":"ServiceList","items":[
 {"metadata":{"namespace":"web","name":"api","labels":{"app":"api"}},
  "spec":{"type":"ClusterIP","clusterIP":"10.1.0.1","ports":[{"name":"http","port":80}]}},
 {"metadata":{"namespace":"web","name":"outside"},
  "spec":{"type":"ExternalName","externalName":"db.example.org","ports":[{"port":5432}]}}]})";
const std::string kEndpoints = R"({"kind":"EndpointsList","items":[
 {"metadata":{"namespace":"web","name":"api"},"subsets":[
  {"addresses":[{"ip":"10.0.0.1","nodeName":"n1",
     "targetRef":{"kind":"Pod","namespace":"web","name":"api-1"}}],
   "notReadyAddresses":[{"ip":"fd00::2"}],
   "ports":[{"name":"http","port":8080,"protocol":"TCP"}]}]}]})";
const std::string kSlices = R"({"kind":"EndpointSliceList","items":[
 {"metadata":{"namespace":"web","name":"api-x","labels":{"kubernetes.io/service-name":"api"}},
  "addressType":"IPv4","ports":[{"name":"http","port":8080,"protocol":"TCP"}],
  "endpoints":[{"addresses":["10.0.0.9"],"conditions":{"ready":true,"serving":true},
     "nodeName":"n1","zone":"z"}]}]})";
const std::string kNodes = R"({"kind":"NodeList","items":[
 {"metadata":{"name":"n1","labels":{"zone/name":"a"}},"spec":{"providerID":"aws:///i-1"},
  "status":{"addresses":[{"type":"Hostname","address":"n1.local"},
     {"type":"InternalIP","address":"192.168.0.1"}],
   "daemonEndpoints":{"kubeletEndpoint":{"Port":10250}}}}]})";

KubernetesWorld world_of() {
  KubernetesWorld world;
  add_objects(kPods, world.pods);
  add_objects(kServices, world.services);
  add_objects(kEndpoints, world.endpoints);
  add_objects(kSlices, world.slices);
  add_objects(kNodes, world.nodes);
  return world;
}

KubernetesDiscovery of(KubernetesRole role) {
  KubernetesDiscovery settings;
  settings.role = role;
  return settings;
}

/// Every target with the labels that it would have, without the prefix that all have.
std::vector<std::string> targets(KubernetesDiscovery settings) {
  std::vector<std::string> lines;
  for (const TargetGroup& group : targets_of(settings, world_of())) {
    for (const Labels& own : group.targets) {
      Labels all = group.labels;
      for (const LabelView& label : own) all.set(label.name, label.value);
      std::string line;
      for (const LabelView& label : all) {
        std::string name(label.name);
        constexpr std::string_view kPrefix = "__meta_kubernetes_";
        if (name.starts_with(kPrefix)) name.erase(0, kPrefix.size());
        line += (line.empty() ? "" : " ") + name + "=";
        line += label.value;
      }
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

const std::string kPodLabels =
    "pod_controller_kind=ReplicaSet pod_controller_name=api pod_host_ip=192.168.0.1 "
    "pod_ip=10.0.0.1 pod_label_app_kubernetes_io_name=api "
    "pod_labelpresent_app_kubernetes_io_name=true pod_name=api-1 pod_node_name=n1 "
    "pod_phase=Running "
    "pod_ready=true pod_uid=u1";
const std::string kAnnotations =
    "pod_annotation_prometheus_io_scrape=true pod_annotationpresent_prometheus_io_scrape=true ";

TEST(Kubernetes, PodsAreTargetsForEachPort) {
  EXPECT_THAT(
      targets(of(KubernetesRole::Pod)),
      ElementsAre(
          "__address__=10.0.0.1:8080 namespace=web " + kAnnotations +
              "pod_container_id=docker://abc pod_container_image=api:1 pod_container_init=false "
              "pod_container_name=main pod_container_port_name=http pod_container_port_number=8080 "
              "pod_container_port_protocol=TCP " +
              kPodLabels,
          "__address__=10.0.0.1:9090 namespace=web " + kAnnotations +
              "pod_container_id=docker://abc pod_container_image=api:1 pod_container_init=false "
              "pod_container_name=main pod_container_port_name=admin "
              "pod_container_port_number=9090 pod_container_port_protocol=TCP " +
              kPodLabels,
          "__address__=10.0.0.1 namespace=web " + kAnnotations +
              "pod_container_image=proxy:2 pod_container_init=false pod_container_name=sidecar " +
              kPodLabels,
          "__address__=10.0.0.1 namespace=web " + kAnnotations +
              "pod_container_image=init:3 pod_container_init=true pod_container_name=setup " +
              kPodLabels));
}

TEST(Kubernetes, ServicesAreTargetsForEachPort) {
  EXPECT_THAT(
      targets(of(KubernetesRole::Service)),
      ElementsAre("__address__=api.web.svc:80 namespace=web service_cluster_ip=10.1.0.1 "
                  "service_label_app=api service_labelpresent_app=true service_name=api "
                  "service_port_name=http service_port_number=80 service_port_protocol=TCP "
                  "service_type=ClusterIP",
                  "__address__=outside.web.svc:5432 namespace=web "
                  "service_external_name=db.example.org service_name=outside "
                  "service_port_number=5432 service_port_protocol=TCP service_type=ExternalName"));
}

TEST(Kubernetes, EndpointsHaveTheirServiceTheirPodAndItsOtherPorts) {
  KubernetesDiscovery endpoints = of(KubernetesRole::Endpoints);
  endpoints.attach_node = true;
  const std::string service =
      "service_label_app=api service_labelpresent_app=true service_name=api";
  EXPECT_THAT(
      targets(endpoints),
      ElementsAre(
          "__address__=10.0.0.1:8080 endpoint_address_target_kind=Pod "
          "endpoint_address_target_name=api-1 endpoint_node_name=n1 endpoint_port_name=http "
          "endpoint_port_protocol=TCP endpoint_ready=true endpoints_name=api namespace=web "
          "node_label_zone_name=a node_labelpresent_zone_name=true node_name=n1 " +
              kAnnotations +
              "pod_container_image=api:1 pod_container_init=false pod_container_name=main "
              "pod_container_port_name=http pod_container_port_number=8080 "
              "pod_container_port_protocol=TCP " +
              kPodLabels + " " + service,
          "__address__=[fd00::2]:8080 endpoint_port_name=http endpoint_port_protocol=TCP "
          "endpoint_ready=false endpoints_name=api namespace=web " +
              service,
          "__address__=10.0.0.1:9090 endpoints_name=api namespace=web " + kAnnotations +
              "pod_container_image=api:1 pod_container_init=false pod_container_name=main "
              "pod_container_port_name=admin pod_container_port_number=9090 "
              "pod_container_port_protocol=TCP " +
              kPodLabels + " " + service));
}

TEST(Kubernetes, SlicesAndNodes) {
  EXPECT_THAT(
      targets(of(KubernetesRole::EndpointSlice)),
      ElementsAre("__address__=10.0.0.9:8080 endpointslice_address_type=IPv4 "
                  "endpointslice_endpoint_conditions_ready=true "
                  "endpointslice_endpoint_conditions_serving=true "
                  "endpointslice_endpoint_node_name=n1 endpointslice_endpoint_zone=z "
                  "endpointslice_label_kubernetes_io_service_name=api "
                  "endpointslice_labelpresent_kubernetes_io_service_name=true "
                  "endpointslice_name=api-x endpointslice_port=8080 endpointslice_port_name=http "
                  "endpointslice_port_protocol=TCP namespace=web service_label_app=api "
                  "service_labelpresent_app=true service_name=api"));
  EXPECT_THAT(targets(of(KubernetesRole::Node)),
              ElementsAre("__address__=192.168.0.1:10250 node_address_Hostname=n1.local "
                          "node_address_InternalIP=192.168.0.1 node_label_zone_name=a "
                          "node_labelpresent_zone_name=true node_name=n1 "
                          "node_provider_id=aws:///i-1 instance=n1"));
}

TEST(Kubernetes, OddAnswersAreErrorsOrNothing) {
  KubernetesObjects objects;
  EXPECT_THROW(add_objects("{", objects), Error);
  EXPECT_THROW(add_objects(R"({"kind":"Status","items":[]})", objects), Error);
  EXPECT_THROW(add_objects(R"({"kind":"PodList","items":{"a":1}})", objects), Error);
  add_objects(R"({"kind":"PodList","items":null})", objects);
  add_objects(R"({"kind":"PodList","items":[1,"x",{"status":{"podIP":[]},"spec":3}]})", objects);
  KubernetesWorld world;
  world.pods = objects;
  for (const TargetGroup& group : targets_of(of(KubernetesRole::Pod), world)) {
    EXPECT_THAT(group.targets, IsEmpty());
  }
}

TEST(Kubernetes, IsAskedForListsAndOnlyAllOfThemCount) {
  JobSettings job = job_of("x");
  job.static_targets.clear();
  KubernetesDiscovery endpoints = of(KubernetesRole::Endpoints);
  endpoints.api_server = "https://k8s:6443/";
  endpoints.namespaces = {"web"};
  endpoints.selectors = {{KubernetesRole::Service, "app=api", ""}};
  job.clusters = {endpoints};
  World world;
  world.pools.configure({job}, at_second(100));
  world.pools.turn(at_second(100));
  std::vector<std::string> urls;
  for (const auto& each : world.asked) urls.push_back(each.request.url);
  EXPECT_THAT(urls,
              ElementsAre("https://k8s:6443/api/v1/namespaces/web/endpoints?resourceVersion=0",
                          "https://k8s:6443/api/v1/namespaces/web/services?resourceVersion=0"
                          "&labelSelector=app%3Dapi",
                          "https://k8s:6443/api/v1/namespaces/web/pods?resourceVersion=0"));
  const auto json = [](const std::string& text, int status = 200) {
    return net::Result(net::Response{status, {}, text});
  };
  world.answer(json(kEndpoints), at_second(100));
  world.answer(json(kServices), at_second(100));
  EXPECT_THAT(world.pools.jobs().at(0).active, IsEmpty());
  world.answer(json(kPods), at_second(100));
  EXPECT_EQ(world.pools.jobs().at(0).active.size(), 3U);
  world.asked.clear();
  // A list that is refused leaves all as it was.
  Timestamp now = at_second(100);
  while (world.asked.size() < 3 ||
         world.asked.back().request.url.find("pods") == std::string::npos) {
    std::erase_if(world.asked, [](const auto& each) {
      return each.request.url.find("k8s") == std::string::npos;
    });
    now = std::max(world.pools.turn(now), now + Duration{1});
  }
  std::erase_if(world.asked,
                [](const auto& each) { return each.request.url.find("k8s") == std::string::npos; });
  world.answer(json("{}", 403), now);
  world.answer(json(kServices), now);
  world.answer(json(kPods), now);
  EXPECT_EQ(world.pools.jobs().at(0).active.size(), 3U);
  EXPECT_THAT(world.pools.jobs().at(0).problems,
              ElementsAre("kubernetes: the API server answered HTTP 403 for /api/v1/endpoints; may "
                          "the service account list these?"));
}

}  // namespace
}  // namespace tocsin::scrape
