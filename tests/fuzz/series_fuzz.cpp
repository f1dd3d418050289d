// Whatever bytes stand in a block of a snapshot: they are refused, or they are series that are
// written and read again as the same. Whatever bits stand in a chunk: decoding them ends.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "model/error.h"
#include "series/snapshot.h"

namespace {

using namespace tocsin;
using namespace tocsin::series;

constexpr std::int64_t kOldest = 0;
constexpr std::int64_t kNewest = std::int64_t{1} << 60;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string block_of(const Head& head) {
  std::uint64_t series = 0;
  std::uint64_t samples = 0;
  return snapshot_block(head, 0, static_cast<Slot>(head.places.size()), series, samples);
}

void read_block(std::string_view bytes) {
  const StoreSettings bounds{.max_bytes = std::size_t{16} << 20};
  Head head(bounds);
  Loaded loaded;
  try {
    read_snapshot_block(bytes, kOldest, kNewest, head, loaded);
  } catch (const Error&) {
    return;
  }
  const std::string written = block_of(head);
  if (written.empty()) return;
  Head again(bounds);
  Loaded reloaded;
  read_snapshot_block(written, kOldest, kNewest, again, reloaded);
  require(block_of(again) == written);
  require(reloaded.series == loaded.series && reloaded.samples == loaded.samples);
}

void read_chunk(const std::uint8_t* data, std::size_t size) {
  if (size < 3 || size > 100'000) return;
  ChunkView chunk;
  chunk.count = static_cast<std::uint16_t>(data[0] % (kChunkSamples + 1));
  chunk.encoding = data[1] % 2 == 0 ? Encoding::Whole : Encoding::Xor;
  chunk.data = data + 2;
  chunk.bits = static_cast<std::uint32_t>((size - 2) * 8 - data[1] / 2 % 8);
  chunk.first = 1'700'000'000'000;
  chunk.last = chunk.first + 1'800'000;
  Columns columns;
  decode(chunk, 0, kNewest, columns);
  require(columns.times.size() == columns.values.size() && columns.times.size() <= chunk.count);
  is_sound(chunk);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_block({reinterpret_cast<const char*>(data), size});
  read_chunk(data, size);
  return 0;
}
