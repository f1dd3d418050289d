// Bits one after the other, the highest of a byte first. Within series only.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

namespace tocsin::series {

/// REQUIRES: there is room for what is written.
class BitWriter {
 public:
  BitWriter(std::uint8_t* data, std::uint32_t at) : data_(data), at_(at) {}

  /// The lowest `count` bits.
  void write(std::uint64_t value, unsigned count) {
    while (count > 0) {
      const unsigned used = at_ % 8;
      const unsigned room = 8 - used;
      const unsigned taken = count < room ? count : room;
      const auto part =
          static_cast<std::uint8_t>((value >> (count - taken)) & ((1U << taken) - 1U));
      std::uint8_t& byte = data_[at_ / 8];
      if (used == 0) byte = 0;
      byte = static_cast<std::uint8_t>(byte | part << (room - taken));
      at_ += taken;
      count -= taken;
    }
  }
  std::uint32_t at() const { return at_; }

 private:
  std::uint8_t* data_;
  std::uint32_t at_;
};

/// Reads no further than there are bits: what is missing is 0, and failed() says so.
class BitReader {
 public:
  BitReader(const std::uint8_t* data, std::uint32_t bits)
      : data_(data), bytes_((bits + 7) / 8), end_(bits) {}

  std::uint64_t read(unsigned count) {
    if (count == 0) return 0;
    if (count > 56) {
      const std::uint64_t upper = read(count - 32);
      return upper << 32 | read(32);
    }
    if (!has(count)) return 0;
    const std::uint64_t value = peek() >> (64 - count);
    at_ += count;
    return value;
  }
  /// Ones before the first zero, at most `most`; the zero is read, too, but not behind `most` ones.
  unsigned read_ones(unsigned most) {
    const auto ones = static_cast<unsigned>(std::countl_one(peek()));
    const unsigned count = ones < most ? ones : most;
    const unsigned length = count < most ? count + 1 : most;
    if (!has(length)) return 0;
    at_ += length;
    return count;
  }
  bool failed() const { return failed_; }
  std::uint32_t left() const { return end_ - at_; }

 private:
  bool has(unsigned count) {
    if (count <= end_ - at_) [[likely]]
      return true;
    failed_ = true;
    at_ = end_;
    return false;
  }
  /// What comes next, in the upper 57 bits at least.
  std::uint64_t peek() const {
    const std::uint32_t byte = at_ / 8;
    std::uint64_t word = 0;
    if (byte + 8 <= bytes_) [[likely]] {
      std::memcpy(&word, data_ + byte, 8);
    } else if (byte < bytes_) {
      std::memcpy(&word, data_ + byte, bytes_ - byte);
    }
    if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
    return word << (at_ % 8);
  }

  const std::uint8_t* data_;
  std::uint32_t bytes_;
  std::uint32_t at_ = 0;
  std::uint32_t end_;
  bool failed_ = false;
};

/// Signed numbers that are mostly small: a few ones and a zero say which width follows. The first
/// width is 0.
template <std::size_t count>
void write_number(BitWriter& writer, std::int64_t value, const std::uint8_t (&widths)[count]) {
  constexpr unsigned kLast = count - 1;
  unsigned group = value == 0 ? 0 : 1;
  while (group > 0 && group < kLast) {
    const std::int64_t bound = std::int64_t{1} << (widths[group] - 1);
    if (value >= -bound && value < bound) break;
    ++group;
  }
  const unsigned length = group < kLast ? group + 1 : kLast;
  const std::uint64_t ones = (std::uint64_t{1} << group) - 1;
  writer.write(group < kLast ? ones << 1 : ones, length);
  writer.write(static_cast<std::uint64_t>(value), widths[group]);
}

template <std::size_t count>
std::int64_t read_number(BitReader& reader, const std::uint8_t (&widths)[count]) {
  const unsigned group = reader.read_ones(count - 1);
  if (group == 0) return 0;
  const unsigned unused = 64U - widths[group];
  return static_cast<std::int64_t>(reader.read(widths[group]) << unused) >> unused;
}

}  // namespace tocsin::series
