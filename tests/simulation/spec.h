// A configuration as the simulation knows it: what the engine reads as YAML, and what the oracle
// interprets by itself.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "model/labels.h"
#include "model/time.h"

namespace tocsin::simulation {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// `op` is one of = != =~ !~; regular expressions are nothing but alternatives.
struct MatcherSpec {
  std::string name;
  std::string op;
  std::vector<std::string> values;
  bool operator==(const MatcherSpec&) const = default;
};
using MatcherSpecs = std::vector<MatcherSpec>;

struct RouteSpec {
  std::string receiver;
  MatcherSpecs matchers;
  std::vector<std::string> group_by;  ///< {"..."}: all labels
  Duration wait{0};
  Duration interval{0};
  Duration repeat{0};
  bool continues = false;
  std::vector<std::string> muted_in;
  std::vector<std::string> active_in;
  std::vector<RouteSpec> routes;
  bool operator==(const RouteSpec&) const = default;
};

struct ChannelSpec {
  std::string url;
  bool send_resolved = true;
  int most = 0;  ///< messages in any stretch of `per`; 0: any number
  Duration per{0};
  bool operator==(const ChannelSpec&) const = default;
};
struct ReceiverSpec {
  std::string name;
  std::vector<ChannelSpec> channels;
  bool operator==(const ReceiverSpec&) const = default;
};

struct RuleSpec {
  std::string name;
  std::string expression;  ///< no two rules have the same
  Duration hold{0};        ///< for
  Duration keep{0};        ///< keep_firing_for
  std::string severity;
  bool operator==(const RuleSpec&) const = default;
};
struct RuleGroupSpec {
  std::string name;
  Duration interval{0};
  std::vector<RuleSpec> rules;
  bool operator==(const RuleGroupSpec&) const = default;
};

struct InhibitSpec {
  MatcherSpecs source, target;
  std::vector<std::string> equal;
  bool operator==(const InhibitSpec&) const = default;
};

/// Every day that is named, from one minute to the other, UTC.
struct IntervalSpec {
  std::string name;
  int from = 0, to = 0;
  int first_weekday = 0, last_weekday = 6;
  bool operator==(const IntervalSpec&) const = default;
};

struct Spec {
  Duration resolve_timeout = minutes{5};
  RouteSpec route;
  std::vector<ReceiverSpec> receivers;
  std::vector<RuleGroupSpec> groups;
  std::vector<InhibitSpec> inhibitions;
  std::vector<IntervalSpec> intervals;
  bool broken = false;  ///< the file is one that cannot be read
  bool operator==(const Spec&) const = default;
};

/// Reads the specification as the engine would read its files. Throws InvalidInput for a broken
/// one.
std::shared_ptr<const config::Config> load(const Spec& spec);

std::string to_text(const MatcherSpec& matcher);
std::string rule_key(const RuleGroupSpec& group, const RuleSpec& rule);

}  // namespace tocsin::simulation
