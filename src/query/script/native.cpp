#include "query/script/native.h"

#include <cmath>

#include "model/literal.h"

namespace tocsin::query {
namespace {

/// Empty for a series that is no part of a classic histogram.
Labels histogram_of(const Labels& part) {
  const std::string_view name = part.get(kMetricName);
  for (const std::string_view suffix : {"_bucket", "_sum", "_count"}) {
    if (!name.ends_with(suffix)) continue;
    Labels labels = part;
    labels.set(kMetricName, name.substr(0, name.size() - suffix.size()));
    labels.erase("le");
    return labels;
  }
  return {};
}

bool has_bound(const Labels& bucket) {
  std::string_view text = bucket.get("le");
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  double bound = 0;
  return text == "Inf" || text == "inf" || parse_float(text, negative, bound);
}

}  // namespace

std::map<Labels, std::set<std::size_t>> native_histograms(const std::vector<SeriesLine>& classic) {
  std::map<Labels, std::set<std::size_t>> histograms;
  for (const SeriesLine& part : classic) {
    const Labels labels = histogram_of(part.labels);
    if (labels.empty()) continue;
    if (part.labels.get(kMetricName).ends_with("_bucket") && !has_bound(part.labels)) continue;
    for (std::size_t i = 0; i < part.values.size(); ++i) {
      if (std::holds_alternative<double>(part.values[i])) histograms[labels].insert(i);
    }
  }
  return histograms;
}

}  // namespace tocsin::query
