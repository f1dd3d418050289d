#include "web/front/chunks.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace tocsin::web {
namespace {

constexpr std::size_t kLongestLine = 1024;  // a size with its extensions, or one trailer
constexpr std::size_t kMostTrailers = 8 * kKiB;

bool is_clean(std::string_view line) {
  return std::none_of(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7F;
  });
}

}  // namespace

std::optional<Refusal> ChunkReader::read_size(std::string_view line, std::size_t body) {
  const std::size_t digits = std::min(line.find_first_of("; \t"), line.size());
  const char* end = line.data() + digits;
  const auto [stop, error] = std::from_chars(line.data(), end, left_, 16);
  if (digits == 0 || (error == std::errc() && stop != end) ||
      error == std::errc::invalid_argument || line[0] == '-') {
    return Refusal{400, "the size of a chunk is no hexadecimal number"};
  }
  const std::size_t rest = line.find_first_not_of(" \t", digits);
  if (rest != line.npos && line[rest] != ';') {
    return Refusal{400, "the size of a chunk is followed by something else"};
  }
  if (error != std::errc() || left_ > limits_->body || body + left_ > limits_->body) {
    return Refusal{413, fmt::format("the body is larger than {} bytes", limits_->body)};
  }
  state_ = left_ == 0 ? State::Trailer : State::Data;
  return {};
}

std::optional<Refusal> ChunkReader::read_line(std::string_view& bytes, std::size_t body) {
  const std::size_t end = bytes.find("\r\n");
  const std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(end + 2);
  if (!is_clean(line)) return Refusal{400, "a line among the chunks holds a control character"};
  switch (state_) {
    case State::Size:
      return read_size(line, body);
    case State::DataEnd:
      if (!line.empty()) return Refusal{400, "a chunk is longer than its size"};
      state_ = State::Size;
      return {};
    default:
      trailers_ += line.size();
      if (trailers_ > kMostTrailers) return Refusal{431, "there are too many trailers"};
      if (line.empty()) state_ = State::Done;
      return {};
  }
}

std::optional<Refusal> ChunkReader::read(std::string_view& bytes, std::string& body) {
  while (!bytes.empty() && state_ != State::Done) {
    if (state_ == State::Data) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
      body.append(bytes.substr(0, size));
      bytes.remove_prefix(size);
      left_ -= size;
      if (left_ == 0) state_ = State::DataEnd;
      continue;
    }
    const std::size_t newline = bytes.find('\n');
    if (newline == bytes.npos) {
      if (bytes.size() <= kLongestLine) return {};
      return Refusal{400, "a line among the chunks is too long"};
    }
    if (newline == 0 || bytes[newline - 1] != '\r' || newline > kLongestLine) {
      return Refusal{400, "a line among the chunks is too long or does not end with CR LF"};
    }
    if (auto refusal = read_line(bytes, body.size())) return refusal;
  }
  return {};
}

}  // namespace tocsin::web
