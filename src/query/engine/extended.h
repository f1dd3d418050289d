// Windows with samples around them: `anchored` and `smoothed`. Within query/engine only.
//
// Source: Prometheus 3.x, promql/functions.go extendedRate, an experimental feature.
#pragma once

#include "query/engine/calls.h"

namespace tocsin::query {

/// Throws EvaluationError if the function cannot be used on such windows.
void check_extension(const Call& call);

/// The window of the series that ends there, with the samples around it.
Window extended_window(const Ranges& ranges, const RangeSeries& series, std::int64_t end);
/// What a range selector with an extension gives: with a sample at each end.
std::vector<Point> extended_points(const Window& window, Extension extension);

/// From one end to the other. kAbsent if there is no sample after its start.
double extended_increase(const Window& window, Extension extension, bool counter, bool per_second);

/// Begins with the last sample at or before the start. Empty if there is none after it.
Window anchored(Window window);

/// At that time, on the line between the samples around it; the last one before it if there is none
/// after it. kAbsent if there is none before it.
double value_between(const Window& window, std::int64_t at);

}  // namespace tocsin::query
