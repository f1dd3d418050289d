// How many messages a channel may be sent in which time, so that bursts do not run into the limits
// of the service behind it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/time.h"

namespace tocsin::notify {

/// At most `messages` attempts are started within any stretch of `per`. 0: any number.
struct RateLimit {
  int messages = 0;
  Duration per{0};
  bool operator==(const RateLimit&) const = default;
};

/// When attempts were started, oldest first.
using Starts = std::vector<Timestamp>;

/// Nobody needs more, and each start is remembered.
inline constexpr int kMostMessages = 1000;

/// "5/2s", "30/1m"; "none" is no limit. Nothing for what is no such thing, for more than
/// kMostMessages, and for a time of 0 or over a day.
std::optional<RateLimit> parse_rate_limit(std::string_view text);
/// What parse_rate_limit() reads.
std::string to_string(const RateLimit& limit);

/// When the next attempt may start, at `now` at the soonest.
Timestamp next_start(const RateLimit& limit, const Starts& starts, Timestamp now);

/// With an attempt that starts now, and without those that no longer matter to the limit.
Starts with_start(const RateLimit& limit, Starts starts, Timestamp now);

/// The clock was set back: nothing was started in the future.
Starts set_back(Starts starts, Timestamp now);

}  // namespace tocsin::notify
