#include "query/engine/frame.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "query/engine/engine.h"

namespace tocsin::query {

Labels Identity::copy() const {
  if (!nameless) return *labels;
  std::vector<LabelView> kept;
  kept.reserve(labels->size());
  for_each([&](const LabelView& label) { kept.push_back(label); });
  return Labels::of(std::move(kept));
}

std::uint64_t Identity::hash() const {
  std::uint64_t hash = 0;
  for_each([&](const LabelView& label) {
    hash = hash * 0x9E3779B97F4A7C15 + std::hash<std::string_view>()(label.name);
    hash = hash * 0x9E3779B97F4A7C15 + std::hash<std::string_view>()(label.value);
  });
  return hash;
}

bool Identity::operator==(const Identity& other) const {
  if (nameless == other.nameless) {
    if (labels == other.labels) return true;
    if (!nameless) return *labels == *other.labels;
  }
  auto a = labels->begin();
  auto b = other.labels->begin();
  while (true) {
    while (a != labels->end() && nameless && is_metadata(a->name)) ++a;
    while (b != other.labels->end() && other.nameless && is_metadata(b->name)) ++b;
    if (a == labels->end() || b == other.labels->end()) break;
    if (*a++ != *b++) return false;
  }
  return a == labels->end() && b == other.labels->end();
}

void refuse_histogram(const Identity& series) {
  throw HistogramsNotComputed(fmt::format("{} has native histograms, which are not computed yet",
                                          series.copy().to_string()));
}

void refuse_histograms(const Frame& frame) {
  if (!frame.has_histograms) return;
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    const auto row = frame.row(i);
    if (std::any_of(row.begin(), row.end(), is_histogram)) refuse_histogram(frame.series[i]);
  }
}

void Frame::reserve(std::size_t rows) {
  series.reserve(rows);
  values_.reserve(rows * steps_);
}

std::span<double> Frame::add(Identity identity) {
  series.push_back(identity);
  values_.resize(values_.size() + steps_, kAbsent);
  return row(series.size() - 1);
}

void Frame::drop_empty() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < series.size(); ++i) {
    const auto values = row(i);
    if (std::all_of(values.begin(), values.end(), is_absent)) continue;
    if (kept != i) {
      series[kept] = series[i];
      std::copy(values.begin(), values.end(), row(kept).begin());
    }
    ++kept;
  }
  series.resize(kept);
  values_.resize(kept * steps_);
}

void Frame::drop_histograms() {
  if (!has_histograms) return;
  std::replace_if(values_.begin(), values_.end(), is_histogram, kAbsent);
  has_histograms = false;
  drop_empty();
}

void merge_same(Frame& frame) {
  if (frame.series.size() < 2) return;
  frame.drop_empty();
  std::unordered_multimap<std::uint64_t, std::size_t> first_of;
  first_of.reserve(frame.series.size());
  bool merged = false;
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    const std::uint64_t hash = frame.series[i].hash();
    const auto [begin, end] = first_of.equal_range(hash);
    const auto same = std::find_if(
        begin, end, [&](const auto& each) { return frame.series[each.second] == frame.series[i]; });
    if (same == end) {
      first_of.emplace(hash, i);
      continue;
    }
    frame.series[same->second].drops_name |= frame.series[i].drops_name;
    const auto into = frame.row(same->second);
    const auto from = frame.row(i);
    for (std::size_t step = 0; step < from.size(); ++step) {
      if (is_absent(from[step])) continue;
      if (!is_absent(into[step])) {
        throw EvaluationError("vector cannot contain metrics with the same labelset");
      }
      into[step] = from[step];
      from[step] = kAbsent;
    }
    merged = true;
  }
  if (merged) frame.drop_empty();
}

void remove_names(Frame& frame) {
  for (Identity& identity : frame.series) identity.nameless = true;
  if (!frame.same_name) merge_same(frame);
}

void remove_dropped_names(Frame& frame) {
  bool removed = false;
  for (Identity& identity : frame.series) {
    if (!identity.drops_name) continue;
    identity.nameless = true;
    removed = true;
  }
  if (removed) merge_same(frame);
}

}  // namespace tocsin::query
