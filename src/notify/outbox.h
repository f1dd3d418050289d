// The outbox: decisions to tell somebody something, from the decision to its delivery or death.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/time.h"
#include "notify/notification.h"

namespace tocsin::notify {

/// Pending rows are due at retry_at; dead ones stay visible until a newer decision for the same
/// group and channel, or their retention, removes them. A row that is sent is removed.
enum class RowState { Pending, Dead };

struct OutboxRow {
  std::int64_t id = 0;           ///< unique for ever, rising with the order of decisions
  NotificationPtr notification;  ///< never null
  RowState state = RowState::Pending;
  int attempts = 0;  ///< started so far; after a restart at least 1, as one may have been
  int unheard = 0;  ///< of those, the ones that are known not to have been heard; 0 after a restart
  Timestamp retry_at;      ///< first attempt: when decided
  std::string last_error;  ///< of the last attempt, for people

  /// Whether the channel may know already what it says: an attempt is under way, or its answer was
  /// lost or an error.
  bool perhaps_heard() const { return attempts > unheard; }
};

}  // namespace tocsin::notify
