// All scraping, decided at given instants: which targets there are, whose turn it is, what came of
// it. No clock, no sockets and no threads: scraper.h has those.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scrape/discovery.h"
#include "scrape/ingest.h"
#include "scrape/target.h"
#include "series/store.h"

namespace tocsin::scrape {

enum class Health { Unknown, Up, Down };
std::string_view to_string(Health health);

/// A target as people see it.
struct TargetView {
  std::string job;
  Labels discovered;
  Labels labels;
  std::string url;
  Health health = Health::Unknown;
  std::string last_error;
  Timestamp last_scrape;
  Duration last_duration{0};
  Duration interval{0};
  Duration timeout{0};
  std::size_t series = 0;
};

struct JobView {
  std::string name;
  std::vector<TargetView> active;
  std::vector<Labels> dropped;
  std::vector<std::string> problems;  ///< of discovery and of what cannot be targets
  std::size_t discovered = 0;
  std::uint64_t syncs = 0;
  std::uint64_t over_limit = 0;  ///< how often there were more targets than target_limit
};

/// Since the start.
struct Counters {
  std::uint64_t scrapes = 0;
  std::uint64_t failed = 0;
  std::uint64_t missed = 0;  ///< because the one before was still under way
  std::uint64_t sample_limit = 0;
  std::uint64_t body_limit = 0;
  std::uint64_t duplicate = 0;
  std::uint64_t out_of_order = 0;
  std::uint64_t out_of_bounds = 0;
  std::uint64_t full = 0;
  std::map<std::string, std::uint64_t> discovery_failures;  ///< by kind of discovery
};

struct MetadataView {
  std::string metric;
  Metadata metadata;
  Labels target;
};

class Pools {
 public:
  /// Both outlive it.
  Pools(series::Store& store, const Outside& outside) : store_(store), outside_(outside) {}

  /// Targets and discoveries that are as they were go on as if nothing had happened.
  void configure(const std::vector<JobSettings>& jobs, Timestamp now);
  /// Does what is due; when it wants to be called again at the latest.
  Timestamp turn(Timestamp now);
  /// Whether answers wait for the next turn.
  bool has_answers() const { return !answers_.empty() || !large_.empty(); }
  /// Whether something came of each discovery and of each target that there is.
  bool know_all() const;

  /// Of all jobs; what relabelling makes of it for single targets does not count.
  Duration longest_timeout() const;
  std::vector<JobView> jobs() const;
  const Counters& counters() const { return counters_; }
  /// Of targets that `matchers` match, of one metric or (empty) of all; at most so many.
  std::vector<MetadataView> metadata(const Matchers& matchers, std::string_view metric,
                                     std::size_t at_most) const;

 private:
  struct Pool;
  /// One target with what is known of it.
  struct Scrape {
    std::uint64_t id = 0;
    Pool* pool = nullptr;
    Target target;
    Duration offset{0};
    Ingest ingest;
    Timestamp due = {};
    Timestamp at = {};       ///< of the samples of the scrape under way
    Timestamp started = {};  ///< of the scrape under way
    bool running = false;
    Health health = Health::Unknown;
    std::string last_error = {};
    Timestamp last_scrape = {};
    Duration last_duration{0};
  };
  /// One job.
  struct Pool {
    std::shared_ptr<const JobSettings> job;  // shared: a scrape may be older than a reload
    std::shared_ptr<const net::HttpSettings> http;
    std::vector<std::unique_ptr<Discovery>> discoveries;
    std::uint64_t version = 0;  ///< sum of those of the discoveries at the last sync
    std::map<std::string, std::unique_ptr<Scrape>> scrapes;  ///< by key of the target
    std::vector<Labels> dropped;
    std::vector<std::string> problems;
    std::size_t discovered = 0;
    std::uint64_t syncs = 0;
    std::uint64_t over_limit = 0;
  };
  /// Series of a target that is gone: they end when their next sample would have come, which is
  /// written a little later, so that whoever goes on with them comes first.
  struct Ending {
    std::shared_ptr<const JobSettings> job;
    Ingest ingest;
    Timestamp at;
    Timestamp write;
    bool with_report;
  };
  struct Answer {
    std::uint64_t id;
    net::Result result;
    bool begun = false;  ///< of a large one: a part of it was read
  };

  // pools.cpp
  void configure_pool(Pool& pool, const JobSettings& job);
  void renew(Pool& pool, Scrape& scrape, const std::shared_ptr<const JobSettings>& job);
  Timestamp discover(Pool& pool, Timestamp now);
  void sync(Pool& pool, Timestamp now);
  void add(Pool& pool, Target target, Timestamp now);
  void remove(Scrape& scrape);
  void close(Pool& pool);
  void write_endings(Timestamp now);
  // pool_scrapes.cpp
  void plan_again(Timestamp now);
  void start_due(Timestamp now);
  void start(Scrape& scrape, Timestamp now);
  net::Request request_of(const Scrape& scrape) const;
  void take_answers(Timestamp now);
  void read_large(Timestamp now);
  std::optional<Scraped> read(Scrape& scrape, Answer& answer, Timestamp now);
  void fail(Scrape& scrape, std::string why, Timestamp now);
  void conclude(Scrape& scrape, Scraped scraped, Timestamp now);

  series::Store& store_;
  const Outside& outside_;
  std::map<std::string, Pool> pools_;  ///< by job name
  std::vector<std::string> order_;     ///< of the configuration
  std::map<std::uint64_t, Scrape*> by_id_;
  std::set<std::pair<Timestamp, std::uint64_t>> due_;
  std::vector<Ending> endings_;
  std::deque<Answer> answers_;
  std::deque<Answer> large_;  ///< the first one is being read, a little in each turn
  std::uint64_t next_id_ = 1;
  Timestamp last_turn_;
  Counters counters_;
};

}  // namespace tocsin::scrape
