#include "web/front/socket.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <netdb.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "model/error.h"

namespace tocsin::web {
namespace {

constexpr int kBacklog = 4096;

void set_option(const Socket& socket, int level, int name, int value) {
  setsockopt(socket.descriptor(), level, name, &value, sizeof value);
}

sockaddr_storage name_of(const Socket& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(socket.descriptor(), reinterpret_cast<sockaddr*>(&address), &size);
  return address;
}

int port_of(const sockaddr_storage& address) {
  return ntohs(address.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                   : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

std::string host_of(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes =
      address.ss_family == AF_INET6
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr)
          : static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(address).sin_addr);
  inet_ntop(address.ss_family, bytes, text.data(), text.size());
  return text.data();
}

long number_in(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? 0 : std::strtol(text, nullptr, 10);
}

/// A socket that listens there, or one that is not open, with errno.
Socket try_to_listen(const addrinfo& info) {
  Socket socket(::socket(info.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.open()) return socket;
  // Not SO_REUSEPORT: a second program must not get the port too.
  set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  if (info.ai_family == AF_INET6) set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  const bool listens = ::bind(socket.descriptor(), info.ai_addr, info.ai_addrlen) == 0 &&
                       ::listen(socket.descriptor(), kBacklog) == 0;
  if (listens) return socket;
  const int error = errno;
  socket = Socket();
  errno = error;
  return socket;
}

void describe(const sockaddr_storage& from, Visitor& visitor) {
  visitor.address = host_of(from);
  constexpr std::string_view kMapped = "::ffff:";  // IPv4 through a socket of IPv6
  if (visitor.address.starts_with(kMapped) && visitor.address.find('.') != std::string::npos) {
    visitor.address.erase(0, kMapped.size());
  } else if (from.ss_family == AF_INET6) {
    const in6_addr& address = reinterpret_cast<const sockaddr_in6&>(from).sin6_addr;
    visitor.client.assign(reinterpret_cast<const char*>(address.s6_addr), 8);
    return;
  }
  visitor.client = visitor.address;
}

}  // namespace

Socket::~Socket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Socket& Socket::operator=(Socket&& from) noexcept {
  std::swap(descriptor_, from.descriptor_);
  return *this;
}

Listening listen_on(const Address& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int unknown =
      getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
  if (unknown != 0) {
    throw Error(fmt::format("cannot listen on {}: {}", address.to_string(), gai_strerror(unknown)));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, freeaddrinfo);
  for (const addrinfo* info = found; info != nullptr; info = info->ai_next) {
    Socket socket = try_to_listen(*info);
    if (socket.open()) {
      const int port = port_of(name_of(socket));
      return {std::move(socket), port};
    }
  }
  const int error = errno;
  if (address.host == "::" && error == EAFNOSUPPORT) return listen_on({"0.0.0.0", address.port});
  throw Error(fmt::format("cannot listen on {}: {}{}", address.to_string(), std::strerror(error),
                          error == EADDRINUSE ? " (is another program using the port?)" : ""));
}

std::vector<Inherited> inherited_sockets() {
  constexpr int kFirst = 3;
  const long count = number_in("LISTEN_PID") == ::getpid() ? number_in("LISTEN_FDS") : 0;
  if (count <= 0) {
    throw Error("--web.systemd-socket: systemd handed over no socket; is there a .socket unit?");
  }
  std::vector<Inherited> all;
  for (int descriptor = kFirst; descriptor < kFirst + count; ++descriptor) {
    Inherited each{Socket(descriptor), {}};
    const sockaddr_storage name = name_of(each.socket);
    int listens = 0;
    socklen_t size = sizeof listens;
    getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size);
    if ((name.ss_family != AF_INET && name.ss_family != AF_INET6) || listens == 0) {
      throw Error(
          "--web.systemd-socket: a socket that was handed over does not listen for TCP; "
          "use ListenStream= with a port");
    }
    fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    each.address = {host_of(name), port_of(name)};
    all.push_back(std::move(each));
  }
  return all;
}

std::optional<Visitor> accept_from(const Socket& listening, int& error) {
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  Visitor visitor;
  visitor.socket = Socket(::accept4(listening.descriptor(), reinterpret_cast<sockaddr*>(&from),
                                    &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!visitor.socket.open()) {
    error = errno;
    return std::nullopt;
  }
  set_option(visitor.socket, IPPROTO_TCP, TCP_NODELAY, 1);
  describe(from, visitor);
  return visitor;
}

}  // namespace tocsin::web
