// The labels of a series: what the target exposes together with what is known of the target.
#pragma once

#include <span>

#include "model/labels.h"
#include "series/exposition.h"

namespace tocsin::scrape {

/// As they are written, empty values included: with honor_labels an empty one keeps the target's
/// away.
Labels exposed_labels(std::span<const LabelView> labels);

/// Adds the target's labels. Where both have one, the exposed one stays with `honor_labels`, and
/// otherwise becomes exported_NAME (with as many "exported_" as it takes). Empty ones are gone.
void attach(Labels& labels, const Labels& of_target, bool honor_labels);

}  // namespace tocsin::scrape
