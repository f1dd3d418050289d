// The functions of PromQL, by kind. Within query/engine only.
#pragma once

#include <span>

#include "query/engine/evaluation.h"
#include "query/syntax/functions.h"

namespace tocsin::query {

/// Whether the function is one of the kind.
bool computes_samples(FunctionId id);
bool computes_dates(FunctionId id);
bool computes_windows(FunctionId id);
bool reads_histograms(FunctionId id);
bool sorts(FunctionId id);

/// abs, clamp, round …: each sample on its own.
Frame sample_call(Evaluation& evaluation, const Call& call);
/// year, hour …: of the sample's value, or of the time.
Frame date_call(Evaluation& evaluation, const Call& call);
/// rate, changes, sum_over_time …: of a window of samples.
Frame window_call(Evaluation& evaluation, const Call& call);
/// histogram_quantile and the others.
Frame histogram_call(Evaluation& evaluation, const Call& call);
/// sort, sort_by_label …
Frame sort_call(Evaluation& evaluation, const Expr& expr, const Call& call);
Frame label_replace(Evaluation& evaluation, const Call& call);
Frame label_join(Evaluation& evaluation, const Call& call);
Frame absent(Evaluation& evaluation, const Call& call);
Frame absent_over_time(Evaluation& evaluation, const Call& call);
/// info(): labels of info metrics added.
Frame info_call(Evaluation& evaluation, const Call& call);

/// As Go's math.Min and math.Max: NaN where one of them is, unless the other one is the extreme
/// infinity; -0 is below 0.
double smaller(double a, double b);
double larger(double a, double b);

}  // namespace tocsin::query
