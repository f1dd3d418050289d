#include "series/chunk.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "series/bits.h"

namespace tocsin::series {
namespace {

constexpr std::uint8_t kTimeWidths[] = {0, 7, 14, 24, 64};
constexpr std::uint8_t kValueWidths[] = {0, 6, 12, 20, 32, 64};
constexpr unsigned kLeadingWidth = 5;   // more than 31 leading zeros count as 31
constexpr unsigned kLengthWidth = 6;    // one less than the length
constexpr std::size_t kMostBytes = 24;  // of one sample: 68 bits of time, 77 of value
/// A chunk of whole numbers that is shorter takes another value by being written again; behind one
/// that is longer a new chunk begins.
constexpr std::uint16_t kLongEnough = 30;

/// What arithmetic with 64-bit integers gives back bit by bit.
bool is_whole(std::uint64_t bits) {
  constexpr double kLargest = 9007199254740992;  // 2^53
  const auto value = std::bit_cast<double>(bits);
  if (!(std::abs(value) <= kLargest)) return false;
  return std::bit_cast<std::uint64_t>(static_cast<double>(static_cast<std::int64_t>(value))) ==
         bits;
}

std::int64_t whole(std::uint64_t bits) {
  return static_cast<std::int64_t>(std::bit_cast<double>(bits));
}

/// Of damaged chunks sums may overflow.
std::int64_t plus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

class WholeReader {
 public:
  double next(BitReader& reader) {
    const std::int64_t change = read_number(reader, kValueWidths);
    if (is_first_) {
      is_first_ = false;
      value_ = change;
    } else {
      growth_ = plus(growth_, change);
      value_ = plus(value_, growth_);
    }
    return static_cast<double>(value_);
  }

 private:
  bool is_first_ = true;
  std::int64_t value_ = 0, growth_ = 0;
};

class XorReader {
 public:
  double next(BitReader& reader) {
    if (is_first_) {
      is_first_ = false;
      value_ = reader.read(64);
    } else if (const unsigned kind = reader.read_ones(2); kind > 0) {
      if (kind == 2) {
        const auto leading = static_cast<unsigned>(reader.read(kLeadingWidth));
        length_ = static_cast<unsigned>(reader.read(kLengthWidth)) + 1;
        trailing_ = leading + length_ > 64 ? 0 : 64 - leading - length_;
      }
      value_ ^= reader.read(length_) << trailing_;
    }
    return std::bit_cast<double>(value_);
  }

