// Walks the tree of an expression. Within query/engine only.
#pragma once

#include <functional>
#include <optional>

#include "query/engine/context.h"

namespace tocsin::query {

/// The samples of a range vector: windows of these columns.
struct RangeSeries {
  Identity identity;
  std::span<const std::int64_t> times;
  std::span<const double> values;  ///< without staleness markers
};

struct Ranges {
  std::vector<RangeSeries> series;
  bool same_name = false;
  std::int64_t range = 0;          ///< milliseconds; a window is (end - range, end]
  std::int64_t offset = 0;         ///< its end is this much before the step …
  std::optional<std::int64_t> at;  ///< … or before this

  std::int64_t end(std::int64_t step) const { return at.value_or(step) - offset; }
};

/// What a range function looks at.
struct Window {
  std::span<const std::int64_t> times;
  std::span<const double> values;  ///< at least one
  std::int64_t start = 0;          ///< exclusive
  std::int64_t end = 0;            ///< inclusive
  bool never_falls = false;        ///< nor does the rest of the series
};

class Evaluation {
 public:
  Evaluation(Context& context, Steps steps) : context_(context), steps_(steps) {}

  /// REQUIRES: the expression has that type.
  Scalars scalar(const Expr& expr);
  Frame vector(const Expr& expr);
  Ranges ranges(const Expr& expr);
  std::string text(const Expr& expr);

  /// With `times` the values are when the samples were taken, in seconds.
  Frame select(const VectorSelector& selector, bool times);
  /// Of a modifier @; milliseconds.
  std::optional<std::int64_t> fixed_time(const Modifiers& modifiers) const;
  /// Milliseconds.
  std::int64_t length(const Length& length) const;

  /// Takes the metric's name from all labels, now or, if the settings want that, at the end.
  void drop_names(Frame& frame);

  const Steps& steps() const { return steps_; }
  Context& context() { return context_; }

  /// Calls `compute` for every window that has samples; what it gives is the value at that step.
  Frame over_windows(const Ranges& ranges,
                     const std::function<double(const Window&, std::size_t step)>& compute);

 private:
  // selectors.cpp
  Ranges select_ranges(const MatrixSelector& matrix);
  Ranges subquery(const Subquery& subquery);
  std::int64_t positive_length(const Length& length) const;
  double seconds(const Expr& duration) const;

  // operators.cpp
  Frame unary(const Unary& unary);
  Frame binary(const Binary& binary);
  Frame with_scalar(const Binary& binary, Frame vector, const Scalars& scalar, bool scalar_left);

  // functions.cpp
  Scalars scalar_call(const Call& call);
  Frame call(const Expr& expr, const Call& call);

  Context& context_;
  Steps steps_;
};

/// Arithmetic and comparisons of numbers; comparisons give 0 or 1.
double apply(Op op, double left, double right);

}  // namespace tocsin::query
