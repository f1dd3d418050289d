// Prometheus' relabel_config: rules that keep, drop and rewrite label sets.
//
// Source: prometheus.io/docs/prometheus/latest/configuration/configuration#relabel_config
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/labels.h"

namespace re2 {
class RE2;
}

namespace tocsin::scrape {

enum class RelabelAction {
  Replace,
  Keep,
  Drop,
  KeepEqual,
  DropEqual,
  HashMod,
  LabelMap,
  LabelDrop,
  LabelKeep,
  Lowercase,
  Uppercase
};

std::string_view to_string(RelabelAction action);

/// A regular expression that has to match all of a text; `.` matches newlines, too. Frozen; copies
/// share what was compiled.
class Pattern {
 public:
  /// Throws Error when it does not compile or is too large.
  explicit Pattern(std::string text);

  const std::string& text() const { return text_; }
  bool matches(std::string_view value) const;
  /// What `replacement` stands for ($1, ${name}) once the pattern has matched; false when it does
  /// not match. `out` is overwritten.
  bool expand(std::string_view value, std::string_view replacement, std::string& out) const;
  bool operator==(const Pattern& other) const { return text_ == other.text_; }

 private:
  std::string text_;
  std::shared_ptr<const re2::RE2> regex_;  // shared: immutable, and rules are copied with settings
};

struct RelabelRule {
  inline static const std::string kSeparator = ";";
  inline static const std::string kReplacement = "$1";
  inline static const std::string kPattern = "(.*)";

  RelabelAction action = RelabelAction::Replace;
  std::vector<std::string> source_labels = {};
  std::string separator = kSeparator;
  Pattern regex = whole();
  std::string target_label = {};
  std::string replacement = kReplacement;
  std::uint64_t modulus = 0;

  /// The default, (.*), compiled once.
  static const Pattern& whole();
  bool operator==(const RelabelRule&) const = default;
};

/// What is wrong with a rule, in one sentence that says what to do; "" when nothing is.
std::string problem_of(const RelabelRule& rule);

/// Applies the rules in their order. False: a rule drops the set, whose content is then of no use.
/// A label that becomes empty is gone.
[[nodiscard]] bool relabel(Labels& labels, std::span<const RelabelRule> rules);

}  // namespace tocsin::scrape
