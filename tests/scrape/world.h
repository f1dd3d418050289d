// Scraping without a network: answers are given by the test, times are its own.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "query/engine/storage.h"
#include "scrape/pools.h"

namespace tocsin::scrape {

inline Timestamp at_second(std::int64_t second) { return Timestamp{std::chrono::seconds{second}}; }

/// All samples of a store, a line for each series: `{__name__="up"} 1@10 stale@20`.
inline std::vector<std::string> dump(const series::Store& store, const std::string& metric = {}) {
  const Matchers matchers = {metric.empty() ? Matcher("__name__", MatchOp::NotEqual, "")
                                            : Matcher("__name__", MatchOp::Equal, metric)};
  const query::Selection selection =
      store.select(matchers, Timestamp{}, Timestamp{std::chrono::hours{1'000'000}});
  std::vector<std::string> lines;
  for (const query::SeriesView& series : selection.series) {
    std::string line = series.labels->to_string();
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      const bool stale = std::bit_cast<std::uint64_t>(series.values[i]) == query::kStaleBits;
      line += fmt::format(" {}@{}", stale ? "stale" : fmt::format("{}", series.values[i]),
                          static_cast<double>(series.times[i]) / 1000);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

struct World {
  struct Asked {
    net::Request request;
    std::function<void(net::Result)> done;
  };
  series::Store store;
  std::deque<Asked> asked;
  std::map<std::string, std::vector<TargetGroup>> files;
  Outside outside{[this](net::Request request, std::function<void(net::Result)> done) {
                    asked.push_back({std::move(request), std::move(done)});
                  },
                  [this](const std::string& path) {
                    const auto found = files.find(path);
                    if (found == files.end()) throw Error("broken");
                    return found->second;
                  }};
  Pools pools{store, outside};

  /// Lets time go on, turn by turn, until a request is out; its time.
  Timestamp until_asked(Timestamp now) {
    for (;;) {
      const Timestamp next = pools.turn(now);
      if (!asked.empty()) return now;
      now = std::max(next, now + Duration{1});
    }
  }
  void answer(net::Result result, Timestamp now) {
    const Asked first = std::move(asked.front());
    asked.pop_front();
    first.done(std::move(result));
    pools.turn(now);
  }
  void answer(const std::string& body, Timestamp now) {
    answer(net::Response{200, {{"content-type", "text/plain; version=0.0.4"}}, body}, now);
  }
};

/// A job with one target, scraped every 10 seconds.
inline JobSettings job_of(const std::string& name, std::vector<std::string> addresses = {"a:1"}) {
  JobSettings job;
  job.name = name;
  job.interval = std::chrono::seconds{10};
  job.timeout = std::chrono::seconds{5};
  TargetGroup group{"0", {}, {}};
  for (std::string& each : addresses) {
    group.targets.push_back(Labels{{std::string(kAddress), std::move(each)}});
  }
  job.static_targets = {group};
  return job;
}

}  // namespace tocsin::scrape
