#include "scrape/pools.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace tocsin::scrape {
namespace {

constexpr Duration kLongestWait = std::chrono::seconds{5};

/// Whether lines give the same series with both.
bool same_series(const JobSettings& a, const JobSettings& b) {
  return a.honor_labels == b.honor_labels && a.metric_relabel == b.metric_relabel &&
         a.limits == b.limits && a.track_timestamps_staleness == b.track_timestamps_staleness &&
         a.honor_timestamps == b.honor_timestamps;
}

bool same_discovery(const JobSettings& a, const JobSettings& b) {
  return a.files == b.files && a.urls == b.urls && a.clusters == b.clusters;
}

std::vector<std::unique_ptr<Discovery>> discoveries_of(const JobSettings& job,
                                                       const Outside& outside) {
  std::vector<std::unique_ptr<Discovery>> all;
  for (const FileDiscovery& each : job.files) all.push_back(discover_files(each, outside));
  for (const HttpDiscovery& each : job.urls) all.push_back(discover_over_http(each, outside));
  for (const KubernetesDiscovery& each : job.clusters) {
    all.push_back(discover_in_kubernetes(each, outside));
  }
  return all;
}

}  // namespace

std::string_view to_string(Health health) {
  switch (health) {
    case Health::Unknown:
      return "unknown";
    case Health::Up:
      return "up";
    case Health::Down:
      return "down";
  }
  return "unknown";
}

void Pools::configure(const std::vector<JobSettings>& jobs, Timestamp now) {
  order_.clear();
  for (const JobSettings& job : jobs) order_.push_back(job.name);
  for (auto each = pools_.begin(); each != pools_.end();) {
    if (std::find(order_.begin(), order_.end(), each->first) != order_.end()) {
      ++each;
      continue;
    }
    close(each->second);
    each = pools_.erase(each);
  }
  for (const JobSettings& job : jobs) {
    Pool& pool = pools_[job.name];
    if (pool.job && *pool.job == job) continue;
    configure_pool(pool, job);
    sync(pool, now);
  }
}

void Pools::configure_pool(Pool& pool, const JobSettings& job) {
  const std::shared_ptr<const JobSettings> before = pool.job;
  pool.job = std::make_shared<const JobSettings>(job);
  pool.http = std::make_shared<const net::HttpSettings>(job.http);
  if (!before || !same_discovery(*before, job)) pool.discoveries = discoveries_of(job, outside_);
  if (!before) return;
  for (auto& [key, scrape] : pool.scrapes) renew(pool, *scrape, before);
}

/// Lines of the target may now give other series: those that do not go on have to end.
void Pools::renew(Pool& pool, Scrape& scrape, const std::shared_ptr<const JobSettings>& before) {
  if (same_series(*before, *pool.job)) {
    scrape.ingest.rename(*pool.job);
    return;
  }
  endings_.push_back({before, std::move(scrape.ingest), scrape.due,
                      scrape.due + scrape.target.interval * 11 / 10, false});
  scrape.ingest = Ingest(*pool.job, scrape.target.attached);
}

void Pools::remove(Scrape& scrape) {
  endings_.push_back({scrape.pool->job, std::move(scrape.ingest), scrape.due,
                      scrape.due + scrape.target.interval * 11 / 10, true});
  due_.erase({scrape.due, scrape.id});
  by_id_.erase(scrape.id);
}

void Pools::close(Pool& pool) {
  for (auto& [key, scrape] : pool.scrapes) remove(*scrape);
  pool.scrapes.clear();
}

void Pools::add(Pool& pool, Target target, Timestamp now) {
  std::string key = target.key();
  std::unique_ptr<Scrape>& place = pool.scrapes[std::move(key)];
  if (place) {
    place->target.discovered = std::move(target.discovered);
    return;
  }
  const Duration offset = offset_of(target);
  Labels attached = target.attached;
  place = std::make_unique<Scrape>(Scrape{.id = next_id_++,
                                          .pool = &pool,
                                          .target = std::move(target),
                                          .offset = offset,
                                          .ingest = Ingest(*pool.job, std::move(attached))});
  place->due = next_scrape(now, place->target.interval, offset);
  by_id_[place->id] = place.get();
  due_.insert({place->due, place->id});
}

