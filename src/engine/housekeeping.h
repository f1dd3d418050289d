// What is over and has been kept long enough goes, a small slice at a time.
#pragma once

#include <atomic>
#include <cstdint>

#include "engine/book.h"

namespace tocsin::engine {

/// How long the timeline and dead notifications are kept.
inline constexpr Duration kKeepTimeline = std::chrono::hours{30 * 24};

class Housekeeping {
 public:
  struct Settings {
    /// How long a resolved alert that is in no group any more stays readable; its story stays in
    /// the timeline.
    Duration keep_resolved = std::chrono::minutes{30};
    /// How long an expired silence stays listed: Alertmanager's default data.retention.
    Duration keep_silences = std::chrono::hours{120};
    /// When the journal holds more bytes than this, the oldest of the timeline goes. 0: no limit.
    std::uint64_t most_bytes = std::uint64_t{1} << 30;
  };

  Housekeeping(Book& book, Settings settings) : book_(book), settings_(settings) {}

  /// Returns when it wants to be called again.
  Timestamp tick(Timestamp now);

  // For metrics; any thread.
  /// What the journal held at the last tick.
  std::uint64_t bytes() const { return bytes_; }
  Timestamp oldest_event() const { return Timestamp(Duration(oldest_event_)); }
  /// How much of the timeline went because of its size, in events.
  std::uint64_t dropped_for_size() const { return dropped_for_size_; }

 private:
  // A slice each; how many went.
  std::size_t drop_alerts(Timestamp now);
  std::size_t drop_silences(Timestamp now);
  std::size_t drop_dead_rows(Timestamp now);
  std::size_t drop_for_size();

  Book& book_;
  Settings settings_;
  Timestamp next_;
  std::atomic<std::uint64_t> bytes_ = 0, dropped_for_size_ = 0;
  std::atomic<Timestamp::rep> oldest_event_ = 0;
};

}  // namespace tocsin::engine
