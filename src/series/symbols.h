// Names and values of labels, each of them once. Within series only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <tsl/robin_set.h>

namespace tocsin::series {

using Symbol = std::uint32_t;

class Symbols {
 public:
  Symbols() : known_(16, Hash{this}, Equal{this}) {}
  Symbols(const Symbols&) = delete;
  Symbols& operator=(const Symbols&) = delete;

  /// Its number; it is kept until it was released as many times as it was taken.
  Symbol take(std::string_view text);
  void release(Symbol symbol);
  std::optional<Symbol> find(std::string_view text) const;
  std::string_view at(Symbol symbol) const {
    const Entry& entry = entries_[symbol];
    return {entry.text.get(), entry.size};
  }
  std::size_t memory() const { return memory_; }

 private:
  struct Entry {
    std::unique_ptr<char[]> text;
    std::uint32_t size = 0;
    std::uint32_t taken = 0;
  };
  struct Hash {
    const Symbols* symbols;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
    std::size_t operator()(Symbol symbol) const { return (*this)(symbols->at(symbol)); }
  };
  struct Equal {
    using is_transparent = void;
    const Symbols* symbols;
    bool operator()(Symbol a, Symbol b) const { return a == b; }
    bool operator()(Symbol a, std::string_view b) const { return symbols->at(a) == b; }
    bool operator()(std::string_view a, Symbol b) const { return a == symbols->at(b); }
  };

  std::vector<Entry> entries_;
  std::vector<Symbol> free_;
  tsl::robin_set<Symbol, Hash, Equal> known_;
  std::size_t memory_ = 0;
};

}  // namespace tocsin::series
