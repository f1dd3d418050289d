#include "engine/series_keeper.h"

#include <algorithm>
#include <filesystem>

#include <spdlog/spdlog.h>

#include "model/error.h"

namespace tocsin::engine {
namespace {

/// What a kill costs at most, and what a rate over five minutes can do without.
constexpr Duration kLeastInterval = std::chrono::minutes{1};
constexpr Duration kMostInterval = std::chrono::minutes{4};
/// Large snapshots come less often, so that the disk is written no faster.
constexpr std::size_t kBytesPerSecond = std::size_t{1} << 20;

const net::SourceSettings* embedded(const config::Config& config) {
  for (const net::SourceSettings& source : config.sources) {
    if (source.embedded) return &source;
  }
  return nullptr;
}

/// Whether the group asks it.
bool asks(const rule::RuleGroup& group, const net::SourceSettings& source,
          const config::Config& config) {
  return group.source.empty() ? &config.sources.front() == &source : group.source == source.name;
}

}  // namespace

std::vector<std::string> embedded_expressions(const config::Config& config) {
  std::vector<std::string> out;
  const net::SourceSettings* source = embedded(config);
  if (source == nullptr) return out;
  for (const rule::RuleGroup& group : config.groups) {
    if (!asks(group, *source, config)) continue;
    for (const rule::Rule& rule : group.rules) out.push_back(rule.expression);
  }
  return out;
}

Duration embedded_retention(const config::Config& config) {
  const net::SourceSettings* source = embedded(config);
  if (source == nullptr) return net::SourceSettings{}.retention;
  Duration out = source->retention;
  for (const rule::RuleGroup& group : config.groups) {
    if (!asks(group, *source, config)) continue;
    // An evaluation may be late by an interval.
    out = std::max(out, group.reach + group.query_offset + group.interval);
  }
  return out;
}

void SeriesKeeper::configure(const config::Config& config) {
  const net::SourceSettings* source = embedded(config);
  const net::SourceSettings settings = source == nullptr ? net::SourceSettings{} : *source;
  store_.set_bounds(embedded_retention(config), settings.memory_limit);
}

void SeriesKeeper::begin(Timestamp now) {
  std::error_code ignored;
  if (file_.empty() || !std::filesystem::exists(file_, ignored)) return;
  try {
    const series::Loaded loaded = store_.load(file_, now);
    spdlog::info("{} series with {} samples were read from {}", loaded.series, loaded.samples,
                 file_);
    if (loaded.left_out > 0) {
      spdlog::warn("{} series of {} do not fit the memory_limit of the embedded source",
                   loaded.left_out, file_);
    }
  } catch (const Error& error) {
    const std::string aside = file_ + ".unreadable";
    std::filesystem::rename(file_, aside, ignored);
    spdlog::error("the snapshot of series cannot be used and is set aside as {}: {}", aside,
                  error.what());
  }
}

void SeriesKeeper::start() {
  if (file_.empty() || thread_.joinable()) return;
  thread_ = std::thread([this] { run(); });
}

void SeriesKeeper::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (!thread_.joinable()) return;
  thread_.join();
  save();
}

void SeriesKeeper::run() {
  Duration wait = kLeastInterval;
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, wait, [this] { return stopping_; })) {
    lock.unlock();
    wait = save();
    lock.lock();
  }
}

Duration SeriesKeeper::save() {
  std::error_code ignored;
  const bool is_nothing = store_.statistics().series == 0;
  if (is_nothing && !std::filesystem::exists(file_, ignored)) return kLeastInterval;
  try {
    const std::size_t bytes = store_.save(file_);
    if (failing_) spdlog::info("snapshots of series are written again");
    failing_ = false;
    const std::chrono::seconds fair(bytes / kBytesPerSecond);
    return std::clamp<Duration>(fair, kLeastInterval, kMostInterval);
  } catch (const Error& error) {
    if (!failing_) spdlog::error("the series are not on disk: {}", error.what());
    failing_ = true;
  }
  return kLeastInterval;
}

void SeriesKeeper::tick(Timestamp now) {
  const bool was_set_back = next_truncated_ > now + std::chrono::seconds{1};
  if (now < next_truncated_ && !was_set_back) return;
  next_truncated_ = now + std::chrono::seconds{1};
  store_.truncate(now);
}

}  // namespace tocsin::engine
