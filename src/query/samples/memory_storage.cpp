#include "query/samples/memory_storage.h"

#include <algorithm>
#include <bit>

namespace tocsin::query {
namespace {

bool overlaps(std::span<const std::int64_t> times, Timestamp from, Timestamp to) {
  const auto first = std::lower_bound(times.begin(), times.end(), from.time_since_epoch().count());
  return first != times.end() && *first <= to.time_since_epoch().count();
}

/// The one metric name that can match, or null.
const std::string* name_of(const Matchers& matchers) {
  for (const Matcher& matcher : matchers) {
    if (matcher.op() == MatchOp::Equal && matcher.name() == kMetricName) return &matcher.value();
  }
  return nullptr;
}

}  // namespace

MemoryStorage::Columns& MemoryStorage::columns_of(Labels labels) {
  labels.drop_empty();
  const auto [entry, is_new] = series_.try_emplace(std::move(labels));
  if (is_new) {
    auto& same_name = by_name_[std::string(entry->first.get(kMetricName))];
    const auto place =
        std::upper_bound(same_name.begin(), same_name.end(), &*entry,
                         [](const Entry* a, const Entry* b) { return a->first < b->first; });
    same_name.insert(place, &*entry);
  }
  return entry->second;
}

void MemoryStorage::add(Labels labels, Timestamp at, double value) {
  Columns& columns = columns_of(std::move(labels));
  const std::int64_t time = at.time_since_epoch().count();
  const auto place = std::lower_bound(columns.times.begin(), columns.times.end(), time);
  const auto index = place - columns.times.begin();
  if (place != columns.times.end() && *place == time) {
    columns.values[static_cast<std::size_t>(index)] = value;
    return;
  }
  columns.times.insert(place, time);
  columns.values.insert(columns.values.begin() + index, value);
}

void MemoryStorage::add_histogram(Labels labels, Timestamp at) {
  columns_of(labels).has_histograms = true;
  add(std::move(labels), at, std::bit_cast<double>(kHistogramBits));
}

Selection MemoryStorage::select(const Matchers& matchers, Timestamp from, Timestamp to) const {
  Selection selection;
  const auto visit = [&](const Entry& entry) {
    const auto& [labels, columns] = entry;
    if (!overlaps(columns.times, from, to)) return;
    if (!all_match(matchers, labels)) return;
    selection.series.push_back({&labels, columns.times, columns.values, columns.has_histograms});
  };
  if (const std::string* name = name_of(matchers)) {
    const auto found = by_name_.find(*name);
    if (found == by_name_.end()) return selection;
    for (const Entry* entry : found->second) visit(*entry);
  } else {
    for (const Entry& entry : series_) visit(entry);
  }
  return selection;
}

void MemoryStorage::clear() {
  by_name_.clear();
  series_.clear();
}

}  // namespace tocsin::query
