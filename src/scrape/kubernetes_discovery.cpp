// Asks the API server for lists, again and again.
//
// Why lists and no watches: a watch is an answer without an end, which our client, made for whole
// answers, does not have; and with resourceVersion=0 the server answers from its memory. The price
// is that a change is seen after up to kRefresh.
#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "model/overloaded.h"
#include "model/text.h"
#include "scrape/discovery.h"
#include "scrape/kubernetes_targets.h"

namespace tocsin::scrape {
namespace {

constexpr Duration kRefresh = std::chrono::seconds{15};
constexpr std::size_t kMostList = std::size_t{128} << 20;
const std::string kAccount = "/var/run/secrets/kubernetes.io/serviceaccount/";

enum class Kind { Node, Pod, Service, Endpoints, Slice, Namespace };

/// The path of a kind's list in a namespace, or ("") in all.
std::string path_of(Kind kind, const std::string& space) {
  const std::string in = space.empty() ? "" : "namespaces/" + escape_path_segment(space) + "/";
  switch (kind) {
    case Kind::Node:
      return "/api/v1/nodes";
    case Kind::Namespace:
      return "/api/v1/namespaces";
    case Kind::Pod:
      return "/api/v1/" + in + "pods";
    case Kind::Service:
      return "/api/v1/" + in + "services";
    case Kind::Endpoints:
      return "/api/v1/" + in + "endpoints";
    case Kind::Slice:
      return "/apis/discovery.k8s.io/v1/" + in + "endpointslices";
  }
  return "";
}

KubernetesObjects& objects_of(KubernetesWorld& world, Kind kind) {
  switch (kind) {
    case Kind::Node:
      return world.nodes;
    case Kind::Pod:
      return world.pods;
    case Kind::Service:
      return world.services;
    case Kind::Endpoints:
      return world.endpoints;
    case Kind::Slice:
      return world.slices;
    case Kind::Namespace:
      return world.namespaces;
  }
  return world.pods;
}

std::vector<Kind> kinds_for(const KubernetesDiscovery& settings) {
  std::vector<Kind> kinds;
  switch (settings.role) {
    case KubernetesRole::Node:
      return {Kind::Node};
    case KubernetesRole::Pod:
      kinds = {Kind::Pod};
      break;
    case KubernetesRole::Service:
      kinds = {Kind::Service};
      break;
    case KubernetesRole::Endpoints:
      kinds = {Kind::Endpoints, Kind::Service, Kind::Pod};
      break;
    case KubernetesRole::EndpointSlice:
      kinds = {Kind::Slice, Kind::Service, Kind::Pod};
      break;
  }
  if (settings.attach_node) kinds.push_back(Kind::Node);
  if (settings.attach_namespace) kinds.push_back(Kind::Namespace);
  return kinds;
}

bool selects(KubernetesRole role, Kind kind) {
  switch (kind) {
    case Kind::Node:
      return role == KubernetesRole::Node;
    case Kind::Pod:
      return role == KubernetesRole::Pod;
    case Kind::Service:
      return role == KubernetesRole::Service;
    case Kind::Endpoints:
      return role == KubernetesRole::Endpoints;
    case Kind::Slice:
      return role == KubernetesRole::EndpointSlice;
    case Kind::Namespace:
      return false;
  }
  return false;
}

std::string query_of(const KubernetesDiscovery& settings, Kind kind) {
  std::string query = "?resourceVersion=0";
  for (const KubernetesDiscovery::Selector& selector : settings.selectors) {
    if (!selects(selector.role, kind)) continue;
    if (!selector.label.empty()) query += "&labelSelector=" + escape_query(selector.label);
    if (!selector.field.empty()) query += "&fieldSelector=" + escape_query(selector.field);
  }
  return query;
}

/// The API server of the cluster that this runs in. Throws Error outside of one.
std::string server_of_cluster() {
  const char* host = std::getenv("KUBERNETES_SERVICE_HOST");
  const char* port = std::getenv("KUBERNETES_SERVICE_PORT");
  if (host == nullptr || port == nullptr) {
    throw Error(
        "this does not run in a Kubernetes cluster (KUBERNETES_SERVICE_HOST is not set); "
        "give kubernetes_sd_configs an api_server");
  }
  const bool six = std::string_view(host).find(':') != std::string_view::npos;
  return fmt::format("https://{}{}{}:{}", six ? "[" : "", host, six ? "]" : "", port);
}

net::HttpSettings settings_of_account() {
  net::HttpSettings http;
  http.authorization = net::HttpSettings::Authorization{};
  http.authorization->credentials.file = kAccount + "token";
  http.tls.ca_file = kAccount + "ca.crt";
  return http;
}

std::string own_namespace() {
  std::string space = net::read_whole(kAccount + "namespace", "the namespace's file", 1024);
  std::erase_if(space, [](char c) { return c == '\n' || c == ' '; });
  return space;
}

class Kubernetes : public Discovery {
 public:
  Kubernetes(KubernetesDiscovery settings, const Outside& outside)
      : settings_(std::move(settings)),
        http_(std::make_shared<const net::HttpSettings>(
            settings_.api_server.empty() ? settings_of_account() : settings_.http)),
        outside_(outside) {}

