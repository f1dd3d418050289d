// All paths of a Tocsin whose clock the test moves, without a socket.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/stories.h"
#include "web/handlers.h"
#include "web/posted_alerts.h"

namespace tocsin::testing {

using Query = std::vector<std::pair<std::string, std::string>>;
using Headers = std::map<std::string, std::string>;  // names in lower case

class Site {
 public:
  explicit Site(Files files = {kConfig, kRules}, std::function<void(engine::Outside&)> adjust = {})
      : world(std::move(files), std::move(adjust)),
        router_(web::make_router(world.engine(), {world.now, "1.2.3"})) {}

  web::Response ask(web::Request request) {
    request.remote = "127.0.0.1";
    return world.ask([&](engine::Engine&) { return router_.handle(request, world.now); });
  }
  web::Response get(const std::string& path, const Query& query = {}) {
    web::Request request;
    request.method = "GET";
    request.path = path;
    request.query = query;
    return ask(std::move(request));
  }
  web::Response send(const std::string& method, const std::string& path, std::string body = {},
                     Headers headers = {{"content-type", "application/json"}}) {
    web::Request request;
    request.method = method;
    request.path = path;
    request.body = std::move(body);
    request.headers = std::move(headers);
    return ask(std::move(request));
  }
  /// The parsed body of a GET that must succeed.
  nlohmann::json json(const std::string& path, const Query& query = {}) {
    const web::Response response = get(path, query);
    if (response.status != 200) throw Error(path + ": " + response.body);
    return nlohmann::json::parse(response.body);
  }

  World world;

 private:
  web::Router router_;
};

}  // namespace tocsin::testing
