// Sums, means and quantiles that lose as little as possible.
#include <algorithm>
#include <cmath>
#include <limits>

#include "query/engine/aggregation.h"

namespace tocsin::query {
double Sum::result() const { return std::isinf(sum_) ? sum_ : sum_ + error_; }

void Mean::add(double value) {
  ++count_;
  if (!incremental_) {
    double sum = sum_;
    double error = error_;
    add_exactly(value, sum, error);
    if (count_ == 1 || !std::isinf(sum)) {
      sum_ = sum;
      error_ = error;
      return;
    }
    incremental_ = true;
    sum_ /= count_ - 1;
    error_ /= count_ - 1;
  }
  const double share = (count_ - 1) / count_;
  sum_ *= share;
  error_ *= share;
  add_exactly(value / count_, sum_, error_);
}

double Mean::result() const {
  if (incremental_) return sum_ + error_;
  return std::isinf(sum_) ? sum_ / count_ : sum_ / count_ + error_ / count_;
}

void Variance::add(double value) {
  ++count_;
  const double delta = value - (mean_ + mean_error_);
  add_exactly(delta / count_, mean_, mean_error_);
  add_exactly(delta * (value - (mean_ + mean_error_)), squares_, squares_error_);
}

double Variance::result() const { return (squares_ + squares_error_) / count_; }

double quantile(double q, std::vector<double>& values) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (values.empty() || std::isnan(q)) return std::numeric_limits<double>::quiet_NaN();
  if (q < 0) return -kInfinity;
  if (q > 1) return kInfinity;
  // NaN sorts below everything.
  std::sort(values.begin(), values.end(),
            [](double a, double b) { return std::isnan(a) ? !std::isnan(b) : a < b; });
  const double rank = q * static_cast<double>(values.size() - 1);
  const auto lower = static_cast<std::size_t>(std::max(0.0, std::floor(rank)));
  const std::size_t upper = std::min(values.size() - 1, lower + 1);
  const double weight = rank - std::floor(rank);
  return values[lower] * (1 - weight) + values[upper] * weight;
}

}  // namespace tocsin::query
