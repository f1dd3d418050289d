#include "web/server.h"

#include <charconv>
#include <chrono>
#include <cstring>
#include <httplib.h>
#include <thread>
#include <unistd.h>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include "model/error.h"

namespace tocsin::web {
namespace {

constexpr int kThreads = 64;    // one is held by each live connection
constexpr int kBacklog = 1024;  // the library's own is 5
constexpr std::size_t kMaxBody = std::size_t{64} << 20;
constexpr auto kKeepAlive = std::chrono::seconds{2};

/// The other place that reads the wall clock: `now` of a request is when it is handled.
Timestamp wall_clock() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

Request translate(const httplib::Request& from) {
  Request to;
  to.method = from.method;
  to.path = from.path;
  for (const auto& [name, value] : from.params) to.query.emplace_back(name, value);
  for (const auto& [name, value] : from.headers) {
    std::string lower(name);
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    to.headers[lower] = value;
  }
  to.body = from.body;
  to.remote = from.remote_addr;
  return to;
}

void translate(Response from, httplib::Response& to) {
  to.status = from.status;
  for (const auto& [name, value] : from.headers) to.set_header(name, value);
  to.set_content(std::move(from.body), from.content_type);
}

}  // namespace

Address parse_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  Address address;
  if (colon != std::string::npos) {
    address.host = text.substr(0, colon);
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, address.port);
    const bool valid =
        error == std::errc() && stop == end && address.port >= 0 && address.port <= 65535;
    if (address.host.size() > 2 && address.host.front() == '[' && address.host.back() == ']') {
      address.host = address.host.substr(1, address.host.size() - 2);
    } else if (address.host.find_first_of(":[]") != std::string::npos) {
      address.host.clear();
    }
    if (valid && !address.host.empty()) return address;
    if (valid && colon == 0) return {"0.0.0.0", address.port};
  }
  throw Error(fmt::format(
      "\"{}\" is not an address to listen on: write it like 127.0.0.1:9093 or [::1]:9093", text));
}

bool is_loopback(const Address& address) {
  if (address.host == "localhost") return true;
  in_addr v4{};
  if (inet_pton(AF_INET, address.host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, address.host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

/// The library's server, with what must be set differently for us.
class Server::Listener : public httplib::Server {
 public:
  Listener() {
    new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    set_tcp_nodelay(true);
    set_keep_alive_max_count(1'000'000);
    set_keep_alive_timeout(kKeepAlive.count());
    set_payload_max_length(kMaxBody);
    // The library's default lets two programs share a port silently (SO_REUSEPORT).
    set_socket_options([](socket_t socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    const auto answer = [this](const httplib::Request& request, httplib::Response& response) {
      translate(router_.handle(translate(request), wall_clock()), response);
    };
    // A request that names no length has no body (RFC 9112, 6.3); the library would wait for one.
    set_pre_routing_handler([answer](const httplib::Request& request, httplib::Response& response) {
      if (request.has_header("Content-Length") || request.has_header("Transfer-Encoding")) {
        return HandlerResponse::Unhandled;
      }
      answer(request, response);
      return HandlerResponse::Handled;
    });
    Get(".*", answer);
    Post(".*", answer);
    Put(".*", answer);
    Delete(".*", answer);
    Patch(".*", answer);
    Options(".*", answer);
    set_exception_handler([](const httplib::Request&, httplib::Response& response,
                             const std::exception_ptr&) { response.status = 500; });
  }

  int take(const Address& address) {
    const int port = address.port == 0                          ? bind_to_any_port(address.host)
                     : bind_to_port(address.host, address.port) ? address.port
                                                                : -1;
    if (port < 0) {
      throw Error(fmt::format("cannot listen on {}:{}: {} (is another program using the port?)",
                              address.host, address.port, std::strerror(errno)));
    }
    ::listen(svr_sock_, kBacklog);
    return port;
  }

  void answer_with(Router router) {
    router_ = std::move(router);
    thread_ = std::thread([this] { listen_after_bind(); });
    while (!is_running()) std::this_thread::yield();
  }

  void end() {
    if (thread_.joinable()) {
      stop();
      thread_.join();
    } else if (const socket_t unserved = svr_sock_.exchange(INVALID_SOCKET);
               unserved != INVALID_SOCKET) {
      ::close(unserved);
    }
  }

 private:
  Router router_;
  std::thread thread_;
};

Server::Server() = default;

Server::~Server() { stop(); }

int Server::bind(const Address& address) {
  if (!is_loopback(address)) {
    throw Error(fmt::format(
        "{} can be reached from other machines: this version listens on loopback only (127.0.0.1, "
        "::1 or localhost), until TLS and authentication are there; put a proxy in front of it",
        address.host));
  }
  listener_ = std::make_unique<Listener>();
  return listener_->take(address);
}

void Server::serve(Router router) { listener_->answer_with(std::move(router)); }

void Server::stop() {
  if (listener_) listener_->end();
}

}  // namespace tocsin::web
