// A server on a loopback port that says exactly the bytes a test wants, so that everything a real
// one would never do can be tried.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <openssl/ssl.h>

namespace tocsin::net {

/// One accepted connection, used by one script on one thread. Closed when the script ends.
class Connection {
 public:
  explicit Connection(int socket) : socket_(socket) {}

  /// Waits for a whole HTTP request and returns it; empty when the client has gone.
  std::string read_request();
  /// Waits for a line, without its CRLF; empty when the client has gone.
  std::string read_line();
  /// False when the client has gone.
  bool send(std::string_view bytes);
  /// Returns when the client has closed its side.
  void wait_until_closed();
  /// Speaks TLS from here on; false when the handshake fails.
  bool start_tls(SSL_CTX* context);
  /// The name that the client asked for with SNI, or "".
  std::string server_name() const;

 private:
  struct Free {
    void operator()(SSL* tls) const { SSL_free(tls); }
  };
  bool receive();

  int socket_;
  std::unique_ptr<SSL, Free> tls_;
  std::string buffer_;
};

class FakeServer {
 public:
  /// Runs once per connection, each on its own thread.
  using Script = std::function<void(Connection&)>;

  explicit FakeServer(Script script);
  /// Closes everything; scripts that wait for a client see that it has gone.
  ~FakeServer();

  int port() const { return port_; }
  /// "http://127.0.0.1:PORT" and the path.
  std::string url(const std::string& path = "/") const;
  int connections() const { return connections_; }

 private:
  void accept_all();

  Script script_;
  int port_ = 0;  // before listener_, whose making fills it in
  int listener_ = -1;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  bool stopping_ = false;          // under mutex_
  std::vector<int> open_;          // under mutex_
  std::vector<std::thread> busy_;  // touched by the accepting thread only
  std::thread thread_;
};

/// Answers each request on each connection with what `answer` makes of it.
FakeServer::Script answering(std::function<std::string(const std::string& request)> answer);

/// "HTTP/1.1 STATUS X" with Content-Length and, after `headers` (each ending in CRLF), the body.
std::string http_answer(int status, std::string_view body, std::string_view headers = "");

/// A port of 127.0.0.1 on which nobody listens.
int closed_port();

}  // namespace tocsin::net
