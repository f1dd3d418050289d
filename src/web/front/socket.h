// Sockets that close themselves, listening ones and those that were accepted.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "web/address.h"

namespace tocsin::web {

/// A file descriptor that is closed with it.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket();
  Socket(Socket&& from) noexcept : descriptor_(std::exchange(from.descriptor_, -1)) {}
  Socket& operator=(Socket&& from) noexcept;

  int descriptor() const { return descriptor_; }
  bool open() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

struct Listening {
  Socket socket;
  int port = 0;  ///< the one that was taken
};
/// Nonblocking. Throws Error when the address cannot be had; nobody shares a port.
Listening listen_on(const Address& address);

struct Inherited {
  Socket socket;
  Address address;
};
/// Those that systemd's socket activation hands over (sd_listen_fds(3)). Throws Error when there is
/// none, or one that does not listen for TCP.
std::vector<Inherited> inherited_sockets();

struct Visitor {
  Socket socket;
  std::string address;  ///< as text
  std::string client;   ///< whom connections are counted for: the address, of IPv6 its /64
};
/// The next one who waits: nonblocking, without delay of small packets. nullopt when there is none;
/// `error` is then errno.
std::optional<Visitor> accept_from(const Socket& listening, int& error);

}  // namespace tocsin::web
