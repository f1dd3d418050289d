// When rule groups are due: each on its own interval, spread by a hash of file and name.
#pragma once

#include <cstdint>

#include "model/time.h"
#include "rule/rule.h"

namespace tocsin::rule {

/// The group's first evaluation time at or after `now`: a multiple of the interval since the epoch
/// plus the group's offset within it (RuleGroup::offset, or a hash of its key). The same at every
/// start, so evaluation times stay aligned.
Timestamp first_due(const RuleGroup& group, Timestamp now);

/// After an evaluation that was due at `due` and ended at `now`: the next slot after `now`, and how
/// many slots were missed in between (counted, never queued).
struct NextDue {
  Timestamp due;
  std::uint64_t missed = 0;
};
NextDue next_due(const RuleGroup& group, Timestamp due, Timestamp now);

}  // namespace tocsin::rule
