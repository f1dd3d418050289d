// A hundred samples of a series in as few bits as they need. Within series only.
//
// Times are kept as how much the distance to the one before differs from the distance before that.
// So are values, as long as all of them are whole numbers, as those of most counters are: one that
// grows evenly takes a bit a sample. Any other value is kept as the bits in which it differs from
// the one before (Gorilla, VLDB 2015).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace tocsin::series {

inline constexpr std::uint16_t kChunkSamples = 120;
/// Milliseconds from the first sample of a chunk to its last one: chunks are dropped as a whole.
inline constexpr std::int64_t kChunkSpan = 30 * 60 * 1000;

enum class Encoding : std::uint8_t { Whole, Xor };

/// Encoded samples that are somewhere else.
struct ChunkView {
  const std::uint8_t* data = nullptr;
  std::uint32_t bits = 0;
  std::uint16_t count = 0;
  Encoding encoding = Encoding::Whole;
  std::int64_t first = 0;  ///< times of its first and last sample
  std::int64_t last = 0;

  std::size_t bytes() const { return (bits + 7) / 8; }
};

/// Columns that samples are decoded into.
struct Columns {
  std::vector<std::int64_t> times;
  std::vector<double> values;
};

/// Appends the samples from `from` to `to`. False, with nothing of use appended, when the chunk is
/// not what an OpenChunk wrote.
bool decode(const ChunkView& chunk, std::int64_t from, std::int64_t to, Columns& into);

/// Whether all of it can be decoded, ascends, and begins and ends when it says.
bool is_sound(const ChunkView& chunk);

/// Samples that no others are added to.
class Chunk {
 public:
  explicit Chunk(const ChunkView& view);
  ChunkView view() const;
  std::int64_t first() const { return first_; }
  std::int64_t last() const { return first_ + span_; }
  std::uint16_t count() const { return count_; }
  std::size_t memory() const;

 private:
  std::unique_ptr<std::uint8_t[]> data_;
  std::int64_t first_;
  std::uint32_t span_;
  std::uint32_t bits_ : 24;
  std::uint32_t encoding_ : 8;
  std::uint16_t count_;
};

/// The newest samples of a series, which others are added to.
class OpenChunk {
 public:
  /// False when a new chunk has to be begun: this one is full, or takes no such value.
  /// REQUIRES: time is after last().
  bool append(std::int64_t time, std::uint64_t value);

  bool empty() const { return count_ == 0; }
  std::uint16_t count() const { return count_; }
  std::int64_t first() const { return first_; }
  std::int64_t last() const { return last_; }
  std::uint64_t last_value() const { return last_value_; }
  ChunkView view() const { return {data_.get(), bits_, count_, encoding_, first_, last_}; }
  std::size_t memory() const;
  /// Empty, with the memory that it has.
  void clear();
  /// Goes on where a chunk that is_sound() ends.
  void restore(const ChunkView& view);

 private:
  void reserve(std::size_t bytes);
  void rewrite(Encoding encoding);
  void write(std::int64_t time, std::uint64_t value);
  void write_xor(class BitWriter& writer, std::uint64_t value);

  std::unique_ptr<std::uint8_t[]> data_;
  std::uint32_t bits_ = 0;
  std::uint16_t capacity_ = 0;
  std::uint16_t count_ = 0;
  Encoding encoding_ = Encoding::Whole;
  std::uint8_t leading_ = kNoWindow;
  std::uint8_t trailing_ = 0;
  std::int64_t first_ = 0;
  std::int64_t last_ = 0;
  std::int64_t distance_ = 0;  ///< between the last two times
  std::uint64_t last_value_ = 0;
  std::int64_t growth_ = 0;  ///< between the last two values, where they are whole

  static constexpr std::uint8_t kNoWindow = 0xFF;
};

}  // namespace tocsin::series
