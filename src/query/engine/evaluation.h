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
  bool has_histograms = false;
  std::span<const std::int64_t> starts{};  ///< as in SeriesView
};

/// Whether windows also hold samples around them (experimental).
enum class Extension {
  None,
  Anchored,  ///< those before it
  Smoothed   ///< those before and after it
};

struct Ranges {
  std::vector<RangeSeries> series;
  bool same_name = false;
  Extension extension = Extension::None;
  std::int64_t lookback = 0;       ///< how far an extension reaches
  std::int64_t range = 0;          ///< milliseconds; a window is (end - range, end]
  std::int64_t offset = 0;         ///< its end is this much before the step …
  std::optional<std::int64_t> at;  ///< … or before this

  std::int64_t end(std::int64_t step) const { return at.value_or(step) - offset; }
  std::int64_t before() const { return extension == Extension::None ? 0 : lookback; }
  std::int64_t after() const { return extension == Extension::Smoothed ? lookback : 0; }
};

/// What a range function looks at.
struct Window {
  std::span<const std::int64_t> times;
  std::span<const double> values;          ///< at least one
  std::int64_t start = 0;                  ///< exclusive
  std::int64_t end = 0;                    ///< inclusive
  std::span<const std::int64_t> starts{};  ///< as in SeriesView
  const Identity* identity = nullptr;      ///< of the series
  std::size_t first = 0;                   ///< place of the first sample in the series' columns
  bool thinned = false;                    ///< some samples were taken out: `first` says nothing
};

/// What a range function does with native histograms.
enum class HistogramUse {
  Taken,    ///< as any other sample
  Skipped,  ///< with an info where there are numbers, too
  Apart,    ///< a warning and no result where there are numbers, too; alone they are not computed
  LastTwo   ///< the same about the last two samples
};

struct WindowRule {
  HistogramUse histograms = HistogramUse::Taken;
  const Expr* argument = nullptr;  ///< for the place in notes
  bool one_is_result = false;      ///< of a histogram alone; otherwise it has none
};

using WindowFunction = std::function<double(const Window&, std::size_t step)>;

/// What a selector gives.
enum class Give {
  Values,
  Times,          ///< when the samples were taken, in seconds
  TimesOfNumbers  ///< the same; a native histogram is an error
};

class Evaluation {
 public:
  Evaluation(Context& context, Steps steps) : context_(context), steps_(steps) {}

  /// REQUIRES: the expression has that type.
  Scalars scalar(const Expr& expr);
  /// Computed, or what EngineSettings::shared has of it.
  Frame vector(const Expr& expr);
  Ranges ranges(const Expr& expr);
  std::string text(const Expr& expr);

  Frame select(const VectorSelector& selector, Give give = Give::Values);
  /// Of a modifier @; milliseconds.
  std::optional<std::int64_t> fixed_time(const Modifiers& modifiers) const;
  /// Milliseconds.
  std::int64_t length(const Length& length) const;

  /// Takes the metric's name from all labels, now or, if the settings want that, at the end.
  void drop_names(Frame& frame);

  const Steps& steps() const { return steps_; }
  Context& context() { return context_; }

 private:
  Frame compute_vector(const Expr& expr);
  /// Null unless its result may be shared: it is of the query's own instant.
  SharedWork* shared() const;

  // selectors.cpp
  Frame smoothed(const VectorSelector& selector);
  void select_windows(const VectorSelector& selector, Ranges& ranges);
  Ranges select_ranges(const MatrixSelector& matrix);
  Ranges subquery(const Subquery& subquery);

  // lengths.cpp
  std::int64_t positive_length(const Length& length) const;
  double seconds(const Expr& duration) const;

  // operators.cpp
  Frame unary(const Unary& unary);
  Frame binary(const Expr& expr, const Binary& binary);
  Frame with_scalar(const Expr& expr, Frame vector, const Scalars& scalar, bool scalar_left);

  // calls.cpp
  Scalars scalar_call(const Call& call);
  Frame call(const Expr& expr, const Call& call);

  Context& context_;
  Steps steps_;
};

/// Arithmetic and comparisons of numbers; comparisons give 0 or 1.
double apply(Op op, double left, double right);
/// Where one of the two is a native histogram, or should be: kHistogram if the result is one,
/// kAbsent, with an info, if the two do not go together. Throws HistogramsNotComputed.
double apply_to_histograms(Context& context, const Expr& where, Op op, double left, double right);
constexpr bool needs_histogram(Op op) { return op == Op::TrimUpper || op == Op::TrimLower; }

}  // namespace tocsin::query
