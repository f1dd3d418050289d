// What a test runs on: the real engine, over samples in memory, under a clock that the test moves.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "trial/memory_source.h"
#include "trial/minutes.h"
#include "trial/test_file.h"

namespace tocsin::trial {

/// The configuration that the rules of a test file run with. All groups are evaluated every
/// `evaluation_interval` from the start of the test on, one after the other. With `for_people` it
/// has the routes and receivers of the file's configuration; what they would send goes nowhere.
std::shared_ptr<const config::Config> stage_config(const TestFile& file, const Test& test,
                                                   bool for_people);

class Stage {
 public:
  /// `test` outlives it.
  Stage(const TestFile& file, const Test& test, const ReadOptions& options, bool for_people);

  /// One turn of the engine, with the samples up to `now`; returns when it wants the next one.
  Timestamp turn(Timestamp now);
  /// The samples up to there, without a turn.
  void load_until(Timestamp now);

  /// One for each rule whose last evaluation failed.
  std::vector<Diagnostic> failed_rules() const;

  MemorySource& source() { return source_; }
  std::unique_ptr<engine::RulesView> rules() const { return engine_->rules(); }
  const std::vector<notify::Notification>& decided() const { return minutes_.decided(); }

 private:
  const Test& test_;
  std::size_t next_ = 0;  // of the values of each series
  MemorySource source_;
  Minutes minutes_;
  std::unique_ptr<engine::Engine> engine_;
};

}  // namespace tocsin::trial
