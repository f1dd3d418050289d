// Numbers and texts as bytes, for snapshots. Within series only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/error.h"

namespace tocsin::series {

class ByteWriter {
 public:
  /// Seven bits a byte, the lowest first.
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }
  void signed_number(std::int64_t value) {
    number(static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
  }
  void raw(std::string_view bytes) { bytes_ += bytes; }
  void text(std::string_view text) {
    number(text.size());
    raw(text);
  }
  std::string take() { return std::move(bytes_); }
  bool empty() const { return bytes_.empty(); }

 private:
  std::string bytes_;
};

/// Throws Error where the bytes end too early or are no number.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(raw(1).front());
      value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80) return value;
    }
    throw Error("a number is longer than 64 bits");
  }
  std::int64_t signed_number() {
    const std::uint64_t value = number();
    return static_cast<std::int64_t>(value >> 1 ^ (0 - (value & 1)));
  }
  /// A number of things that take a byte each, at least.
  std::size_t count() {
    const std::uint64_t value = number();
    if (value > rest_.size()) throw Error("it has fewer bytes than it says");
    return static_cast<std::size_t>(value);
  }
  std::string_view raw(std::size_t size) {
    if (size > rest_.size()) throw Error("it has fewer bytes than it says");
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }
  std::string_view text() { return raw(count()); }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace tocsin::series
