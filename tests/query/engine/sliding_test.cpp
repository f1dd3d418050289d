// Windows that move on come to the same as each window by itself.
#include "query/engine/sliding.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>

#include <gtest/gtest.h>

namespace tocsin::query {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Bounds {
  std::size_t first = 0, end = 0;
};

/// Windows that only move forward: some overlap, some leave values out, some stand still.
std::vector<Bounds> windows_over(std::size_t count, std::mt19937& random) {
  std::vector<Bounds> windows;
  Bounds next{0, 1};
  while (next.end <= count) {
    windows.push_back(next);
    next.first += random() % 4 == 0 ? random() % 20 : random() % 3;
    next.end = std::max(next.first + 1, next.end + random() % 4);
  }
  return windows;
}

std::vector<double> some_values(std::size_t count, std::mt19937& random) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) {
    const auto number = static_cast<double>(random() % 1000);
    values.push_back(random() % 9 == 0 ? kNaN : (number - 500) * std::pow(10.0, random() % 12));
  }
  return values;
}

TEST(Sliding, FindsTheExtremesOfEachWindow) {
  std::mt19937 random(1);
  for (int round = 0; round < 50; ++round) {
    const std::vector<double> values = some_values(200, random);
    Sliding<PartialExtreme<true>> largest;
    Sliding<PartialExtreme<false>> smallest;
    largest.begin(values);
    smallest.begin(values);
    for (const auto& [first, end] : windows_over(values.size(), random)) {
      double high = kNaN, low = kNaN;
      for (std::size_t i = first; i < end; ++i) {
        if (std::isnan(high) || values[i] > high) high = values[i];
        if (std::isnan(low) || values[i] < low) low = values[i];
      }
      const double found_high = largest.within(first, end).value;
      const double found_low = smallest.within(first, end).value;
      if (std::isnan(high)) {
        EXPECT_TRUE(std::isnan(found_high) && std::isnan(found_low));
      } else {
        EXPECT_EQ(found_high, high);
        EXPECT_EQ(found_low, low);
      }
    }
  }
}

TEST(Sliding, SumsLoseNothing) {
  std::mt19937 random(2);
  for (int round = 0; round < 50; ++round) {
    std::vector<double> values = some_values(200, random);
    for (double& value : values) value = std::isnan(value) ? 1 : value;  // whole numbers all
    Sliding<PartialSum> sums;
    sums.begin(values);
    for (const auto& [first, end] : windows_over(values.size(), random)) {
      std::int64_t expected = 0;
      for (std::size_t i = first; i < end; ++i) expected += static_cast<std::int64_t>(values[i]);
      const PartialSum part = sums.within(first, end);
      EXPECT_EQ(part.sum + part.error, static_cast<double>(expected));
    }
  }
}

TEST(Sliding, SumsForgetWhatHasLeftTheWindow) {
  const std::vector<double> values{1e100, 1, -1e100, 3, kNaN, 4, 5};
  Sliding<PartialSum> sums;
  sums.begin(values);
  const auto sum = [&](std::size_t first, std::size_t end) {
    const PartialSum part = sums.within(first, end);
    return part.sum + part.error;
  };
  EXPECT_EQ(sum(0, 3), 1);
  EXPECT_EQ(sum(0, 4), 4);
  EXPECT_EQ(sum(3, 4), 3);
  EXPECT_TRUE(std::isnan(sum(3, 6)));
  EXPECT_EQ(sum(5, 7), 9);
}

TEST(Marks, TellWhichPlacesLieBehindTheFirstSample) {
  const std::vector<double> values{5, 1, 2, 0, 3, 4, 2};
  Marks marks;
  marks.find(values.size(), [&](std::size_t i) { return values[i] < values[i - 1]; });
  const auto within = [&](std::size_t first, std::size_t end) {
    const auto found = marks.within(first, end);
    return std::vector<std::size_t>(found.begin(), found.end());
  };
  using Places = std::vector<std::size_t>;
  EXPECT_EQ(within(0, 1), Places());
  EXPECT_EQ(within(0, 2), Places({1}));
  EXPECT_EQ(within(1, 4), Places({3}));
  EXPECT_EQ(within(2, 7), Places({3, 6}));
  EXPECT_EQ(within(3, 7), Places({6}));
  EXPECT_EQ(within(6, 7), Places());
}

}  // namespace
}  // namespace tocsin::query
