// Shows how what was expected differs from what came.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/labels.h"

namespace tocsin::trial {

/// An alert or a sample.
struct Item {
  Labels labels;
  Annotations annotations;
  std::optional<double> value;  ///< of a sample …
  std::string histogram{};      ///< … or what it is instead
};

struct DifferenceOptions {
  /// Takes neighbouring numbers for the same.
  bool fuzzy = false;
  bool only_differences = false;  ///< leaves out labels that are equal
};

/// Lines that show it; none when both are the same, whatever their order.
std::vector<std::string> difference(std::vector<Item> expected, std::vector<Item> got,
                                    const DifferenceOptions& options);

/// name{a="x"}: as people write series.
std::string series_text(const Labels& labels);

}  // namespace tocsin::trial