 private:
  bool is_first_ = true;
  std::uint64_t value_ = 0;
  unsigned length_ = 64, trailing_ = 0;
};

/// Calls visit(time, value) until it says false. False for a chunk that is damaged.
template <typename Values, typename Visit>
bool read(const ChunkView& chunk, Visit&& visit) {
  BitReader reader(chunk.data, chunk.bits);
  Values values;
  std::int64_t time = chunk.first;
  std::int64_t distance = 0;
  for (std::uint16_t i = 0; i < chunk.count; ++i) {
    if (i > 0) {
      distance = plus(distance, read_number(reader, kTimeWidths));
      time = plus(time, distance);
    }
    const double value = values.next(reader);
    if (reader.failed()) return false;
    if (!visit(time, value)) return true;
  }
  return reader.left() == 0;
}

template <typename Visit>
bool read(const ChunkView& chunk, Visit&& visit) {
  return chunk.encoding == Encoding::Whole ? read<WholeReader>(chunk, visit)
                                           : read<XorReader>(chunk, visit);
}

}  // namespace

bool decode(const ChunkView& chunk, std::int64_t from, std::int64_t to, Columns& into) {
  return read(chunk, [&](std::int64_t time, double value) {
    if (time > to) return false;
    if (time < from) return true;
    into.times.push_back(time);
    into.values.push_back(value);
    return true;
  });
}

bool is_sound(const ChunkView& chunk) {
  constexpr std::int64_t kMostSpan = std::numeric_limits<std::uint32_t>::max();
  if (chunk.count == 0 || chunk.count > kChunkSamples || chunk.bits >= 1U << 24) return false;
  if (chunk.last < chunk.first || chunk.last - chunk.first > kMostSpan) return false;
  std::int64_t before = 0;
  bool ascends = true;
  const bool decoded = read(chunk, [&](std::int64_t time, double) {
    if (time < chunk.first || time > chunk.last) ascends = false;
    if (time != chunk.first && time <= before) ascends = false;
    before = time;
    return ascends;
  });
  if (!decoded || !ascends || before != chunk.last) return false;
  return chunk.count == 1 || chunk.first != chunk.last;
}

Chunk::Chunk(const ChunkView& view)
    : data_(std::make_unique_for_overwrite<std::uint8_t[]>(view.bytes())),
      first_(view.first),
      span_(static_cast<std::uint32_t>(view.last - view.first)),
      bits_(view.bits & 0xFFFFFFU),
      encoding_(static_cast<std::uint8_t>(view.encoding)),
      count_(view.count) {
  std::copy_n(view.data, view.bytes(), data_.get());
}

ChunkView Chunk::view() const {
  return {data_.get(), bits_, count_, static_cast<Encoding>(encoding_), first_, last()};
}

std::size_t Chunk::memory() const { return sizeof(Chunk) + 16 + (bits_ + 7) / 8; }

std::size_t OpenChunk::memory() const { return capacity_ == 0 ? 0 : capacity_ + std::size_t{16}; }

void OpenChunk::clear() {
  std::unique_ptr<std::uint8_t[]> data = std::move(data_);
  const std::uint16_t capacity = capacity_;
  *this = OpenChunk();
  data_ = std::move(data);
  capacity_ = capacity;
}

void OpenChunk::reserve(std::size_t bytes) {
  if (bytes <= capacity_) return;
  const std::size_t capacity = bytes + 8;
  auto larger = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
  std::copy_n(data_.get(), view().bytes(), larger.get());
  data_ = std::move(larger);
  capacity_ = static_cast<std::uint16_t>(capacity);
}

bool OpenChunk::append(std::int64_t time, std::uint64_t value) {
  if (count_ == 0) {
    encoding_ = is_whole(value) ? Encoding::Whole : Encoding::Xor;
  } else if (count_ >= kChunkSamples || time - first_ > kChunkSpan) {
    return false;
  } else if (encoding_ == Encoding::Whole && !is_whole(value)) {
    if (count_ >= kLongEnough) return false;
    rewrite(Encoding::Xor);
  }
  write(time, value);
  return true;
}

void OpenChunk::rewrite(Encoding encoding) {
  Columns columns;
  decode(view(), first_, last_, columns);
  clear();
  encoding_ = encoding;
  for (std::size_t i = 0; i < columns.times.size(); ++i) {
    write(columns.times[i], std::bit_cast<std::uint64_t>(columns.values[i]));
  }
}

void OpenChunk::write(std::int64_t time, std::uint64_t value) {
  reserve(view().bytes() + kMostBytes);
  BitWriter writer(data_.get(), bits_);
  if (count_ == 0) {
    first_ = time;
  } else {
    const std::int64_t distance = time - last_;
    write_number(writer, distance - distance_, kTimeWidths);
    distance_ = distance;
  }
  if (encoding_ == Encoding::Xor) {
    write_xor(writer, value);
  } else if (count_ == 0) {
    write_number(writer, whole(value), kValueWidths);
  } else {
    const std::int64_t growth = whole(value) - whole(last_value_);
    write_number(writer, growth - growth_, kValueWidths);
    growth_ = growth;
  }
  bits_ = writer.at();
  last_ = time;
  last_value_ = value;
  ++count_;
}

void OpenChunk::write_xor(BitWriter& writer, std::uint64_t value) {
  if (count_ == 0) return writer.write(value, 64);
  const std::uint64_t difference = value ^ last_value_;
  if (difference == 0) return writer.write(0, 1);
  const auto leading =
      static_cast<std::uint8_t>(std::min(std::countl_zero(difference), (1 << kLeadingWidth) - 1));
  const auto trailing = static_cast<std::uint8_t>(std::countr_zero(difference));
  const bool fits = leading_ != kNoWindow && leading >= leading_ && trailing >= trailing_;
  // A window much wider than what is needed is not taken over.
  constexpr int kHeader = kLeadingWidth + kLengthWidth;
  if (fits && leading + trailing - leading_ - trailing_ <= kHeader) {
    writer.write(0b10, 2);
  } else {
    leading_ = leading;
    trailing_ = trailing;
    writer.write(0b11, 2);
    writer.write(leading, kLeadingWidth);
    writer.write(63U - leading - trailing, kLengthWidth);
  }
  writer.write(difference >> trailing_, 64U - leading_ - trailing_);
}

void OpenChunk::restore(const ChunkView& view) {
  Columns columns;
  decode(view, view.first, view.last, columns);
  clear();
  encoding_ = view.encoding;
  for (std::size_t i = 0; i < columns.times.size(); ++i) {
    write(columns.times[i], std::bit_cast<std::uint64_t>(columns.values[i]));
  }
}

}  // namespace tocsin::series
