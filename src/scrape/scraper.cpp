#include "scrape/scraper.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <spdlog/spdlog.h>

namespace tocsin::scrape {
namespace {

/// Bounds the effect of clock jumps.
constexpr Duration kLongestWait = std::chrono::seconds{1};
/// What is sent on once more after a start or a change: the last seconds before it may not have
/// been sent, and who has them already passes over them.
constexpr Duration kOverlap = std::chrono::minutes{1};

}  // namespace

Scraper::Scraper(series::Store& store, Settings settings)
    : settings_(std::move(settings)),
      store_(store),
      outside_{[this](net::Request request, std::function<void(net::Result)> done) {
                 // Whoever waits for the answer may be taken away by another thread's reload.
                 client_.start(std::move(request),
                               [this, done = std::move(done)](net::Result result) {
                                 const std::lock_guard lock(mutex_);
                                 done(std::move(result));
                               });
               },
               settings_.read_target_file},
      pools_(store, outside_) {}

Scraper::~Scraper() { stop(); }

void Scraper::start() {
  thread_ = std::thread([this] { run(); });
}

void Scraper::stop() {
  stopping_ = true;
  client_.wake();
  if (thread_.joinable()) thread_.join();
}

void Scraper::configure(const std::vector<JobSettings>& jobs) {
  {
    const std::lock_guard lock(mutex_);
    pools_.configure(jobs, settings_.now());
  }
  client_.wake();
}

void Scraper::forward(const std::vector<RemoteWriteSettings>& places,
                      const Labels& external_labels) {
  const std::lock_guard lock(mutex_);
  std::vector<std::unique_ptr<Forward>> before = std::exchange(forwards_, {});
  for (const RemoteWriteSettings& place : places) {
    const auto known = std::find_if(before.begin(), before.end(), [&](const auto& each) {
      return each && each->settings() == place && each->external_labels() == external_labels;
    });
    forwards_.push_back(known != before.end()
                            ? std::move(*known)
                            : std::make_unique<Forward>(place, external_labels, store_, outside_,
                                                        settings_.now() - kOverlap));
  }
}

std::vector<ForwardView> Scraper::forwards() const {
  const std::lock_guard lock(mutex_);
  std::vector<ForwardView> views;
  for (const auto& each : forwards_) views.push_back(each->view());
  return views;
}

Timestamp Scraper::turn(Timestamp now) {
  Timestamp next = pools_.turn(now);
  for (const auto& each : forwards_) {
    each->set_lag(pools_.longest_timeout());
    next = std::min(next, each->turn(now));
  }
  return next;
}

/// A failure that nobody thought of must not take the process down.
Timestamp Scraper::guarded_turn(Timestamp now) {
  try {
    return turn(now);
  } catch (const std::exception& error) {
    spdlog::error("scraping: {}", error.what());
    return now + kLongestWait;
  }
}

void Scraper::run() {
  while (!stopping_) {
    Timestamp next;
    Timestamp now;
    {
      const std::lock_guard lock(mutex_);
      now = settings_.now();
      next = guarded_turn(now);
      if (!first_round_over_) first_round_over_ = pools_.know_all();
    }
    client_.poll(std::clamp<Duration>(next - now, Duration{0}, kLongestWait));
  }
}

std::vector<JobView> Scraper::jobs() const {
  const std::lock_guard lock(mutex_);
  return pools_.jobs();
}

Counters Scraper::counters() const {
  const std::lock_guard lock(mutex_);
  return pools_.counters();
}

std::vector<MetadataView> Scraper::metadata(const Matchers& matchers, std::string_view metric,
                                            std::size_t at_most) const {
  const std::lock_guard lock(mutex_);
  return pools_.metadata(matchers, metric, at_most);
}

}  // namespace tocsin::scrape
