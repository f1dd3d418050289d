// The HTTP server: the front end with its sockets, before the router with its handlers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "web/address.h"
#include "web/front/limits.h"
#include "web/router.h"

namespace tocsin::web {

struct ServerSettings {
  Limits limits;
  std::string web_config_file;     ///< TLS, users, headers (web/web_config.h); empty: none
  bool allow_unprotected = false;  ///< let everybody on other machines in
  std::string route_prefix;        ///< of parse_route_prefix()
};

class Server {
 public:
  /// Reads the web configuration. Throws Error, with all that is wrong in it.
  explicit Server(ServerSettings settings = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// "http" or "https".
  std::string scheme() const;
  /// Takes the port (0: any free one) and returns it; who connects from now on waits for serve().
  /// May be called for several addresses. Throws Error when the address cannot be had, or when
  /// other machines can reach it and nobody there would be kept out (WebConfig::keeps_others_out).
  int bind(const Address& address);
  /// Takes the sockets that systemd hands over instead, and returns their addresses. Throws Error,
  /// also when there is none.
  std::vector<Address> bind_inherited();
  /// Answers on threads of its own. REQUIRES: bind().
  void serve(Router router);
  /// Ends answering; requests under way are finished, for Limits::stop_time at most. Idempotent.
  void stop();

 private:
  class Site;
  std::unique_ptr<Site> site_;
};

}  // namespace tocsin::web
