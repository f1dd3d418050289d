// Whether Tocsin does its work: what the heartbeat goes by, as a pure function of what is known.
#pragma once

#include <string>
#include <vector>

#include "model/time.h"

namespace tocsin::engine {

struct Vitals {
  struct Group {
    std::string name;
    Timestamp last_evaluation;  ///< or since when it is there, if that is later
    Duration interval{0};
    bool failing = false;  ///< every rule of it did at its last evaluation
    std::string error;
  };
  /// A channel that messages wait for, or gave up on.
  struct Channel {
    std::string name;
    Timestamp oldest;     ///< decision of the oldest message that was tried or given up
    Timestamp last_told;  ///< epoch: never
    std::string error;
  };
  std::string journal_failure;  ///< empty: the last commit is on disk
  std::vector<Group> groups;
  std::vector<Channel> channels;
};

/// A group that misses so many evaluations, and for at least a minute, is stuck.
inline constexpr int kMissedEvaluations = 3;
/// A channel that nothing got through to for so long after a message was decided is dead.
inline constexpr Duration kChannelDeadAfter = std::chrono::minutes{10};

/// The first thing that is wrong, as a sentence; empty when evaluation, commits and deliveries
/// work:
///  1. the last commit did not reach the disk;
///  2. a group of rules has not been evaluated for kMissedEvaluations intervals;
///  3. all rules of all groups failed at their last evaluation;
///  4. a channel has a message that was decided kChannelDeadAfter ago, and nothing was delivered to
///     it since that decision.
std::string what_is_wrong(const Vitals& vitals, Timestamp now);

}  // namespace tocsin::engine
