#include "simulation/invariants.h"

namespace tocsin::simulation {

const std::vector<Invariant>& invariants() {
  static const std::vector<Invariant> kAll = {
      kAcknowledged,  kSameAfterRestart, kToldAfterCommit, kDecisionEnds, kSentMeansHeard,
      kRightReceiver, kNotMuted,         kTrueStatus,      kForHonoured,  kRightEnds,
      kFiringTold,    kResolvedTold,     kNoDuplicates,    kRetryAfter,   kRateLimit,
      kNobodyWaits,   kTimers,           kBounded,         kNoBusyLoop};
  return kAll;
}

}  // namespace tocsin::simulation
