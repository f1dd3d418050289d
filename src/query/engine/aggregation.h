// sum, avg, topk and the others. Within query/engine only.
#pragma once

#include <cmath>

#include "query/engine/evaluation.h"

namespace tocsin::query {

Frame aggregate(Evaluation& evaluation, const Expr& expr, const Aggregation& aggregation);

/// The value below which the share `q` of the values lies, between neighbours by weight: NaN for no
/// values, infinities beyond 0 and 1. Sorts the values.
double quantile(double q, std::vector<double>& values);

/// Unless it is between 0 and 1. `parameter` is for the place.
void warn_of_quantile(Evaluation& evaluation, const Expr& parameter, double q);

/// Adds to `sum` and carries what was lost in `error`.
inline void add_exactly(double value, double& sum, double& error) {
  const double total = sum + value;
  if (std::isinf(total)) {
    error = 0;
  } else if (std::abs(sum) >= std::abs(value)) {
    error += (sum - total) + value;
  } else {
    error += (value - total) + sum;
  }
  sum = total;
}

/// Adds up with the error of each addition carried along (Kahan, Neumaier).
class Sum {
 public:
  void add(double value) { add_exactly(value, sum_, error_); }
  double result() const;

 private:
  double sum_ = 0;
  double error_ = 0;
};

/// A mean that does not overflow where the sum of the values does.
class Mean {
 public:
  void add(double value);
  double result() const;

 private:
  double sum_ = 0;  ///< or the mean so far, once the sum would overflow
  double error_ = 0;
  double count_ = 0;
  bool incremental_ = false;
};

/// Welford's running variance.
class Variance {
 public:
  void add(double value);
  /// Of the whole population.
  double result() const;

 private:
  double count_ = 0;
  double mean_ = 0, mean_error_ = 0;
  double squares_ = 0, squares_error_ = 0;
};

}  // namespace tocsin::query
