// A dead man's switch: a URL is called as long as evaluation, commits and deliveries work, so that
// whoever is there can ring when the calls stop.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "config/config.h"
#include "engine/delivery.h"
#include "engine/vitals.h"

namespace tocsin::engine {

/// For metrics.
struct HeartbeatStatus {
  bool configured = false;
  std::string wrong;  ///< why it is not called; empty: it is
  Timestamp last_success;
  std::uint64_t calls = 0;
  std::uint64_t failures = 0;  ///< calls that were not answered with 2xx
};

class Heartbeat {
 public:
  Heartbeat(Send send, std::function<Vitals(Timestamp now)> vitals)
      : send_(std::move(send)), vitals_(std::move(vitals)) {}

  /// The next call is due at once when the heartbeat is another one.
  void configure(std::shared_ptr<const config::Config> config, Timestamp now);
  /// Calls when it is due and nothing is wrong; returns when it wants to be called again.
  /// REQUIRES: the book is not locked.
  Timestamp tick(Timestamp now);
  void clock_set_back(Timestamp now) { due_ = std::min(due_, now); }

  /// Any thread.
  HeartbeatStatus status() const;

 private:
  struct Shared {
    mutable std::mutex mutex;
    HeartbeatStatus status;
  };
  void call(Timestamp now);
  /// Notes what is wrong, and says so once.
  void note(const std::string& wrong);

  Send send_;
  std::function<Vitals(Timestamp now)> vitals_;
  std::shared_ptr<const config::Config> config_;
  Timestamp due_;
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();  // with answers that come late
};

}  // namespace tocsin::engine
