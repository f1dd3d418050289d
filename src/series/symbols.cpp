#include "series/symbols.h"

#include <algorithm>

namespace tocsin::series {
namespace {

constexpr std::size_t kBesideText =
    16 + 16 + 16;  // its entry, its place among the known, the heap's own

}  // namespace

std::optional<Symbol> Symbols::find(std::string_view text) const {
  const auto at = known_.find(text);
  return at == known_.end() ? std::nullopt : std::optional(*at);
}

Symbol Symbols::take(std::string_view text) {
  if (const auto at = known_.find(text); at != known_.end()) {
    ++entries_[*at].taken;
    return *at;
  }
  Symbol symbol = 0;
  if (free_.empty()) {
    symbol = static_cast<Symbol>(entries_.size());
    entries_.emplace_back();
  } else {
    symbol = free_.back();
    free_.pop_back();
  }
  Entry& entry = entries_[symbol];
  entry.text = std::make_unique_for_overwrite<char[]>(text.size());
  std::copy(text.begin(), text.end(), entry.text.get());
  entry.size = static_cast<std::uint32_t>(text.size());
  entry.taken = 1;
  known_.insert(symbol);
  memory_ += text.size() + kBesideText;
  return symbol;
}

void Symbols::release(Symbol symbol) {
  Entry& entry = entries_[symbol];
  if (--entry.taken > 0) return;
  known_.erase(symbol);
  memory_ -= entry.size + kBesideText;
  entry = Entry();
  free_.push_back(symbol);
}

}  // namespace tocsin::series
