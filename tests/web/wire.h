// A client of raw bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace tocsin::web {

class Wire {
 public:
  /// `from` is one of loopback's addresses; `buffer`, when it is not 0, is all that the system
  /// takes for a slow reader.
  explicit Wire(int port, const char* from = "127.0.0.1", int buffer = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{20, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (buffer > 0) setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    sockaddr_in here = address(from, 0);
    ::bind(socket_, reinterpret_cast<sockaddr*>(&here), sizeof here);
    sockaddr_in there = address("127.0.0.1", port);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&there), sizeof there) == 0;
  }
  ~Wire() { ::close(socket_); }
  Wire(Wire&& other) noexcept : socket_(other.socket_), connected_(other.connected_) {
    other.socket_ = -1;
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  bool connected() const { return connected_; }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t put = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (put <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
  }
  void end() { ::shutdown(socket_, SHUT_WR); }
  /// What comes until the server closes.
  std::string rest() {
    std::string all;
    while (more(all)) {
    }
    return all;
  }
  /// What comes until there is `end` in it, or the server closes.
  std::string until(std::string_view end) {
    std::string all;
    while (all.find(end) == std::string::npos && more(all)) {
    }
    return all;
  }

 private:
  static sockaddr_in address(const char* host, int port) {
    sockaddr_in made{};
    made.sin_family = AF_INET;
    made.sin_port = htons(static_cast<std::uint16_t>(port));
    inet_pton(AF_INET, host, &made.sin_addr);
    return made;
  }
  bool more(std::string& all) {
    char buffer[65'536];
    const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
    if (got > 0) all.append(buffer, static_cast<std::size_t>(got));
    return got > 0;
  }

  int socket_;
  bool connected_ = false;
};

}  // namespace tocsin::web
