// What a window of samples and the next one have in common, computed once. Within query/engine
// only.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace tocsin::query {

/// Places in a column where something happens, and which of them lie in a window that moves on.
class Marks {
 public:
  /// Takes the places from 1 up to, not including, `count` at which `happens(place)`.
  template <typename Happens>
  void find(std::size_t count, const Happens& happens) {
    places_.clear();
    first_ = end_ = 0;
    for (std::size_t i = 1; i < count; ++i) {
      if (happens(i)) places_.push_back(i);
    }
  }
  /// Those behind `first` and before `end`. REQUIRES: neither is less than it was in the last call.
  std::span<const std::size_t> within(std::size_t first, std::size_t end) {
    while (end_ < places_.size() && places_[end_] < end) ++end_;
    while (first_ < end_ && places_[first_] <= first) ++first_;
    return std::span<const std::size_t>(places_).subspan(first_, end_ - first_);
  }

 private:
  std::vector<std::size_t> places_;
  std::size_t first_ = 0, end_ = 0;
};

/// Combines the values of a window that moves on, each of them only two or three times however long
/// the window is. `Part` is what some neighbouring values come to: made of nothing or of one value,
/// and joined by `before.with(after)`.
///
/// Nothing is ever taken away from a sum, so nothing is lost to rounding or to an infinity: the
/// values from `first` up to `middle_` are combined from each place to the middle, and those behind
/// it in one part that grows.
template <typename Part>
class Sliding {
 public:
  void begin(std::span<const double> values) {
    values_ = values;
    middle_ = end_ = 0;
    front_.resize(values.size());
  }

  /// Of the values from `first` up to, not including, `end`. REQUIRES: first < end, neither is less
  /// than it was in the last call.
  Part within(std::size_t first, std::size_t end) {
    if (first >= middle_) {
      Part part;
      for (std::size_t i = end; i-- > first;) front_[i] = part = Part(values_[i]).with(part);
      middle_ = end_ = end;
      back_ = Part();
      return part;
    }
    if (end_ == end && end_ == middle_) return front_[first];
    for (; end_ < end; ++end_) back_ = back_.with(Part(values_[end_]));
    return front_[first].with(back_);
  }

 private:
  std::span<const double> values_;
  std::vector<Part> front_;
  Part back_;
  std::size_t middle_ = 0, end_ = 0;
};

/// A sum with all that its additions lost to rounding (Knuth's two-sum). Meaningless where it is
/// not finite.
struct PartialSum {
  double sum = 0;
  double error = 0;

  PartialSum() = default;
  explicit PartialSum(double value) : sum(value) {}
  PartialSum with(const PartialSum& after) const {
    PartialSum out;
    out.sum = sum + after.sum;
    const double added = out.sum - sum;
    const double lost = (sum - (out.sum - added)) + (after.sum - added);
    out.error = error + after.error + lost;
    return out;
  }
};

/// The smallest or largest value; NaN only where there is nothing else.
template <bool largest>
struct PartialExtreme {
  double value = std::numeric_limits<double>::quiet_NaN();

  PartialExtreme() = default;
  explicit PartialExtreme(double only) : value(only) {}
  PartialExtreme with(const PartialExtreme& after) const {
    const bool better = largest ? after.value > value : after.value < value;
    return better || std::isnan(value) ? after : *this;
  }
};

}  // namespace tocsin::query
