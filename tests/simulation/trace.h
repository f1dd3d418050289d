// What happened in a run, for people and for comparing two runs.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>

namespace tocsin::simulation {

class Trace {
 public:
  explicit Trace(std::size_t most) : most_(most) {}

  void note(std::string line) {
    for (const char c : line) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    lines_.push_back(std::move(line));
    if (lines_.size() > most_) lines_.pop_front();
  }

  std::uint64_t hash() const { return hash_; }
  /// The last ones.
  const std::deque<std::string>& lines() const { return lines_; }

 private:
  std::size_t most_;
  std::uint64_t hash_ = 0xCBF29CE484222325;
  std::deque<std::string> lines_;
};

}  // namespace tocsin::simulation
