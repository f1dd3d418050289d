#include "query/engine/frame.h"

#include <algorithm>
#include <unordered_map>

#include "query/engine/engine.h"

namespace tocsin::query {

Labels Identity::copy() const {
  if (!nameless || !labels->has(kMetricName)) return *labels;
  Labels out = *labels;
  out.erase(kMetricName);
  return out;
}

std::uint64_t Identity::hash() const {
  std::uint64_t hash = 0;
  for_each([&](const Label& label) {
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
    if (a != labels->end() && nameless && a->name == kMetricName) ++a;
    if (b != other.labels->end() && other.nameless && b->name == kMetricName) ++b;
    if (a == labels->end() || b == other.labels->end()) break;
    if (*a++ != *b++) return false;
  }
  return a == labels->end() && b == other.labels->end();
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
