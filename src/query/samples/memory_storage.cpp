#include "query/samples/memory_storage.h"

#include <algorithm>
#include <bit>
#include <string_view>

namespace tocsin::query {
namespace {

/// Not to be sure of samples between two others, but cheap.
bool may_overlap(std::span<const std::int64_t> times, Timestamp from, Timestamp to) {
  return !times.empty() && times.front() <= to.time_since_epoch().count() &&
         times.back() >= from.time_since_epoch().count();
}

/// A matcher that remembers what it said about a value: regular expressions take their time, and
/// values come again.
class Filter {
 public:
  explicit Filter(const Matcher& matcher) : matcher_(&matcher) {}

  bool matches(const Labels& labels) {
    const std::string_view value = labels.get(matcher_->name());
    if (!matcher_->is_regex()) return matcher_->matches(value);
    const auto [known, is_new] = known_.try_emplace(value);
    if (is_new) known->second = matcher_->matches(value);
    return known->second;
  }

 private:
  const Matcher* matcher_;
  std::unordered_map<std::string_view, bool> known_;
};

/// The histogram with what coming after `before` says of its counter; null if that is not known.
std::shared_ptr<const NativeHistogram> following(
    const std::shared_ptr<const NativeHistogram>& before, const NativeHistogram& histogram) {
  if (before == nullptr) return nullptr;
  const auto reset = reset_after(*before, histogram);
  if (!reset) return nullptr;
  NativeHistogram out = histogram;
  out.reset = *reset;
  return std::make_shared<NativeHistogram>(std::move(out));
}

}  // namespace

MemoryStorage::Columns& MemoryStorage::columns_of(Labels labels) {
  labels.drop_empty();
  const auto [entry, is_new] = series_.try_emplace(std::move(labels));
  if (is_new) {
    const auto precedes = [](const Entry* x, const Entry* y) { return x->first < y->first; };
    for (const LabelView& label : entry->first) {
      Entries& entries = index_[std::string(label.name)][std::string(label.value)];
      const bool is_last = entries.empty() || precedes(entries.back(), &*entry);
      entries.insert(is_last ? entries.end()
                             : std::upper_bound(entries.begin(), entries.end(), &*entry, precedes),
                     &*entry);
    }
  }
  return entry->second;
}

/// Null when there is none.
const MemoryStorage::Entries* MemoryStorage::with_label(const Matcher& matcher) const {
  const auto values = index_.find(matcher.name());
  if (values == index_.end()) return nullptr;
  const auto entries = values->second.find(matcher.value());
  return entries == values->second.end() ? nullptr : &entries->second;
}

void MemoryStorage::add(Labels labels, Timestamp at, double value) {
  add(std::move(labels), at, value, Timestamp());
}

void MemoryStorage::add(Labels labels, Timestamp at, double value, Timestamp start) {
  Columns& columns = columns_of(std::move(labels));
  const std::int64_t time = at.time_since_epoch().count();
  const std::int64_t began = start.time_since_epoch().count();
  if (began != 0 && columns.starts.empty()) columns.starts.resize(columns.times.size());
  const auto place = std::lower_bound(columns.times.begin(), columns.times.end(), time);
  const auto index = place - columns.times.begin();
  const bool keeps_starts = began != 0 || !columns.starts.empty();
  if (place != columns.times.end() && *place == time) {
    columns.values[static_cast<std::size_t>(index)] = value;
    if (keeps_starts) columns.starts[static_cast<std::size_t>(index)] = began;
    return;
  }
  columns.times.insert(place, time);
  columns.values.insert(columns.values.begin() + index, value);
  if (keeps_starts) columns.starts.insert(columns.starts.begin() + index, began);
}

void MemoryStorage::add_histogram(Labels labels, Timestamp at,
                                  std::shared_ptr<const NativeHistogram> histogram) {
  Columns& columns = columns_of(labels);
  columns.has_histograms = true;
  std::uint64_t bits = kHistogramBits;
  if (histogram != nullptr && !columns.values.empty() && is_histogram(columns.values.back())) {
    histogram = following(this->histogram(columns.values.back()), *histogram);
  }
  if (histogram != nullptr) {
    histograms_.push_back(std::move(histogram));
    bits += histograms_.size();
  }
  add(std::move(labels), at, std::bit_cast<double>(bits));
}

std::shared_ptr<const NativeHistogram> MemoryStorage::histogram(double value) const {
  const std::uint64_t number = std::bit_cast<std::uint64_t>(value) - kHistogramBits;
  const bool is_known = is_histogram(value) && number > 0 && number <= histograms_.size();
  return is_known ? histograms_[number - 1] : nullptr;
}

Selection MemoryStorage::select(const Matchers& matchers, Timestamp from, Timestamp to) const {
  Selection selection;
  // Of the labels that must have a value, the rarest is looked up, the others are compared.
  const Entries* candidates = nullptr;
  const Matcher* looked_up = nullptr;
  for (const Matcher& matcher : matchers) {
    if (matcher.op() != MatchOp::Equal || matcher.value().empty()) continue;
    const Entries* entries = with_label(matcher);
    if (entries == nullptr) return selection;
    if (candidates != nullptr && candidates->size() <= entries->size()) continue;
    candidates = entries;
    looked_up = &matcher;
  }
  std::vector<Filter> filters;
  for (const Matcher& matcher : matchers) {
    if (&matcher != looked_up) filters.emplace_back(matcher);
  }
  const auto visit = [&](const Entry& entry) {
    const auto& [labels, columns] = entry;
    if (!may_overlap(columns.times, from, to)) return;
    const auto matches = [&labels = labels](Filter& filter) { return filter.matches(labels); };
    if (!std::all_of(filters.begin(), filters.end(), matches)) return;
    selection.series.push_back(
        {&labels, columns.times, columns.values, columns.has_histograms, columns.starts});
  };
  if (candidates == nullptr) {
    for (const Entry& entry : series_) visit(entry);
  } else {
    for (const Entry* entry : *candidates) visit(*entry);
  }
  return selection;
}

void MemoryStorage::clear() {
  index_.clear();
  series_.clear();
  histograms_.clear();
}

}  // namespace tocsin::query
