// What stands in the blocks of a snapshot.
#include <unordered_map>

#include "series/bytes.h"
#include "series/snapshot.h"

namespace tocsin::series {
namespace {

void write_chunk(const ChunkView& chunk, ByteWriter& out) {
  out.signed_number(chunk.first);
  out.number(static_cast<std::uint64_t>(chunk.last - chunk.first));
  out.number(chunk.count);
  out.number(static_cast<std::uint64_t>(chunk.encoding));
  out.number(chunk.bits);
  out.raw({reinterpret_cast<const char*>(chunk.data), chunk.bytes()});
}

ChunkView read_chunk(ByteReader& in) {
  constexpr std::uint64_t kMostSpan = 0xFFFFFFFF;
  ChunkView chunk;
  chunk.first = in.signed_number();
  const std::uint64_t span = in.number();
  const std::uint64_t count = in.number();
  const std::uint64_t encoding = in.number();
  const std::uint64_t bits = in.number();
  const std::uint64_t most_bits = std::uint64_t{1} << 24;
  if (chunk.first < 0 || span > kMostSpan || count > kChunkSamples || encoding > 1 ||
      chunk.first > (std::int64_t{1} << 53) || bits >= most_bits) {
    throw Error("a chunk is not as it was written");
  }
  chunk.last = chunk.first + static_cast<std::int64_t>(span);
  chunk.count = static_cast<std::uint16_t>(count);
  chunk.encoding = static_cast<Encoding>(encoding);
  chunk.bits = static_cast<std::uint32_t>(bits);
  chunk.data = reinterpret_cast<const std::uint8_t*>(in.raw(chunk.bytes()).data());
  if (!is_sound(chunk)) throw Error("a chunk is not as it was written");
  return chunk;
}

/// Texts of a block, numbered in the order in which they are first asked for.
class Texts {
 public:
  explicit Texts(const Symbols& symbols) : symbols_(symbols) {}
  std::size_t number(Symbol symbol) {
    const auto [at, is_new] = numbers_.try_emplace(symbol, numbers_.size());
    if (is_new) texts_.text(symbols_.at(symbol));
    return at->second;
  }
  std::size_t size() const { return numbers_.size(); }
  std::string take() { return texts_.take(); }

 private:
  const Symbols& symbols_;
  std::unordered_map<Symbol, std::size_t> numbers_;
  ByteWriter texts_;
};

void write_series(const Series& series, Texts& texts, ByteWriter& out) {
  out.number(series.label_count);
  for (const PackedLabel& label : series.label_span()) {
    out.number(texts.number(label.name));
    out.number(texts.number(label.value));
  }
  out.number(series.chunks.size() + 1);
  for (const Chunk& chunk : series.chunks) write_chunk(chunk.view(), out);
  write_chunk(series.open.view(), out);
}

Labels read_labels(ByteReader& in, const std::vector<std::string_view>& texts) {
  const auto text = [&] {
    const std::uint64_t number = in.number();
    if (number >= texts.size()) throw Error("a label is none of the block's texts");
    return std::string(texts[number]);
  };
  Labels labels;
  std::size_t left = in.count();
  if (left > kMostLabels) throw Error("a series has more labels than any can have");
  for (; left > 0; --left) {
    const std::string name = text();
    labels.set(name, text());
  }
  return labels;
}

/// Those of them that are wanted; in order, each after the one before.
std::vector<ChunkView> read_chunks(ByteReader& in, std::int64_t oldest, std::int64_t newest) {
  std::vector<ChunkView> out;
  std::int64_t before = -1;
  for (std::size_t left = in.count(); left > 0; --left) {
    const ChunkView chunk = read_chunk(in);
    if (chunk.first <= before) throw Error("chunks are not in order");
    before = chunk.last;
    if (chunk.last >= oldest && chunk.last <= newest) out.push_back(chunk);
  }
  return out;
}

void add(const Labels& labels, const std::vector<ChunkView>& chunks, Head& head, Loaded& loaded) {
  if (chunks.empty()) return;
  if (head.by_labels.find(labels) != head.by_labels.end()) throw Error("a series comes twice");
  if (head.is_full()) {
    ++loaded.left_out;
    return;
  }
  Series& series = head.places[head.make(labels)];
  for (std::size_t i = 0; i + 1 < chunks.size(); ++i) {
    series.chunks.emplace_back(chunks[i]);
    head.count_chunk(series.chunks.back());
    head.statistics.samples += chunks[i].count;
  }
  head.restore(series, chunks.back());
  ++loaded.series;
  for (const ChunkView& chunk : chunks) loaded.samples += chunk.count;
}

}  // namespace

std::string snapshot_block(const Head& head, Slot begin, Slot end, std::uint64_t& series,
                           std::uint64_t& samples) {
  Texts texts(head.symbols);
  ByteWriter rows;
  std::uint64_t count = 0;
  for (Slot slot = begin; slot < end && slot < head.places.size(); ++slot) {
    const Series& each = head.places[slot];
    if (!each.used || each.open.empty()) continue;
    write_series(each, texts, rows);
    for (const Chunk& chunk : each.chunks) samples += chunk.count();
    samples += each.open.count();
    ++count;
  }
  if (count == 0) return {};
  series += count;
  ByteWriter out;
  out.raw("S");
  out.number(texts.size());
  out.raw(texts.take());
  out.number(count);
  out.raw(rows.take());
  return out.take();
}

void read_snapshot_block(std::string_view block, std::int64_t oldest, std::int64_t newest,
                         Head& head, Loaded& loaded) {
  ByteReader in(block);
  if (in.raw(1) != "S") throw Error("a block is of no known kind");
  std::vector<std::string_view> texts(in.count());
  for (std::string_view& text : texts) text = in.text();
  for (std::size_t left = in.count(); left > 0; --left) {
    const Labels labels = read_labels(in, texts);
    add(labels, read_chunks(in, oldest, newest), head, loaded);
  }
  if (!in.at_end()) throw Error("a block goes on behind its series");
}

}  // namespace tocsin::series
