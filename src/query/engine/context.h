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
  const Labels* keep(Labels labels) { return &pools_->labels.emplace_back(std::move(labels)); }
  std::span<const std::int64_t> keep(std::vector<std::int64_t> times) {
    return pools_->times.emplace_back(std::move(times));
  }
  std::span<const double> keep(std::vector<double> values) {
    return pools_->values.emplace_back(std::move(values));
  }
  Selection& keep(Selection selection) {
    return pools_->selections.emplace_back(std::move(selection));
  }
  void keep(std::shared_ptr<const void> other) { pools_->others.push_back(std::move(other)); }
  /// All that is kept, for who points into it and outlives the evaluation.
  std::shared_ptr<const void> kept() const { return pools_; }

  /// Counts samples that are held. Throws EvaluationError when they are too many.
  void hold(std::size_t samples);
  std::size_t held() const { return held_; }
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
  struct Pools {
    std::deque<Labels> labels;
    std::deque<std::vector<std::int64_t>> times;
    std::deque<std::vector<double>> values;
    std::deque<Selection> selections;
    std::vector<std::shared_ptr<const void>> others;
  };
  std::shared_ptr<Pools> pools_ = std::make_shared<Pools>();
};

}  // namespace tocsin::query
