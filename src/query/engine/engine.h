// Evaluates PromQL expressions over stored samples.
//
// Source of what they mean: Prometheus 3.x, promql/engine.go, and docs "Querying".
#pragma once

#include <atomic>
#include <string>
#include <variant>
#include <vector>

#include "model/error.h"
#include "query/engine/storage.h"
#include "query/source.h"
#include "query/syntax/ast.h"

namespace tocsin::query {

struct Point {
  Timestamp at;
  double value = 0;
};

struct Series {
  Labels labels;
  std::vector<Point> points;
};
using Matrix = std::vector<Series>;

struct Number {
  Timestamp at;
  double value = 0;
};

struct Text {
  Timestamp at;
  std::string value;
};

/// What Prometheus calls annotations: each is written with its place in the expression,
/// "PromQL warning: … (1:5)".
struct Evaluated {
  std::variant<Number, Text, Samples, Matrix> value;
  std::vector<std::string> warnings;
  std::vector<std::string> infos;
};

class SharedWork;  // in shared_work.h

struct EngineSettings {
  Duration lookback = std::chrono::minutes{5};
  /// Of subqueries without one.
  Duration default_step = std::chrono::minutes{1};
  /// A function that drops the metric's name does so at the end of the query; until then it can be
  /// matched, grouped by and kept by label_replace. Prometheus' feature "delayed name removal".
  bool delayed_name_removal = false;
  /// Results may hold native histograms, of which the storage is asked (Storage::histogram);
  /// otherwise they are refused.
  bool gives_histograms = false;
  /// Selected and computed by one query, all its parts together (each takes 16 bytes).
  std::size_t max_samples = 50'000'000;
  /// Of steps of a query or subquery, and of series times steps of a result.
  std::size_t max_points = 11'000'000;
  /// Set by another thread, when the query has been cancelled or its time is over: the evaluation
  /// ends with an error within milliseconds.
  const std::atomic<bool>* cancelled = nullptr;
  /// What several expressions have in common; of instants only. Notes of what is not computed again
  /// are not given again. Null: everything is computed.
  SharedWork* shared = nullptr;
};

/// An expression that cannot be evaluated on this data: many-to-many matching, the same labels
/// twice, a limit.
class EvaluationError : public Error {
 public:
  using Error::Error;
};

/// What would have to be known about a native histogram: refused, never guessed.
class HistogramsNotComputed : public EvaluationError {
 public:
  using EvaluationError::EvaluationError;
};

/// One instant. A range vector gives its samples as they are. `text` is what the expression was
/// parsed from (annotations name places in it). Throws EvaluationError.
Evaluated evaluate_instant(const Expr& expr, std::string_view text, Timestamp at,
                           const Storage& storage, const EngineSettings& settings = {});

/// From `from` to `to`, both included, by `step`. The value is a Matrix sorted by labels. Throws
/// EvaluationError, also for an expression that is neither a scalar nor an instant vector.
/// REQUIRES: step > 0, from <= to.
Evaluated evaluate_range(const Expr& expr, std::string_view text, Timestamp from, Timestamp to,
                         Duration step, const Storage& storage,
                         const EngineSettings& settings = {});

}  // namespace tocsin::query
