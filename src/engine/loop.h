// The service: the engine driven by the wall clock and the network, on a thread of its own.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "engine/engine.h"
#include "net/client.h"
#include "net/remote_source.h"

namespace tocsin::engine {

/// One of the two places that read the wall clock.
Timestamp wall_clock();

class Loop {
 public:
  struct Settings {
    std::string config_file;
    std::string external_url;
    Duration drain = std::chrono::seconds{5};  ///< how long stop() waits for deliveries under way
  };

  /// Loads nothing itself: `config` is what the file said. `journal` outlives the loop.
  Loop(journal::Journal& journal, std::shared_ptr<const config::Config> config, Settings settings);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void start();
  /// Ends the loop: what is under way to a channel may finish within `drain`, the rest stays in the
  /// outbox. Idempotent.
  void stop();

  Engine& engine() { return *engine_; }

 private:
  void run();
  void drain();
  query::Source* find_source(const std::string& name) const;
  void prepare_sources(const config::Config& config);
  void send(notifiers::Delivery delivery, std::function<void(net::Result)> done);

  Settings settings_;
  net::Client client_;
  std::map<std::string, std::unique_ptr<query::Source>> sources_;
  std::string first_source_;
  std::unique_ptr<Engine> engine_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace tocsin::engine
