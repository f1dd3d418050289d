// A source for the engine over samples in memory: what the test gives, and what its rules write.
#pragma once

#include <string>
#include <unordered_map>

#include "query/engine/engine.h"
#include "query/samples/memory_storage.h"
#include "query/source.h"
#include "query/syntax/parse.h"

namespace tocsin::trial {

/// Answers before it returns.
class MemorySource : public query::Source {
 public:
  MemorySource(query::EngineSettings engine, query::ParseOptions syntax)
      : engine_(engine), syntax_(syntax) {}

  /// Appends as Prometheus' storage does: a series' samples come in the order of their times; the
  /// same sample twice is one. Returns what is wrong, or an empty text.
  std::string append(const Labels& labels, Timestamp at, double value);
  /// Expressions that would have to compute with it are refused.
  void append_histogram(const Labels& labels, Timestamp at,
                        std::shared_ptr<const query::NativeHistogram> histogram);

  /// With `gives_histograms` native histograms may be in the answer: see histogram().
  query::Answer evaluate(const std::string& expression, Timestamp at,
                         bool gives_histograms = false);
  /// The native histogram that a value of an answer stands for, or null.
  std::shared_ptr<const query::NativeHistogram> histogram(double value) const {
    return storage_.histogram(value);
  }

  void instant(const std::string& expression, Timestamp at,
               std::function<void(query::Answer)> done) override;
  void write(std::span<const query::Sample> samples,
             std::function<void(std::string)> done) override;
  bool writable() const override { return true; }
  bool wants_rule_series() const override { return true; }

 private:
  struct Last {
    Timestamp at;
    std::uint64_t bits = 0;
  };

  const query::Parsed& parsed(const std::string& expression);

  query::EngineSettings engine_;
  query::ParseOptions syntax_;
  query::MemoryStorage storage_;
  std::unordered_map<Fingerprint, Last> last_;  // of each series
  std::unordered_map<std::string, query::Parsed> expressions_;
};

}  // namespace tocsin::trial
