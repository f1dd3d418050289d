// The oracle: a small and naive model of what Prometheus' rules, posted alerts and Alertmanager's
// routing and muting mean, written apart from the engine and asked instead of it.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulation/plan.h"
#include "simulation/spec.h"

namespace tocsin::simulation {

struct KnownAlert {
  Labels labels;
  Timestamp starts;
  std::optional<Timestamp> ends;
  bool by_timeout = false;
  bool of_rule = false;
  int changes = 0;         ///< how often it has fired or resolved
  bool forgotten = false;  ///< long over: the same again has nothing to do with it

  bool fires(Timestamp now) const { return !ends || *ends > now; }
};

/// An alert of a rule that is pending or firing.
struct Held {
  Labels labels;
  Timestamp active_at;
  std::optional<Timestamp> fired_at;
  std::optional<Timestamp> kept_since;
};

struct KnownSilence {
  MatcherSpecs matchers;
  Timestamp starts, ends;
};

struct Model {
  Spec spec;                                                 ///< in force
  std::map<std::string, std::map<Fingerprint, Held>> rules;  ///< by rule_key
  std::map<Fingerprint, KnownAlert> alerts;
  std::map<std::string, KnownSilence> silences;
  Timestamp ended_until;  ///< the ends of posted alerts up to here have come

  /// A rule's expression was answered for `at`.
  void evaluated(const std::string& expression, Timestamp at, const std::vector<Labels>& series);
  void posted(const std::vector<PostedSpec>& alerts, Timestamp now);
  void configured(const Spec& next, Timestamp now);
  void clock_set_back(Timestamp now);
  /// Whether the end of an alert has come that nobody has noticed yet.
  bool any_end(Timestamp now) const;
  /// Ends have been noticed up to now.
  void noticed_ends(Timestamp now);

  /// The engine let go of an alert that is over.
  void forgot(Fingerprint fingerprint);

  const KnownAlert* alert(Fingerprint fingerprint) const;
  bool silenced(const Labels& labels, Timestamp now) const;
  /// An alert that inhibits one with these labels; null when there is none.
  const KnownAlert* inhibitor(const Labels& labels, Timestamp now) const;
  bool muted(const RouteSpec& route, Timestamp now) const;

 private:
  // The soonest end that nobody has noticed yet, unless it has to be looked for again: asked for at
  // every turn, and kept because that took a tenth of the time.
  mutable std::optional<Timestamp> next_end_;

  void fire(const Held& held, Timestamp at);
  void resolve(Fingerprint fingerprint, Timestamp at);
  void absent(const RuleSpec& rule, std::map<Fingerprint, Held>& states, Fingerprint fingerprint,
              Timestamp at);
  void present(const RuleSpec& rule, std::map<Fingerprint, Held>& states, const Labels& labels,
               Timestamp at);
};

bool matches(const MatcherSpecs& matchers, const Labels& labels);

/// The routes that take an alert.
std::vector<const RouteSpec*> routes_for(const RouteSpec& root, const Labels& labels);
Labels grouping(const RouteSpec& route, const Labels& labels);

/// The model as it is in memory and as it is on disk: what happens is applied to the one at once
/// and to the other when it was written, and a kill leaves the latter.
class Oracle {
 public:
  explicit Oracle(Spec spec) {
    memory_.spec = spec;
    disk_.spec = std::move(spec);
  }
  using Happening = std::function<void(Model&)>;
  void happens(Happening what) {
    what(memory_);
    unwritten_.push_back(std::move(what));
  }
  void written() {
    for (const Happening& each : unwritten_) each(disk_);
    unwritten_.clear();
  }
  void killed() {
    unwritten_.clear();
    memory_ = disk_;
  }
  const Model& memory() const { return memory_; }
  const Model& disk() const { return disk_; }

 private:
  Model memory_, disk_;
  std::vector<Happening> unwritten_;
};

}  // namespace tocsin::simulation
