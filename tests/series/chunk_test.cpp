#include "series/chunk.h"

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "query/engine/storage.h"

namespace tocsin::series {
namespace {

constexpr std::int64_t kStart = 1'700'000'000'000;

std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

struct Sample {
  std::int64_t time;
  std::uint64_t value;
  bool operator==(const Sample&) const = default;
};

std::vector<Sample> decoded(const ChunkView& chunk, std::int64_t from, std::int64_t to) {
  Columns columns;
  EXPECT_TRUE(decode(chunk, from, to, columns));
  std::vector<Sample> out;
  for (std::size_t i = 0; i < columns.times.size(); ++i) {
    out.push_back({columns.times[i], bits(columns.values[i])});
  }
  return out;
}

/// Through as many chunks as it takes; returns bytes.
std::size_t expect_kept(const std::vector<Sample>& samples) {
  OpenChunk open;
  std::vector<Chunk> closed;
  std::vector<Sample> out;
  std::size_t bytes = 0;
  const auto close = [&] {
    EXPECT_TRUE(is_sound(open.view()));
    closed.emplace_back(open.view());
    bytes += closed.back().view().bytes();
    for (const Sample& each : decoded(closed.back().view(), 0, kStart * 2)) out.push_back(each);
    open.clear();
  };
  for (const Sample& sample : samples) {
    if (open.append(sample.time, sample.value)) continue;
    close();
    EXPECT_TRUE(open.append(sample.time, sample.value));
  }
  if (!open.empty()) close();
  EXPECT_EQ(out, samples);
  return bytes;
}

const double kNan = std::numeric_limits<double>::quiet_NaN();
const double kInfinity = std::numeric_limits<double>::infinity();
const double kStale = std::bit_cast<double>(query::kStaleBits);

TEST(Chunk, KeepsEveryBitOfEveryValue) {
  const std::vector<std::vector<double>> table = {
      {0},
      {1, 2, 3, 4},
      {0.0, -0.0, 0.0},
      {1, 1, 1.5, 1.5, 2},
      {kStale},
      {5, kStale, 6, kStale},
      {kNan, -kNan, kStale, std::bit_cast<double>(0x7ff8dead0000beef)},
      {kInfinity, -kInfinity, kInfinity},
      {9007199254740992, 9007199254740991, -9007199254740992, 9007199254740994, 1e300},
      {std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max(), -1},
      {-5, 1e15, -1e15, 3, 2, 1},
      {0.1, 0.2, 0.30000000000000004, 1e-300},
  };
  for (std::size_t row = 0; row < table.size(); ++row) {
    SCOPED_TRACE(row);
    std::vector<Sample> samples;
    for (std::size_t i = 0; i < table[row].size(); ++i) {
      samples.push_back({kStart + static_cast<std::int64_t>(i) * 15'000, bits(table[row][i])});
    }
    expect_kept(samples);
  }
}

TEST(Chunk, KeepsEveryTime) {
  const std::vector<std::vector<std::int64_t>> table = {
      {0, 1, 2, 3},
      {0, 15'000, 30'001, 44'999, 60'000},
      {0, 1, 1'000'000, 1'000'001, 2'000'000},
      {0, 63, 127, 190, 8'000, 16'200, 8'388'608},
      {0, 1, 100'000'000'000},
  };
  for (const auto& times : table) {
    std::vector<Sample> samples;
    for (const std::int64_t time : times) samples.push_back({kStart + time, bits(1)});
    expect_kept(samples);
  }
}

TEST(Chunk, KeepsWhatIsRandom) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<Sample> samples;
    std::int64_t time = kStart;
    double value = 0;
    const auto kind = random() % 5;
    for (int i = 0; i < 250; ++i) {
      time += 1 + static_cast<std::int64_t>(random() % (random() % 10 == 0 ? 600'000 : 16'000));
      if (kind == 0) value += static_cast<double>(random() % 1000);
      if (kind == 1) value = std::bit_cast<double>(random());
      if (kind == 2) value = static_cast<double>(random() % 1'000'000) / 1000;
      if (kind == 3 && random() % 4 == 0) value = static_cast<double>(random() % 7) - 3;
      if (kind == 4) value = random() % 40 == 0 ? kStale : value == value ? value + 1 : 1;
      samples.push_back({time, bits(value)});
    }
    expect_kept(samples);
  }
}

TEST(Chunk, TakesAtMostTwoBytesForASampleOfWhatExportersSay) {
  std::vector<Sample> counter, gauge, constant, busy;
  std::mt19937_64 random(7);
  double requests = 1e6;
  for (int i = 0; i < 1'200; ++i) {
    const std::int64_t time = kStart + i * 15'000;
    requests += 900 + static_cast<double>(random() % 200);
    counter.push_back({time, bits(i * 1021.0)});
    constant.push_back({time, bits(0.1)});
    busy.push_back({time, bits(requests)});
    gauge.push_back({time, bits(static_cast<double>(random() % 50))});
  }
  const auto each = [](std::size_t bytes) { return static_cast<double>(bytes) / 1'200; };
  EXPECT_LT(each(expect_kept(counter)), 0.4);
  EXPECT_LT(each(expect_kept(constant)), 0.4);
  EXPECT_LT(each(expect_kept(busy)), 2.0);
  EXPECT_LT(each(expect_kept(gauge)), 2.0);
}

TEST(Chunk, GivesWhatLiesBetweenTwoTimes) {
  OpenChunk open;
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(open.append(kStart + i * 10, bits(i)));
  const auto between = [&](std::int64_t from, std::int64_t to) {
    std::vector<double> out;
    for (const Sample& each : decoded(open.view(), kStart + from, kStart + to)) {
      out.push_back(std::bit_cast<double>(each.value));
    }
    return out;
  };
  EXPECT_EQ(between(20, 40), (std::vector<double>{2, 3, 4}));
  EXPECT_EQ(between(21, 29), (std::vector<double>{}));
  EXPECT_EQ(between(-5, 0), (std::vector<double>{0}));
  EXPECT_EQ(between(85, 200), (std::vector<double>{9}));
}

TEST(Chunk, GoesOnWhereOneWasRestored) {
  for (const double step : {1.0, 0.37}) {
    OpenChunk whole, restored;
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(whole.append(kStart + i * 999, bits(i * step)));
    restored.restore(whole.view());
    for (int i = 20; i < 40; ++i) {
      ASSERT_TRUE(whole.append(kStart + i * 1001, bits(i * step)));
      ASSERT_TRUE(restored.append(kStart + i * 1001, bits(i * step)));
    }
    EXPECT_EQ(decoded(restored.view(), 0, kStart * 2), decoded(whole.view(), 0, kStart * 2));
  }
}

TEST(Chunk, IsFoundOutWhenDamaged) {
  OpenChunk open;
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(open.append(kStart + i * 10, bits(i * i)));
  const ChunkView good = open.view();
  EXPECT_TRUE(is_sound(good));
  const auto damaged = [&](auto&& change) {
    ChunkView chunk = good;
    change(chunk);
    return !is_sound(chunk);
  };
  EXPECT_TRUE(damaged([](ChunkView& chunk) { chunk.bits -= 1; }));
  EXPECT_TRUE(damaged([](ChunkView& chunk) { chunk.count -= 1; }));
  EXPECT_TRUE(damaged([](ChunkView& chunk) { chunk.count += 1; }));
  EXPECT_TRUE(damaged([](ChunkView& chunk) { chunk.count = 0; }));
  EXPECT_TRUE(damaged([](ChunkView& chunk) { chunk.last += 1; }));
  EXPECT_TRUE(damaged([](ChunkView& chunk) { chunk.first -= 1; }));
  EXPECT_TRUE(damaged([](ChunkView& chunk) { chunk.bits = 3; }));
}

}  // namespace
}  // namespace tocsin::series
