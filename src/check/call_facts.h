// What functions and aggregations make of labels and values.
#pragma once

#include <vector>

#include "check/analysis.h"

namespace tocsin::check {

/// REQUIRES: as many arguments as the call has.
Known called(const query::Call& call, const std::vector<Known>& arguments);

LabelFacts aggregated_labels(const query::Aggregation& aggregation, const LabelFacts& inner);
Interval aggregated_values(const query::Aggregation& aggregation, const Known& inner);

}  // namespace tocsin::check
