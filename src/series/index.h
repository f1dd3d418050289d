// Which series have a label: lists of their numbers, in order. Within series only.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <tsl/robin_map.h>
#include <tsl/robin_set.h>

#include "series/symbols.h"

namespace tocsin::series {

/// Where a series stands in the store.
using Slot = std::uint32_t;
/// Ascending.
using Slots = std::vector<Slot>;

struct PackedLabel {
  Symbol name;
  Symbol value;
  bool operator==(const PackedLabel&) const = default;
};

class Index {
 public:
  using Values = tsl::robin_set<Symbol>;

  void add(Slot slot, std::span<const PackedLabel> labels);
  /// Takes those series out that `is_gone` of all lists of the labels.
  void remove(std::span<const PackedLabel> labels, const std::function<bool(Slot)>& is_gone);

  /// Null: none.
  const Slots* with(PackedLabel label) const;
  const Values* values(Symbol name) const;
  const auto& names() const { return values_; }
  std::size_t memory() const { return memory_; }

 private:
  static std::uint64_t key(PackedLabel label) {
    return std::uint64_t{label.name} << 32 | label.value;
  }

  struct Mixed {
    std::size_t operator()(std::uint64_t key) const {
      return (key ^ key >> 29) * 0x9E3779B97F4A7C15U;
    }
  };
  tsl::robin_map<std::uint64_t, Slots, Mixed> lists_;
  tsl::robin_map<Symbol, Values> values_;
  std::size_t memory_ = 0;
};

/// What is in both.
Slots intersection(const Slots& a, const Slots& b);

}  // namespace tocsin::series
