// A Prometheus that knows every answer beforehand, so that a benchmark of rule evaluators measures
// them and never their source. One thread, epoll, keep-alive; answers are built once a second.
//
//   fake_prometheus [PORT]      0 or nothing: a free one; prints {"port": N} when it listens
//
//   GET|POST /api/v1/query      A query that names canned_N is answered with a vector of N series
//   of
//                               value 1 while the bench is "firing", and with an empty one
//                               otherwise.
//   POST /control/fire, /control/rest
//   GET /stats                  {"queries": …, "connections": …, "messages": …, "message_bytes": …}
//   anything else               Counted as a message (webhook, alerts sent on, remote write): 200
//                               and nothing, as an Alertmanager answers.
#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <strings.h>
#include <system_error>
#include <unistd.h>
#include <unordered_map>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace {

constexpr std::size_t kLargestVector = 100'000;
constexpr std::size_t kLargestRequest = 64U << 20U;

struct Request {
  std::string_view method;
  std::string_view target;
  std::string_view whole;  ///< head and body
  std::size_t body_bytes = 0;
};

/// The value of a header; empty when there is none.
std::string_view header(std::string_view head, std::string_view name) {
  for (std::size_t line = head.find("\r\n"); line != std::string_view::npos;
       line = head.find("\r\n", line)) {
    line += 2;
    const std::string_view rest = head.substr(line);
    if (rest.size() <= name.size() || rest[name.size()] != ':') continue;
    if (strncasecmp(rest.data(), name.data(), name.size()) != 0) continue;
    std::string_view value = rest.substr(name.size() + 1, rest.find("\r\n") - name.size() - 1);
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return value;
  }
  return {};
}

std::size_t number(std::string_view digits) {
  std::size_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

/// The first complete request of what has arrived, if there is one.
std::optional<Request> first_request(std::string_view arrived) {
  const std::size_t end = arrived.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view head = arrived.substr(0, end + 2);
  if (!header(head, "transfer-encoding").empty()) throw std::runtime_error("chunked request");
  Request request;
  request.body_bytes = number(header(head, "content-length"));
  if (arrived.size() < end + 4 + request.body_bytes) return std::nullopt;
  const std::size_t space = head.find(' ');
  if (space == std::string_view::npos) throw std::runtime_error("not HTTP");
  request.method = head.substr(0, space);
  request.target = head.substr(space + 1, head.find(' ', space + 1) - space - 1);
  request.whole = arrived.substr(0, end + 4 + request.body_bytes);
  return request;
}

/// N of canned_N, wherever the query is in the request.
std::size_t series_asked_for(std::string_view request) {
  constexpr std::string_view kName = "canned_";
  const std::size_t at = request.find(kName);
  if (at == std::string_view::npos) return 0;
  return std::min(number(request.substr(at + kName.size(), 10)), kLargestVector);
}

/// Whole HTTP responses to queries, by the number of series, made anew when the second changes.
class Answers {
 public:
  const std::string& of(std::size_t series) {
    const std::time_t now = std::time(nullptr);
    if (now != made_at_) answers_.clear();
    made_at_ = now;
    const auto [found, is_new] = answers_.try_emplace(series);
    if (is_new) found->second = response(vector(series, now));
    return found->second;
  }

  static std::string response(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
  }

 private:
  static std::string vector(std::size_t series, std::time_t now) {
    const std::string value = "\"value\":[" + std::to_string(now) + ",\"1\"]}";
    std::string body = R"({"status":"success","data":{"resultType":"vector","result":[)";
    for (std::size_t i = 0; i < series; ++i) {
      if (i > 0) body += ',';
      body += R"({"metric":{"__name__":"canned","instance":"host-)" + std::to_string(i) +
              R"(.example.org:9100","job":"node","team":"infrastructure"},)" + value;
    }
    return body + "]}}";
  }

  std::time_t made_at_ = 0;
  std::map<std::size_t, std::string> answers_;
};

class Fake {
 public:
  /// The bytes to answer with.
  std::string answer(const Request& request) {
    if (request.target.starts_with("/api/v1/query")) {
      ++queries_;
      return answers_.of(firing_ ? series_asked_for(request.whole) : 0);
    }
    if (request.target == "/control/fire" || request.target == "/control/rest") {
      firing_ = request.target == "/control/fire";
      return Answers::response("{}");
    }
    if (request.target == "/stats") return Answers::response(stats());
    ++messages_;
    message_bytes_ += request.body_bytes;
    return Answers::response("");
  }

