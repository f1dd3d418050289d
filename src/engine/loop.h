// The service: the engine driven by the wall clock and the network, on a thread of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "engine/engine.h"
#include "engine/series_keeper.h"
#include "net/client.h"
#include "net/remote_source.h"
#include "scrape/scraper.h"
#include "series/embedded_source.h"

namespace tocsin::engine {

/// One of the two places that read the wall clock.
Timestamp wall_clock();

class Loop {
 public:
  struct Settings {
    std::string config_file;
    MatcherSyntax matchers = MatcherSyntax::Fallback;  ///< how those of the configuration are read
    std::string external_url;
    Intake::Settings intake;
    route::SilenceLimits silence_limits;
    Housekeeping::Settings housekeeping = {};
    bool log_silences = false;
    std::string series_file;                   ///< snapshots of embedded series; empty: none
    Duration start_delay{0};                   ///< nobody is told anything before
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
  /// Of the embedded source; empty where there is none.
  series::Store& series() { return series_.store(); }
  const scrape::Scraper& scraper() const { return scraper_; }

 private:
  void run();
  void drain();
  query::Source* find_source(const std::string& name);
  net::RemoteSource* find_remote(const std::string& name) const;
  void ask_source(const SourceQuestion& question, std::function<void(net::Result)> done);
  void prepare_sources(const config::Config& config);
  void look_for_first_samples();
  void gather_answers();
  void send(notifiers::Delivery delivery, std::function<void(net::Result)> done);

  Settings settings_;
  net::Client client_;
  std::map<std::string, std::unique_ptr<net::RemoteSource>> sources_;
  std::string first_source_;
  SeriesKeeper series_;
  series::EmbeddedSource embedded_;
  std::string embedded_name_;  ///< empty: there is none
  /// Rules wait for them at most so long, whatever the wall clock does.
  std::chrono::steady_clock::time_point first_samples_until_;
  scrape::Scraper scraper_;
  std::unique_ptr<Engine> engine_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace tocsin::engine
