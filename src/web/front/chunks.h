// Taking apart a body that comes in chunks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "web/front/head.h"

namespace tocsin::web {

class ChunkReader {
 public:
  explicit ChunkReader(const Limits& limits) : limits_(&limits) {}

  /// Takes what it can from the front of `bytes` and puts the chunks' contents behind `body`. Ask
  /// done() afterwards; what is left in `bytes` waits for more, or is the next request.
  std::optional<Refusal> read(std::string_view& bytes, std::string& body);
  bool done() const { return state_ == State::Done; }

 private:
  enum class State { Size, Data, DataEnd, Trailer, Done };

  std::optional<Refusal> read_size(std::string_view line, std::size_t body);
  std::optional<Refusal> read_line(std::string_view& bytes, std::size_t body);

  const Limits* limits_;
  State state_ = State::Size;
  std::uint64_t left_ = 0;    // of the chunk
  std::size_t trailers_ = 0;  // bytes of them
};

}  // namespace tocsin::web
