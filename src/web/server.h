// The HTTP server: cpp-httplib in front of the router. Sockets here, decisions there.
#pragma once

#include <memory>
#include <string>

#include "web/router.h"

namespace tocsin::web {

/// "host:port" as given on the command line, split; an IPv6 host stands in brackets.
struct Address {
  std::string host;
  int port = 0;
};

/// Throws Error when it is not host:port.
Address parse_address(const std::string& text);
/// Whether only this machine can reach it (127.0.0.0/8, ::1, localhost).
bool is_loopback(const Address& address);

class Server {
 public:
  Server();
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Takes the port (0: any free one) and returns it; who connects from now on waits for serve().
  /// Throws Error when the address cannot be had or is not loopback: hardening for exposure comes
  /// later.
  int bind(const Address& address);
  /// Answers on threads of its own. REQUIRES: bind().
  void serve(Router router);
  /// Ends answering; requests under way are finished. Idempotent.
  void stop();

 private:
  class Listener;
  std::unique_ptr<Listener> listener_;
};

}  // namespace tocsin::web