void Pools::sync(Pool& pool, Timestamp now) {
  std::vector<TargetGroup> groups = pool.job->static_targets;
  pool.version = 0;
  for (const auto& discovery : pool.discoveries) {
    groups.insert(groups.end(), discovery->groups().begin(), discovery->groups().end());
    pool.version += discovery->version();
  }
  Targets targets = make_targets(*pool.job, groups);
  std::set<std::string> wanted;
  for (const Target& target : targets.active) wanted.insert(target.key());
  std::erase_if(pool.scrapes, [&](auto& each) {
    if (wanted.contains(each.first)) return false;
    remove(*each.second);
    return true;
  });
  pool.discovered = targets.active.size() + targets.dropped.size() + targets.problems.size();
  pool.dropped = std::move(targets.dropped);
  pool.problems = std::move(targets.problems);
  for (Target& target : targets.active) add(pool, std::move(target), now);
  ++pool.syncs;
  const std::size_t limit = pool.job->limits.targets;
  if (limit > 0 && pool.scrapes.size() > limit) ++pool.over_limit;
}

Timestamp Pools::discover(Pool& pool, Timestamp now) {
  Timestamp next = now + kLongestWait;
  std::uint64_t version = 0;
  for (const auto& discovery : pool.discoveries) {
    next = std::min(next, discovery->turn(now));
    version += discovery->version();
    counters_.discovery_failures[std::string(discovery->kind())] += discovery->take_failures();
  }
  if (version != pool.version) sync(pool, now);
  return next;
}

void Pools::write_endings(Timestamp now) {
  std::erase_if(endings_, [&](Ending& ending) {
    if (now < ending.write) return false;
    ending.ingest.end_all(store_, ending.at, now);
    if (ending.with_report) ending.ingest.end_report(store_, ending.at, now);
    return true;
  });
}

Timestamp Pools::turn(Timestamp now) {
  if (now < last_turn_) plan_again(now);
  last_turn_ = now;
  take_answers(now);
  Timestamp next = now + kLongestWait;
  for (auto& [name, pool] : pools_) next = std::min(next, discover(pool, now));
  start_due(now);
  write_endings(now);
  if (!due_.empty()) next = std::min(next, due_.begin()->first);
  return has_answers() ? now : next;
}

bool Pools::know_all() const {
  const auto is_unknown = [](const auto& each) { return each.second->health == Health::Unknown; };
  return std::none_of(by_id_.begin(), by_id_.end(), is_unknown) &&
         std::all_of(pools_.begin(), pools_.end(), [](const auto& each) {
           const auto& discoveries = each.second.discoveries;
           return std::all_of(discoveries.begin(), discoveries.end(),
                              [](const auto& discovery) { return discovery->has_tried(); });
         });
}

Duration Pools::longest_timeout() const {
  Duration longest{0};
  for (const auto& [name, pool] : pools_) longest = std::max(longest, pool.job->timeout);
  return longest;
}

std::vector<JobView> Pools::jobs() const {
  std::vector<JobView> views;
  for (const std::string& name : order_) {
    const Pool& pool = pools_.at(name);
    JobView view{name,           {}, pool.dropped, pool.problems, pool.discovered, pool.syncs,
                 pool.over_limit};
    for (const auto& discovery : pool.discoveries) {
      if (!discovery->problem().empty()) {
        view.problems.push_back(fmt::format("{}: {}", discovery->kind(), discovery->problem()));
      }
    }
    for (const auto& [key, scrape] : pool.scrapes) {
      view.active.push_back({name, scrape->target.discovered, scrape->target.attached,
                             scrape->target.url, scrape->health, scrape->last_error,
                             scrape->last_scrape, scrape->last_duration, scrape->target.interval,
                             scrape->target.timeout, scrape->ingest.series()});
    }
    views.push_back(std::move(view));
  }
  return views;
}

std::vector<MetadataView> Pools::metadata(const Matchers& matchers, std::string_view metric,
                                          std::size_t at_most) const {
  std::vector<MetadataView> views;
  for (const std::string& name : order_) {
    for (const auto& [key, scrape] : pools_.at(name).scrapes) {
      if (!all_match(matchers, scrape->target.attached)) continue;
      for (const auto& [each, what] : scrape->ingest.metadata()) {
        if (!metric.empty() && each != metric) continue;
        if (views.size() >= at_most) return views;
        views.push_back({each, what, scrape->target.attached});
      }
    }
  }
  return views;
}

}  // namespace tocsin::scrape
