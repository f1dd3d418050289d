// The one client for everything that goes out: libcurl's multi interface behind a small door.
#pragma once

#include <functional>
#include <memory>

#include "net/http.h"
#include "net/mail.h"

namespace tocsin::net {

/// Not thread-safe except for wake(). Connections are kept alive and shared; at most
/// `max_per_destination` transfers run against one destination at a time, the rest wait in order,
/// so that one slow place never takes the connections of another.
class Client {
 public:
  using Done = std::function<void(Result)>;

  struct Limits {
    int max_idle_connections = 512;
    int max_per_destination = 64;
  };
  Client();
  explicit Client(Limits limits);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Calls `done` exactly once, from poll() (or from cancel_all()), never from start() itself; not
  /// at all when the client is destroyed first. `done` may call start().
  void start(Request request, Done done);
  /// The same for a mail: on success a Response with the SMTP code as status and its text as body.
  void start(Mail mail, Done done);

  /// Waits at most `wait` for something to happen, moves all transfers on and calls what is done.
  /// What a `done` throws comes out of here and harms no other transfer.
  void poll(Duration wait);
  /// Ends a poll() early. Thread-safe.
  void wake();
  /// Transfers started and not yet done.
  std::size_t in_flight() const;
  /// Ends all transfers; each `done` gets a Failure.
  void cancel_all();

 private:
  class Multi;
  std::unique_ptr<Multi> multi_;
};

}  // namespace tocsin::net
