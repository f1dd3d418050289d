// The labels of many series side by side.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/labels.h"

namespace tocsin::cli {

struct LabelColumns {
  Labels common;                   ///< what all have; empty for a single one
  std::vector<std::string> names;  ///< of the others, sorted
};

LabelColumns label_columns(const std::vector<const Labels*>& all);

/// Of Samples or a Matrix.
template <class Some>
LabelColumns label_columns(const std::vector<Some>& all) {
  std::vector<const Labels*> labels;
  for (const Some& each : all) labels.push_back(&each.labels);
  return label_columns(labels);
}

}  // namespace tocsin::cli
