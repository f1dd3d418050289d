#include "demo/stand_ins.h"

#include <optional>
#include <utility>

namespace tocsin::demo {

StandIns::StandIns() {
  http_port_ = server_.bind({"127.0.0.1", 0});
  server_.serve(router());
}

StandIns::~StandIns() { server_.stop(); }

web::Router StandIns::router() {
  web::Router router;
  backend_.add_to(router);
  const auto receive = [this](std::optional<Message> message, int status, const char* words) {
    if (!message) return web::text("that is no message\n", 400);
    inbox_.add(std::move(*message));
    return web::text(words, status);
  };
  router.add("POST", "/slack", [receive](const web::Request& request, Timestamp) {
    return receive(read_slack(request.body), 200, "ok");
  });
  router.add("POST", "/discord", [receive](const web::Request& request, Timestamp) {
    return receive(read_discord(request.body), 204, "");
  });
  return router;
}

}  // namespace tocsin::demo
