// The door through which rules get their answers.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "model/labels.h"
#include "model/time.h"

namespace tocsin::query {

struct Sample {
  Labels labels;
  Timestamp at;
  double value = 0;
};

using Samples = std::vector<Sample>;

/// Why there is no answer; expected to happen, hence a value.
struct Failure {
  std::string message;  ///< one sentence that names the source and what to look at
};

using Answer = std::variant<Samples, Failure>;

/// A place that evaluates PromQL at one instant: a Prometheus-compatible API over HTTP, or our own
/// engine over our own series. Calls `done` exactly once, either before returning or later
/// from the loop that drives it, always on that loop's thread.
class Source {
 public:
  virtual ~Source() = default;

  /// A scalar answer is given as one sample without labels.
  virtual void instant(const std::string& expression, Timestamp at,
                       std::function<void(Answer)> done) = 0;

  /// Writes the results of recording rules. `done` gets an empty text, or what went wrong.
  virtual void write(std::span<const Sample> samples, std::function<void(std::string)> done) = 0;

  /// Whether write() can work (recording rules need it).
  virtual bool writable() const = 0;

  /// Whether it also wants what Prometheus writes about its rules: ALERTS, ALERTS_FOR_STATE, and
  /// staleness markers for series that a rule no longer gives.
  virtual bool wants_rule_series() const { return false; }

  /// False for a moment after a start, while what answers are made of is still on its way. Rules
  /// wait: an answer from nothing would end alerts and clocks that go on.
  virtual bool ready() const { return true; }
};

}  // namespace tocsin::query
