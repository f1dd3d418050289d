// Where generators of test data take their decisions from: a seed, or the bytes of a fuzzer.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin {

class Choices {
 public:
  explicit Choices(std::uint64_t seed) : state_(seed * 2 + 1) {}
  /// One byte for each decision; 0 for all of them once the bytes are used up.
  explicit Choices(std::span<const std::uint8_t> bytes) : bytes_(bytes), has_bytes_(true) {}

  /// From 0 up to, not including, `bound`.
  std::uint32_t below(std::uint32_t bound) { return bound == 0 ? 0 : next() % bound; }
  bool one_in(std::uint32_t n) { return below(n) == n - 1; }
  template <typename T, std::size_t N>
  const T& of(const T (&all)[N]) {
    return all[below(static_cast<std::uint32_t>(N))];
  }
  bool used_up() const { return has_bytes_ && at_ >= bytes_.size(); }

 private:
  std::uint32_t next() {
    if (has_bytes_) return at_ < bytes_.size() ? bytes_[at_++] : 0;
    // xorshift64*: the same numbers on every machine.
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return static_cast<std::uint32_t>((state_ * 0x2545F4914F6CDD1D) >> 33);
  }

  std::uint64_t state_ = 1;
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  bool has_bytes_ = false;
};

}  // namespace tocsin
