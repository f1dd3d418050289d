// What is over and has been kept long enough goes, a small slice at a time.
#pragma once

#include "engine/book.h"

namespace tocsin::engine {

/// How long a resolved alert that is in no group any more stays readable; its story stays in the
/// timeline.
inline constexpr Duration kKeepResolved = std::chrono::hours{1};
/// How long an expired silence stays listed: Alertmanager's default data.retention.
inline constexpr Duration kKeepSilences = std::chrono::hours{120};
/// How long the timeline and dead notifications are kept.
inline constexpr Duration kKeepTimeline = std::chrono::hours{30 * 24};

class Housekeeping {
 public:
  explicit Housekeeping(Book& book) : book_(book) {}

  /// Returns when it wants to be called again.
  Timestamp tick(Timestamp now);

 private:
  void drop_alerts(Timestamp now);
  void drop_silences(Timestamp now);
  void drop_dead_rows(Timestamp now);

  Book& book_;
  Timestamp next_;
};

}  // namespace tocsin::engine
