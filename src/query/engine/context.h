// What all parts of one evaluation share. Within query/engine only.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "query/engine/engine.h"
#include "query/engine/frame.h"

namespace tocsin::query {

/// As Go's %g writes it, which messages use: the shortest digits, an exponent from 1e+06 on.
std::string go_number(double value);

class Context {
 public:
  Context(const Storage& samples, const EngineSettings& limits, std::string_view text, Steps steps,
          bool range_query)
      : storage(samples),
        settings(limits),
        whole(steps),
        is_range_query(range_query),
        text_(text) {}

  const Storage& storage;
  const EngineSettings& settings;
  const Steps whole;  ///< of the whole query, also within subqueries
  const bool is_range_query;

  /// Labels that live as long as the evaluation.
  const Labels* keep(Labels labels) { return &labels_.emplace_back(std::move(labels)); }
  std::span<const std::int64_t> keep(std::vector<std::int64_t> times) {
    return times_.emplace_back(std::move(times));
  }
  std::span<const double> keep(std::vector<double> values) {
    return values_.emplace_back(std::move(values));
  }
  Selection& keep(Selection selection) { return selections_.emplace_back(std::move(selection)); }

  /// Counts samples that are held. Throws EvaluationError when they are too many.
  void hold(std::size_t samples);
  void check_cancelled() const;

  /// Once for each text. Both name the place: "PromQL info: … (1:5)".
  void warn(const Expr& where, std::string_view message) {
    note(warnings, "warning", where, message);
  }
  void inform(const Expr& where, std::string_view message) { note(infos, "info", where, message); }

  std::vector<std::string> warnings;
  std::vector<std::string> infos;

 private:
  void note(std::vector<std::string>& notes, std::string_view kind, const Expr& where,
            std::string_view message);

  std::string_view text_;
  std::size_t held_ = 0;
  // Deques: what is kept stays where it is.
  std::deque<Labels> labels_;
  std::deque<std::vector<std::int64_t>> times_;
  std::deque<std::vector<double>> values_;
  std::deque<Selection> selections_;
};

}  // namespace tocsin::query
