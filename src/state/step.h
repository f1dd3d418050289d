// The alert-rule state machine: inactive -> pending -> firing -> inactive, as a pure function.
//
// Source of the rules: Prometheus rules/alerting.go. What differs: our journal, not the
// ALERTS_FOR_STATE series, remembers the clocks, and a resolved alert is handed on at once instead
// of being kept 15 minutes for re-sending.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "model/labels.h"
#include "model/time.h"

namespace tocsin::state {

/// One element of the rule's answer, with the rule's labels and annotations already expanded.
struct Instance {
  Fingerprint fingerprint = 0;  ///< labels.fingerprint()
  Labels labels;
  Annotations annotations;
  double value = 0;
};

enum class Phase { Pending, Firing };

/// An alert of one rule that is not inactive.
struct Active {
  Labels labels;
  Annotations annotations;
  double value = 0;
  Phase phase = Phase::Pending;
  Timestamp active_at;                         ///< first evaluation that had it
  std::optional<Timestamp> fired_at;           ///< set while firing
  std::optional<Timestamp> keep_firing_since;  ///< first absence, while keep_firing_for holds it
  bool operator==(const Active&) const = default;
};

/// All alerts of one rule that are pending or firing.
using Actives = std::unordered_map<Fingerprint, Active>;

/// The clocks of a rule.
struct Hold {
  Duration for_duration{0};
  Duration keep_firing_for{0};
};

/// What happened to one alert in one evaluation. Only these need the journal; a refreshed value or
/// annotation of an alert that stays in its phase does not.
enum class Change {
  BecamePending,
  BecameFiring,
  BackToPending,
  PendingDropped,
  HeldFiring,
  Seen,
  Resolved
};

struct Transition {
  Change change;
  Fingerprint fingerprint;
  Active alert;  ///< after the change; for PendingDropped and Resolved, as it last was
};

struct Step {
  Actives actives;                      ///< after the evaluation
  std::vector<Transition> transitions;  ///< in the order of `instances`, then of what went away
};

/// One evaluation at `now`. REQUIRES: the instances' label sets are distinct.
/// A new instance is pending and, when `for` is zero or over, firing in the same step (one
/// transition, BecameFiring). HeldFiring: a firing alert is absent, keep_firing_for starts to hold
/// it; Seen: it is back before that ran out. BackToPending: `for` was lengthened by a reload beyond
/// the time active. A clock that runs back between evaluations un-fires nothing.
Step step(Actives previous, std::vector<Instance> instances, const Hold& hold, Timestamp now);

}  // namespace tocsin::state
