// The series that rules leave behind, as Prometheus writes them.
//
// Source: Prometheus rules/alerting.go and rules/group.go.
#pragma once

#include <set>

#include "query/source.h"
#include "state/step.h"

namespace tocsin::rule {

/// ALERTS (1 for each alert, with its alertstate) and ALERTS_FOR_STATE (since when it is active, in
/// Unix seconds) of one rule.
query::Samples alert_series(const state::Actives& actives, Timestamp at);

/// Adds a staleness marker for each series that was `written` by a rule's last evaluation and is
/// not among its `samples` now; `written` becomes those of the samples.
void end_vanished(std::set<Labels>& written, query::Samples& samples, Timestamp at);

}  // namespace tocsin::rule
