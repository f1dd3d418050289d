#include "demo/served_backend.h"

#include <array>
#include <string_view>
#include <utility>

namespace tocsin::demo {
namespace {

constexpr std::array<std::pair<std::string_view, Trouble>, 3> kTroubles = {{
    {"errors", Trouble::Errors},
    {"latency", Trouble::Latency},
    {"logins", Trouble::Logins},
}};

}  // namespace

void ServedBackend::add_to(web::Router& router) {
  router.add("GET", "/metrics", [this](const web::Request&, Timestamp now) {
    const std::lock_guard lock(mutex_);
    backend_.flow(now);
    web::Response response = web::text(backend_.exposition());
    response.content_type = "text/plain; version=0.0.4";
    return response;
  });
  router.add("POST", "/break/{trouble}", [this](const web::Request& request, Timestamp now) {
    for (const auto& [name, trouble] : kTroubles) {
      if (request.arguments[0] != name) continue;
      begin(trouble, now);
      return web::text("it is broken; POST /heal ends that\n");
    }
    return web::text("there are /break/errors, /break/latency and /break/logins\n", 404);
  });
  router.add("POST", "/heal", [this](const web::Request&, Timestamp now) {
    heal(now);
    return web::text("it is well again\n");
  });
}

void ServedBackend::begin(Trouble trouble, Timestamp now) {
  const std::lock_guard lock(mutex_);
  backend_.flow(now);
  backend_.begin(trouble);
}

void ServedBackend::heal(Timestamp now) {
  const std::lock_guard lock(mutex_);
  backend_.flow(now);
  backend_.heal();
}

}  // namespace tocsin::demo
