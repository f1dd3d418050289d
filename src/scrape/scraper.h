// Scraping as a service: Pools driven by a thread of its own with a client of its own, so that
// large or slow targets never stall whoever evaluates rules.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "net/client.h"
#include "scrape/forward.h"
#include "scrape/pools.h"

namespace tocsin::scrape {

class Scraper {
 public:
  struct Settings {
    std::function<Timestamp()> now;  ///< the wall clock
    std::function<std::vector<TargetGroup>(const std::string& path)> read_target_file;
  };

  /// `store` outlives it. Nothing happens before start().
  Scraper(series::Store& store, Settings settings);
  ~Scraper();
  Scraper(const Scraper&) = delete;
  Scraper& operator=(const Scraper&) = delete;

  void start();
  /// Scrapes under way are given up; nothing ends, as the next start goes on with it. Idempotent.
  void stop();

  // Any thread may call these.
  /// Whether all that it was given at the start has been looked at once; from then on it stays so.
  bool first_round_over() const { return first_round_over_; }
  void configure(const std::vector<JobSettings>& jobs);
  /// Where all that is stored goes on to. Places that did not change go on where they are.
  void forward(const std::vector<RemoteWriteSettings>& places, const Labels& external_labels);
  std::vector<ForwardView> forwards() const;
  std::vector<JobView> jobs() const;
  Counters counters() const;
  std::vector<MetadataView> metadata(const Matchers& matchers, std::string_view metric,
                                     std::size_t at_most) const;

 private:
  void run();
  Timestamp turn(Timestamp now);
  Timestamp guarded_turn(Timestamp now);

  Settings settings_;
  const series::Store& store_;
  net::Client client_;
  Outside outside_;
  mutable std::mutex mutex_;  ///< of the pools
  Pools pools_;
  std::vector<std::unique_ptr<Forward>> forwards_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> first_round_over_ = false;
  std::thread thread_;
};

}  // namespace tocsin::scrape
