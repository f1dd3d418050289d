#include "series/head.h"

#include <algorithm>
#include <limits>

namespace tocsin::series {
namespace {

constexpr std::size_t kPlace = sizeof(Series) + 16 + 16;  // with its labels' block and its hash

}  // namespace

std::size_t Head::SlotHash::operator()(const Labels& labels) const {
  std::uint64_t hash = 0;
  for (const LabelView& label : labels) {
    if (label.value.empty()) continue;
    hash = (hash ^ std::hash<std::string_view>()(label.name)) * 0x9E3779B97F4A7C15;
    hash = (hash ^ std::hash<std::string_view>()(label.value)) * 0x9E3779B97F4A7C15;
  }
  return static_cast<std::uint32_t>(hash >> 32);
}

bool Head::SlotEqual::operator()(Slot a, const Labels& b) const {
  const auto labels = head->places[a].label_span();
  auto at = labels.begin();
  for (const LabelView& label : b) {
    if (label.value.empty()) continue;
    if (at == labels.end() || head->symbols.at(at->name) != label.name ||
        head->symbols.at(at->value) != label.value) {
      return false;
    }
    ++at;
  }
  return at == labels.end();
}

Series* Head::at(Ref ref) {
  const auto slot = static_cast<Slot>(ref);
  if (slot >= places.size()) return nullptr;
  Series& series = places[slot];
  return series.used && series.generation == ref >> 32 ? &series : nullptr;
}

Slot Head::make(const Labels& labels) {
  Slot slot = 0;
  if (free.empty()) {
    slot = static_cast<Slot>(places.size());
    places.emplace_back();
  } else {
    slot = free.back();
    free.pop_back();
  }
  Series& series = places[slot];
  series.used = true;
  series.hash = static_cast<std::uint32_t>(SlotHash{this}(labels));
  series.labels = std::make_unique<PackedLabel[]>(labels.size());
  std::uint16_t count = 0;
  for (const LabelView& label : labels) {
    if (label.value.empty()) continue;
    series.labels[count++] = {symbols.take(label.name), symbols.take(label.value)};
  }
  series.label_count = count;
  by_labels.insert(slot);
  index.add(slot, series.label_span());
  held_bytes += kPlace + count * sizeof(PackedLabel);
  ++statistics.series;
  ++statistics.created;
  ++version;
  return slot;
}

void Head::remove(std::span<const Slot> slots) {
  std::vector<PackedLabel> labels;
  for (const Slot slot : slots) {
    Series& series = places[slot];
    series.used = false;
    labels.insert(labels.end(), series.labels.get(), series.labels.get() + series.label_count);
    by_labels.erase(slot);
  }
  const auto by_key = [](const PackedLabel& a, const PackedLabel& b) {
    return a.name != b.name ? a.name < b.name : a.value < b.value;
  };
  std::vector<PackedLabel> distinct = labels;
  std::sort(distinct.begin(), distinct.end(), by_key);
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  index.remove(distinct, [this](Slot slot) { return !places[slot].used; });
  for (const PackedLabel& label : labels) {
    symbols.release(label.name);
    symbols.release(label.value);
  }
  for (const Slot slot : slots) {
    Series& series = places[slot];
    const std::uint32_t generation = series.generation + 1;
    held_bytes -= kPlace + series.label_count * sizeof(PackedLabel) + series.open.memory();
    series = Series();
    series.generation = generation == 0 ? 1 : generation;
    free.push_back(slot);
  }
  statistics.series -= slots.size();
  statistics.removed += slots.size();
  if (!slots.empty()) ++version;
}

void Head::append(Series& series, std::int64_t time, std::uint64_t value) {
  const std::size_t before = series.open.memory();
  if (!series.open.append(time, value)) {
    series.chunks.emplace_back(series.open.view());
    count_chunk(series.chunks.back());
    series.open.clear();
    series.open.append(time, value);
  }
  const std::size_t more = series.open.memory() - before;
  held_bytes += more;
  statistics.sample_bytes += more;
  ++statistics.samples;
}

void Head::count_chunk(const Chunk& chunk) {
  held_bytes += chunk.memory();
  statistics.sample_bytes += chunk.memory();
  ++statistics.chunks;
}

void Head::restore(Series& series, const ChunkView& chunk) {
  series.open.restore(chunk);
  held_bytes += series.open.memory();
  statistics.sample_bytes += series.open.memory();
  statistics.samples += chunk.count;
}

void Head::clear() {
  std::vector<Slot> used;
  for (Slot slot = 0; slot < places.size(); ++slot) {
    Series& series = places[slot];
    if (!series.used) continue;
    drop_chunks(series, std::numeric_limits<std::int64_t>::max());
    used.push_back(slot);
  }
  remove(used);
}

bool Head::drop_chunks(Series& series, std::int64_t oldest) {
  if (!series.used) return false;
  auto kept = series.chunks.begin();
  for (; kept != series.chunks.end() && kept->last() < oldest; ++kept) {
    held_bytes -= kept->memory();
    statistics.sample_bytes -= kept->memory();
    statistics.samples -= kept->count();
    --statistics.chunks;
  }
  series.chunks.erase(series.chunks.begin(), kept);
  if (!series.chunks.empty() || (!series.open.empty() && series.open.last() >= oldest))
    return false;
  statistics.samples -= series.open.count();
  statistics.sample_bytes -= series.open.memory();
  return true;
}

Labels Head::labels(const Series& series) const {
  std::vector<LabelView> out;
  out.reserve(series.label_count);
  for (const PackedLabel& label : series.label_span()) {
    out.push_back({symbols.at(label.name), symbols.at(label.value)});
  }
  return Labels::of(std::move(out));
}

bool Head::precedes(const Series& a, const Series& b) const {
  const auto x = a.label_span();
  const auto y = b.label_span();
  for (std::size_t i = 0; i < x.size() && i < y.size(); ++i) {
    if (x[i].name != y[i].name) return symbols.at(x[i].name) < symbols.at(y[i].name);
    if (x[i].value != y[i].value) return symbols.at(x[i].value) < symbols.at(y[i].value);
  }
  return x.size() < y.size();
}

}  // namespace tocsin::series
