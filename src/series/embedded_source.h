// Our own engine over our own series, as the source that rules ask.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "query/engine/engine.h"
#include "query/engine/shared_work.h"
#include "query/source.h"
#include "query/syntax/parse.h"
#include "series/store.h"

namespace tocsin::series {

/// Answers before it returns. For one thread; the store may have others.
class EmbeddedSource : public query::Source {
 public:
  /// The store outlives it.
  explicit EmbeddedSource(Store& store, query::EngineSettings engine = {});

  /// The expressions of all rules that it will be asked, one for each rule. Trees are kept
  /// within 32 MB; what these have in common, and what comes twice, is computed once for each
  /// instant.
  void expect(const std::vector<std::string>& expressions);

  void instant(const std::string& expression, Timestamp at,
               std::function<void(query::Answer)> done) override;
  void write(std::span<const query::Sample> samples,
             std::function<void(std::string)> done) override;
  bool writable() const override { return true; }
  bool wants_rule_series() const override { return true; }
  bool ready() const override { return ready_; }
  /// It is, where nobody says otherwise.
  void set_ready(bool ready) { ready_ = ready; }

 private:
  /// An expression that rules have.
  struct Known {
    std::size_t rules = 0;
    query::Parsed tree;  ///< without one where none is kept
    query::Metrics metrics;
    // The last answer, where several rules ask.
    Timestamp at;
    std::uint64_t writes = 0;
    std::optional<query::Answer> answer;
  };

  query::Answer answer(Known* known, const std::string& expression, Timestamp at);
  query::Answer evaluate(const query::Parsed& tree, const std::string& expression, Timestamp at);

  Store& store_;
  query::EngineSettings engine_;
  query::SharedWork shared_;
  query::Writes writes_;
  std::unordered_map<std::string, Known> known_;
  bool ready_ = true;
};

}  // namespace tocsin::series
