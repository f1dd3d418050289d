// Which series, label names and label values there are.
#include <algorithm>
#include <unordered_set>

#include "series/head.h"

namespace tocsin::series {
namespace {

/// In no order, each once.
Slots matched(const Head& head, const std::vector<Matchers>& any, Timestamp from, Timestamp to) {
  Slots out;
  for (const Matchers& matchers : any) {
    const Found found = head.find(matchers);
    for (const Slot slot : *found) {
      if (head.places[slot].overlaps(milliseconds(from), milliseconds(to))) out.push_back(slot);
    }
  }
  if (any.size() > 1) {
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
  }
  return out;
}

std::vector<Matchers> or_all(const std::vector<Matchers>& any) {
  return any.empty() ? std::vector<Matchers>(1) : any;
}

std::vector<std::string> sorted(const Head& head, const std::unordered_set<Symbol>& symbols) {
  std::vector<std::string> out;
  out.reserve(symbols.size());
  for (const Symbol symbol : symbols) out.emplace_back(head.symbols.at(symbol));
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

std::vector<Labels> Store::series(const std::vector<Matchers>& any, Timestamp from,
                                  Timestamp to) const {
  const std::shared_lock lock(head_->mutex);
  std::vector<Labels> out;
  for (const Slot slot : matched(*head_, any, from, to)) {
    out.push_back(head_->labels(head_->places[slot]));
  }
  if (!std::is_sorted(out.begin(), out.end())) std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> Store::label_names(const std::vector<Matchers>& any, Timestamp from,
                                            Timestamp to) const {
  const std::shared_lock lock(head_->mutex);
  std::unordered_set<Symbol> names;
  for (const Slot slot : matched(*head_, or_all(any), from, to)) {
    for (const PackedLabel& label : head_->places[slot].label_span()) names.insert(label.name);
  }
  return sorted(*head_, names);
}

std::vector<std::string> Store::label_values(std::string_view name,
                                             const std::vector<Matchers>& any, Timestamp from,
                                             Timestamp to) const {
  const std::shared_lock lock(head_->mutex);
  const auto symbol = head_->symbols.find(name);
  if (!symbol) return {};
  std::unordered_set<Symbol> values;
  for (const Slot slot : matched(*head_, or_all(any), from, to)) {
    for (const PackedLabel& label : head_->places[slot].label_span()) {
      if (label.name == *symbol) values.insert(label.value);
    }
  }
  return sorted(*head_, values);
}

}  // namespace tocsin::series
