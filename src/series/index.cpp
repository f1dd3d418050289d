#include "series/index.h"

#include <algorithm>
#include <iterator>

namespace tocsin::series {
namespace {

constexpr std::size_t kBesideList =
    64 + 16 + 16;  // of a list: its place, its heap block, the value's

}  // namespace

void Index::add(Slot slot, std::span<const PackedLabel> labels) {
  for (const PackedLabel& label : labels) {
    const auto [list, is_new] = lists_.try_emplace(key(label));
    if (is_new) {
      values_[label.name].insert(label.value);
      memory_ += kBesideList;
    }
    Slots& slots = list.value();
    const std::size_t before = slots.capacity();
    const bool is_last = slots.empty() || slots.back() < slot;
    slots.insert(is_last ? slots.end() : std::lower_bound(slots.begin(), slots.end(), slot), slot);
    memory_ += (slots.capacity() - before) * sizeof(Slot);
  }
}

void Index::remove(std::span<const PackedLabel> labels, const std::function<bool(Slot)>& is_gone) {
  for (const PackedLabel& label : labels) {
    const auto list = lists_.find(key(label));
    if (list == lists_.end()) continue;
    Slots& slots = list.value();
    const std::size_t before = slots.capacity();
    std::erase_if(slots, is_gone);
    if (slots.size() < before / 4) slots.shrink_to_fit();
    memory_ -= (before - slots.capacity()) * sizeof(Slot);
    if (!slots.empty()) continue;
    memory_ -= kBesideList + slots.capacity() * sizeof(Slot);
    lists_.erase(list);
    const auto values = values_.find(label.name);
    values.value().erase(label.value);
    if (values->second.empty()) values_.erase(values);
  }
}

const Slots* Index::with(PackedLabel label) const {
  const auto list = lists_.find(key(label));
  return list == lists_.end() ? nullptr : &list->second;
}

const Index::Values* Index::values(Symbol name) const {
  const auto values = values_.find(name);
  return values == values_.end() ? nullptr : &values->second;
}

Slots intersection(const Slots& a, const Slots& b) {
  const Slots& shorter = a.size() <= b.size() ? a : b;
  const Slots& longer = a.size() <= b.size() ? b : a;
  Slots out;
  constexpr std::size_t kFarLonger = 16;
  if (longer.size() < shorter.size() * kFarLonger) {
    out.reserve(shorter.size());
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
    return out;
  }
  auto at = longer.begin();
  for (const Slot slot : shorter) {
    std::ptrdiff_t step = 1;
    while (longer.end() - at > step && at[step] < slot) step *= 2;
    at = std::lower_bound(at, at + std::min(step + 1, longer.end() - at), slot);
    if (at == longer.end()) break;
    if (*at == slot) out.push_back(slot);
  }
  return out;
}

}  // namespace tocsin::series
