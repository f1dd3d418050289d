#include "trial/matching.h"

namespace tocsin::trial {
namespace {

/// Kuhn's algorithm: each expected one in turn takes a place, those before it make room.
class Matching {
 public:
  Matching(std::size_t expected, std::size_t got,
           const std::function<bool(std::size_t, std::size_t)>& fits)
      : taken_by_(got), fits_(fits) {
    for (std::size_t each = 0; each < expected; ++each) {
      if (place_free(each)) continue;
      seen_.assign(got, false);
      place(each);
    }
  }

  std::vector<std::optional<std::size_t>> result(std::size_t expected) const {
    std::vector<std::optional<std::size_t>> places(expected);
    for (std::size_t got = 0; got < taken_by_.size(); ++got) {
      if (taken_by_[got]) places[*taken_by_[got]] = got;
    }
    return places;
  }

 private:
  bool place_free(std::size_t expected) {
    for (std::size_t got = 0; got < taken_by_.size(); ++got) {
      if (taken_by_[got] || !fits_(expected, got)) continue;
      taken_by_[got] = expected;
      return true;
    }
    return false;
  }

  // Calls itself at most once for each expected one.
  bool place(std::size_t expected) {
    for (std::size_t got = 0; got < taken_by_.size(); ++got) {
      if (seen_[got] || !fits_(expected, got)) continue;
      seen_[got] = true;
      if (taken_by_[got] && !place(*taken_by_[got])) continue;
      taken_by_[got] = expected;
      return true;
    }
    return false;
  }

  std::vector<std::optional<std::size_t>> taken_by_;
  std::vector<bool> seen_;
  const std::function<bool(std::size_t, std::size_t)>& fits_;
};

}  // namespace

std::vector<std::optional<std::size_t>> match_up(
    std::size_t expected, std::size_t got,
    const std::function<bool(std::size_t, std::size_t)>& fits) {
  return Matching(expected, got, fits).result(expected);
}

}  // namespace tocsin::trial
