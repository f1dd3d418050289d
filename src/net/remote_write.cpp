// prometheus.WriteRequest by hand: four messages with two fields at most.
//   WriteRequest { repeated TimeSeries timeseries = 1; }
//   TimeSeries   { repeated Label labels = 1; repeated Sample samples = 2; }
//   Label        { string name = 1; string value = 2; }
//   Sample       { double value = 1; int64 timestamp = 2; }
// Source: prometheus prompb/types.proto, remote write specification 1.0.
#include <bit>
#include <cstdint>
#include <snappy.h>

#include "net/remote_source.h"

namespace tocsin::net {
namespace {

enum WireType { kVarint = 0, kFixed64 = 1, kBytes = 2 };

constexpr char tag(int field, WireType type) { return static_cast<char>(field << 3 | type); }

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

void put_bytes(std::string& out, int field, std::string_view bytes) {
  out += tag(field, kBytes);
  put_varint(out, bytes.size());
  out += bytes;
}

/// The messages below are written into `out` (emptied first), whose memory serves again and again.
void encode_label(std::string& out, const LabelView& label) {
  out.clear();
  put_bytes(out, 1, label.name);
  put_bytes(out, 2, label.value);
}

void encode_sample(std::string& out, const query::Sample& sample) {
  out.clear();
  out += tag(1, kFixed64);
  const auto bits = std::bit_cast<std::uint64_t>(sample.value);
  for (int shift = 0; shift < 64; shift += 8) out += static_cast<char>(bits >> shift & 0xFF);
  out += tag(2, kVarint);
  put_varint(out, static_cast<std::uint64_t>(sample.at.time_since_epoch().count()));
}

}  // namespace

std::string encode_write_request(std::span<const query::Sample> samples) {
  std::string request, series, part;
  for (const query::Sample& sample : samples) {
    series.clear();
    for (const LabelView& label : sample.labels) {  // sorted by name, as the specification demands
      encode_label(part, label);
      put_bytes(series, 1, part);
    }
    encode_sample(part, sample);
    put_bytes(series, 2, part);
    put_bytes(request, 1, series);
  }
  std::string compressed;
  snappy::Compress(request.data(), request.size(), &compressed);
  return compressed;
}

}  // namespace tocsin::net