  std::string_view kind() const override { return "kubernetes"; }

  Timestamp turn(Timestamp now) override {
    if (is_early(now, next_, kRefresh)) return next_;
    next_ = now + kRefresh;
    if (round_ && round_->waiting > 0) return next_;
    round_ = std::make_shared<Round>();
    try {
      for (const Kind each : kinds_for(settings_)) ask(each);
    } catch (const Error& error) {
      round_.reset();
      fail(error.what());
    }
    return next_;
  }

 private:
  /// The lists of one refresh; only all of them together are worth anything.
  struct Round {
    KubernetesWorld world;
    std::size_t waiting = 0;
    std::string problem;
  };

  std::vector<std::string> namespaces(Kind kind) const {
    if (kind == Kind::Node || kind == Kind::Namespace) return {""};
    std::vector<std::string> spaces = settings_.namespaces;
    if (settings_.own_namespace) spaces.push_back(own_namespace());
    if (spaces.empty()) spaces.emplace_back();
    return spaces;
  }

  void ask(Kind kind) {
    std::string server = settings_.api_server.empty() ? server_of_cluster() : settings_.api_server;
    while (server.ends_with('/')) server.pop_back();
    for (const std::string& space : namespaces(kind)) {
      net::Request request;
      request.url = server + path_of(kind, space) + query_of(settings_, kind);
      request.headers = {{"Accept", "application/json"}};
      request.timeout = std::chrono::seconds{30};
      request.max_response_bytes = kMostList;
      request.settings = http_;
      ++round_->waiting;
      outside_.send(std::move(request),
                    [this, kind, weak = std::weak_ptr(round_)](const net::Result& result) {
                      const auto round = weak.lock();
                      if (round) take(*round, kind, result);  // else: a reload took this away
                    });
    }
  }

  void take(Round& round, Kind kind, const net::Result& result) {
    try {
      std::visit(Overloaded{[](const net::Failure& failure) { throw Error(failure.message); },
                            [&](const net::Response& response) {
                              take(response, objects_of(round.world, kind), kind);
                            }},
                 result);
    } catch (const Error& error) {
      if (round.problem.empty()) round.problem = error.what();
    }
    if (--round.waiting > 0) return;
    if (!round.problem.empty()) return fail(round.problem);
    succeed();
    set_groups(targets_of(settings_, round.world));
  }

  static void take(const net::Response& response, KubernetesObjects& objects, Kind kind) {
    if (response.status != 200) {
      throw Error(fmt::format(
          "the API server answered HTTP {} for {}{}", response.status, path_of(kind, ""),
          response.status == 403 ? "; may the service account list these?" : ""));
    }
    add_objects(response.body, objects);
  }

  KubernetesDiscovery settings_;
  std::shared_ptr<const net::HttpSettings> http_;
  const Outside& outside_;
  Timestamp next_;
  std::shared_ptr<Round> round_;  // shared: answers may outlive this
};

}  // namespace

std::unique_ptr<Discovery> discover_in_kubernetes(KubernetesDiscovery settings,
                                                  const Outside& outside) {
  return std::make_unique<Kubernetes>(std::move(settings), outside);
}

}  // namespace tocsin::scrape