  void connected() { ++connections_; }

 private:
  std::string stats() const {
    return "{\"queries\":" + std::to_string(queries_) +
           ",\"connections\":" + std::to_string(connections_) +
           ",\"messages\":" + std::to_string(messages_) +
           ",\"message_bytes\":" + std::to_string(message_bytes_) + "}";
  }

  Answers answers_;
  bool firing_ = false;
  std::uint64_t queries_ = 0;
  std::uint64_t connections_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t message_bytes_ = 0;
};

void must(bool ok, const char* what) {
  if (!ok) throw std::system_error(errno, std::generic_category(), what);
}

/// A listening socket on loopback; `port` becomes the one it has.
int listen_on(std::uint16_t& port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  must(listener >= 0, "socket");
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  must(bind(listener, generic, sizeof address) == 0, "bind");
  must(listen(listener, 4096) == 0, "listen");
  socklen_t length = sizeof address;
  must(getsockname(listener, generic, &length) == 0, "getsockname");
  port = ntohs(address.sin_port);
  return listener;
}

class Server {
 public:
  explicit Server(int listener) : listener_(listener), epoll_(epoll_create1(0)) {
    must(epoll_ >= 0, "epoll_create1");
    watch(listener_, EPOLLIN, EPOLL_CTL_ADD);
  }

  [[noreturn]] void serve() {
    std::array<epoll_event, 256> events{};
    for (;;) {
      const int ready = epoll_wait(epoll_, events.data(), events.size(), -1);
      for (int i = 0; i < ready; ++i) {
        const int socket = events[i].data.fd;
        if (socket == listener_) {
          accept_all();
        } else if (!talk(socket, events[i].events)) {
          close(socket);
          peers_.erase(socket);
        }
      }
    }
  }

 private:
  struct Peer {
    std::string in;
    std::string out;
    bool waits_to_write = false;
  };

  void watch(int socket, std::uint32_t events, int operation) const {
    epoll_event event{};
    event.events = events;
    event.data.fd = socket;
    must(epoll_ctl(epoll_, operation, socket, &event) == 0, "epoll_ctl");
  }

  void accept_all() {
    for (;;) {
      const int peer = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
      if (peer < 0) return;
      const int on = 1;
      setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      watch(peer, EPOLLIN, EPOLL_CTL_ADD);
      peers_[peer];
      fake_.connected();
    }
  }

  /// False when the connection is over.
  bool talk(int socket, std::uint32_t events) {
    Peer& peer = peers_[socket];
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 && !read_from(socket, peer)) return false;
    return write_to(socket, peer);
  }

  bool read_from(int socket, Peer& peer) {
    const ssize_t got = read(socket, buffer_.data(), buffer_.size());
    if (got < 0) return errno == EAGAIN;
    if (got == 0) return false;
    peer.in.append(buffer_.data(), static_cast<std::size_t>(got));
    try {
      while (const auto request = first_request(peer.in)) {
        peer.out += fake_.answer(*request);
        peer.in.erase(0, request->whole.size());
      }
    } catch (const std::runtime_error& error) {
      std::fprintf(stderr, "fake_prometheus: %s\n", error.what());
      return false;
    }
    return peer.in.size() <= kLargestRequest;
  }

  bool write_to(int socket, Peer& peer) const {
    std::size_t sent = 0;
    while (sent < peer.out.size()) {
      const ssize_t took =
          send(socket, peer.out.data() + sent, peer.out.size() - sent, MSG_NOSIGNAL);
      if (took < 0 && errno != EAGAIN) return false;
      if (took < 0) break;
      sent += static_cast<std::size_t>(took);
    }
    peer.out.erase(0, sent);
    const bool waits = !peer.out.empty();
    if (waits != peer.waits_to_write) {
      watch(socket, waits ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
      peer.waits_to_write = waits;
    }
    return true;
  }

  int listener_;
  int epoll_;
  Fake fake_;
  std::unordered_map<int, Peer> peers_;
  std::array<char, 1U << 16U> buffer_{};
};

}  // namespace

int main(int argc, char** argv) {
  try {
    auto port = static_cast<std::uint16_t>(argc > 1 ? number(argv[1]) : 0);
    Server server(listen_on(port));
    std::printf("{\"port\": %d}\n", port);
    std::fflush(stdout);
    server.serve();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fake_prometheus: %s\n", error.what());
    return 1;
  }
}
