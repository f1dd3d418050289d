// What a store holds. Within series only.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "series/chunk.h"
#include "series/index.h"
#include "series/store.h"
#include "series/symbols.h"

namespace tocsin::series {

/// One series, or a place for one.
struct Series {
  std::unique_ptr<PackedLabel[]> labels;  ///< in the order of their names
  std::vector<Chunk> chunks;              ///< the oldest first
  OpenChunk open;
  std::uint32_t hash = 0;
  std::uint32_t generation = 1;  ///< of the place: how many series it had
  std::uint16_t label_count = 0;
  bool used = false;

  std::span<const PackedLabel> label_span() const { return {labels.get(), label_count}; }
  bool has_samples() const { return !open.empty() || !chunks.empty(); }
  /// REQUIRES: it has samples.
  std::int64_t first() const { return chunks.empty() ? open.first() : chunks.front().first(); }
  std::int64_t last() const { return open.empty() ? chunks.back().last() : open.last(); }
  bool overlaps(std::int64_t from, std::int64_t to) const {
    return has_samples() && first() <= to && last() >= from;
  }
};

/// The series that matchers match, in the order of their labels.
using Found = std::shared_ptr<const Slots>;

/// What was found is remembered, as long as no series comes or goes: rules ask the same again.
class FoundBefore {
 public:
  /// Null: it is not known.
  Found get(const std::string& key, std::uint64_t version);
  void put(const std::string& key, std::uint64_t version, Found found);

 private:
  std::mutex mutex_;
  std::uint64_t version_ = 0;
  std::size_t slots_ = 0;
  std::unordered_map<std::string, Found> found_;
};

struct Head {
  explicit Head(StoreSettings given)
      : settings(given), by_labels(16, SlotHash{this}, SlotEqual{this}) {}
  Head(const Head&) = delete;
  Head& operator=(const Head&) = delete;

  struct SlotHash {
    const Head* head;
    std::size_t operator()(Slot slot) const { return head->places[slot].hash; }
    std::size_t operator()(const Labels& labels) const;
  };
  struct SlotEqual {
    using is_transparent = void;
    const Head* head;
    bool operator()(Slot a, Slot b) const { return a == b; }
    bool operator()(Slot a, const Labels& b) const;
    bool operator()(const Labels& a, Slot b) const { return (*this)(b, a); }
  };

  mutable std::shared_mutex mutex;
  StoreSettings settings;
  Symbols symbols;
  Index index;
  std::deque<Series> places;
  std::vector<Slot> free;
  tsl::robin_set<Slot, SlotHash, SlotEqual> by_labels;
  std::uint64_t version = 1;  ///< another one when series came or went
  StoreStatistics statistics;
  std::size_t held_bytes = 0;  ///< by series and their samples
  Slot next_truncated = 0;
  mutable FoundBefore found_before;

  std::size_t memory() const { return held_bytes + symbols.memory() + index.memory(); }
  bool is_full() const { return memory() >= settings.max_bytes; }

  /// Null: a Ref of a series that is gone, or of none.
  Series* at(Ref ref);
  Ref ref(Slot slot) const { return Ref{places[slot].generation} << 32 | slot; }
  Slot make(const Labels& labels);
  /// REQUIRES: they have no chunks.
  void remove(std::span<const Slot> slots);
  /// REQUIRES: time is after its last one. Counts what it takes.
  void append(Series& series, std::int64_t time, std::uint64_t value);
  void count_chunk(const Chunk& chunk);
  /// The newest chunk of a series that has none open. REQUIRES: is_sound().
  void restore(Series& series, const ChunkView& chunk);
  /// Forgets all series.
  void clear();
  /// Chunks that end before `oldest`. True when there is nothing left of the series.
  bool drop_chunks(Series& series, std::int64_t oldest);
  Labels labels(const Series& series) const;
  /// As operator< of their Labels would say.
  bool precedes(const Series& a, const Series& b) const;
  /// In the order of their labels.
  Found find(const Matchers& matchers) const;
};

constexpr Duration kMostAhead = std::chrono::minutes{10};  ///< as Prometheus takes of targets

constexpr std::size_t kMostLabels = 10'000;  ///< of a series: more than any limit lets through

constexpr std::int64_t milliseconds(Timestamp at) { return at.time_since_epoch().count(); }

}  // namespace tocsin::series
