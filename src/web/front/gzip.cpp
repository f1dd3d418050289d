#include "web/front/gzip.h"

#include <algorithm>
#include <array>
#include <limits>
#include <zlib.h>

#include <fmt/format.h>

#include "model/error.h"

namespace tocsin::web {
namespace {

constexpr int kGzip = 15 + 16;  // zlib's way to say: gzip's header, the largest window
constexpr int kLevel = 1;       // answers are made while somebody waits

Bytef* bytes_of(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib's input is not const
}

struct Inflater {
  z_stream stream{};
  Inflater() {
    if (inflateInit2(&stream, kGzip) != Z_OK) throw Error("there is no memory to unpack gzip");
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

}  // namespace

std::string gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw Error("there is no memory to pack with gzip");
  }
  std::string out;
  std::array<char, 64 * kKiB> piece;
  int result = Z_OK;
  std::size_t used = 0;
  while (result == Z_OK) {
    if (stream.avail_in == 0 && used < text.size()) {
      const std::size_t next = std::min(text.size() - used, std::size_t{1} << 30);
      stream.next_in = bytes_of(text.substr(used));
      stream.avail_in = static_cast<uInt>(next);
      used += next;
    }
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    result = deflate(&stream, used == text.size() ? Z_FINISH : Z_NO_FLUSH);
    out.append(piece.data(), piece.size() - stream.avail_out);
  }
  deflateEnd(&stream);
  return out;
}

std::variant<std::string, Refusal> gunzip(std::string_view packed, std::size_t limit) {
  Inflater inflater;
  z_stream& stream = inflater.stream;
  if (packed.size() > std::numeric_limits<uInt>::max())
    return Refusal{413, "the body is too large"};
  stream.next_in = bytes_of(packed);
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  std::array<char, 64 * kKiB> piece;
  for (;;) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    const int result = inflate(&stream, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END) break;
    out.append(piece.data(), piece.size() - stream.avail_out);
    if (out.size() > limit) {
      return Refusal{413,
                     fmt::format("the body is larger than {} bytes when it is unpacked", limit)};
    }
    if (result == Z_OK) continue;
    if (stream.avail_in == 0) return out;
    if (inflateReset(&stream) != Z_OK) break;  // gzip files may follow one another
  }
  return Refusal{400, "the body is not gzip, as its Content-Encoding says, or is cut short"};
}

}  // namespace tocsin::web
