// The first tick: rules that are due -> query -> instances -> state -> the book.
//
// Groups run side by side, the rules of a group one after the other: a group is a small state
// machine that asks for one rule, waits for the answer and goes on.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/config.h"
#include "engine/book.h"
#include "query/source.h"
#include "rule/rule.h"

namespace tocsin::engine {

enum class Health { Unknown, Ok, Failed };
std::string_view to_string(Health health);  ///< "unknown", "ok", "err": as the rules API says it

/// What is known of a rule's last evaluation.
struct RuleStatus {
  Health health = Health::Unknown;
  std::string last_error;
  Timestamp last_evaluation;  ///< epoch: never
  double evaluation_seconds = 0;
  std::uint64_t evaluations = 0;
  std::uint64_t failures = 0;
};

/// Counters of a group, for metrics and API.
struct GroupStatus {
  Timestamp last_evaluation;
  double last_duration_seconds = 0;
  double duration_seconds_sum = 0;
  std::uint64_t iterations = 0;
  std::uint64_t missed = 0;
  std::uint64_t samples = 0;
};

/// A rule with its alerts, as a reader sees it.
struct RuleView {
  const rule::Rule* rule;  ///< into the configuration that the view keeps alive
  RuleStatus status;
  std::shared_ptr<const state::Actives> actives;  ///< null: none
};

struct GroupView {
  const rule::RuleGroup* group;
  GroupStatus status;
  std::vector<RuleView> rules;
};

/// Frozen picture of all rules; keeps what it points into alive.
class RulesView {
 public:
  RulesView(const Book& book, std::shared_ptr<const config::Config> config,
            std::vector<GroupView> groups);
  ~RulesView();
  RulesView(const RulesView&) = delete;
  RulesView& operator=(const RulesView&) = delete;
  const std::vector<GroupView>& groups() const { return groups_; }

 private:
  const Book& book_;
  std::shared_ptr<const config::Config> config_;
  std::vector<GroupView> groups_;
};

/// Finds the source with that name (empty: the first one); null when there is none.
using FindSource = std::function<query::Source*(const std::string&)>;

class Evaluation {
 public:
  /// Called for each alert that fires, changes or resolves, after it is in the book.
  using AlertChanged = std::function<void(const AlertPtr&, Timestamp now)>;

  Evaluation(Book& book, FindSource source, std::string external_url, AlertChanged changed);

  /// Takes over the rules of a configuration: kept rules keep their state and statistics, alerts of
  /// rules that are gone resolve. Answers still under way are ignored when they come.
  void configure(std::shared_ptr<const config::Config> config, Timestamp now);

  /// Works in the answers that have come, starts what is due; returns when it wants to be called
  /// again at the latest.
  Timestamp tick(Timestamp now);
  /// A tick starts no further group after so long (it may be due by then: the next tick goes on).
  void set_slice(std::chrono::milliseconds slice) { slice_ = slice; }

  /// The clock was set back: what was due by the old one is due by the new one, and what was over
  /// stays over.
  void clock_set_back(Timestamp now);

  /// Any thread.
  std::unique_ptr<RulesView> view() const;

 private:
  struct Run;
  struct TemplateAnswer;
  struct Arrived;

  /// Starts the group that is due the longest and whose source is ready; false when there is none.
  bool start_next(Timestamp now);
  void work_in_all(Timestamp now);
  void ask(const std::shared_ptr<Run>& run);
  void work_in(Arrived arrived, Timestamp now);
  void finish(Run& run, Timestamp now);
  void evaluated(Run& run, const rule::Rule& rule, query::Answer answer, Timestamp now);
  /// How the evaluation of a rule ended.
  void conclude(Run& run, const rule::Rule& rule, std::string problem);
  void recording(Run& run, const rule::Rule& rule, const query::Samples& vector);
  /// Writes what the rule gave and, where the source wants that, what it no longer gives. False
  /// when there is nothing to write; else the outcome comes with an answer.
  bool write(Run& run, query::Samples samples);
  query::Samples rule_series(const Run& run, const rule::Rule& rule) const;
  /// Works in Run::vector; called again when the templates' own queries are answered.
  void alerting(Run& run, const rule::Rule& rule, Timestamp now);
  bool ask_templates(Run& run);
  /// Moves the rule's alerts on; returns what went wrong.
  std::string step(Run& run, const rule::Rule& rule, state::Actives previous,
                   std::vector<state::Instance> instances, Timestamp now);
  /// Brings value and annotations of firing alerts up to date, for whoever is told next.
  void refresh(const state::Actives& actives);
  void record(const rule::Rule& rule, const state::Step& step, Run& run, Timestamp now);
  void fire(const rule::Rule& rule, const Run& run, const state::Active& active, Timestamp now);
  void resolve(Fingerprint fingerprint, Timestamp at, std::string why);
  /// Alerts whose rule state could not be read back would fire for ever.
  void resolve_orphans(Timestamp now);
  void drop_rule_state(const std::string& rule_id, Timestamp now, const std::string& why);
  std::string generator_url(const Run& run, const rule::Rule& rule) const;

  Book& book_;
  FindSource source_;
  std::string external_url_;
  AlertChanged changed_;
  std::optional<std::chrono::milliseconds> slice_;  // none: everything that is due, in one tick
  std::shared_ptr<const config::Config> config_;
  rule::TemplateContext context_;

  std::vector<std::shared_ptr<Run>> runs_;
  std::set<std::pair<Timestamp, std::size_t>> due_;  // (when, index into runs_)
  std::shared_ptr<std::deque<Arrived>> arrived_;     // shared with callbacks that may outlive us
  // How many rules hold an alert with this identity firing: it resolves with the last of them.
  std::unordered_map<Fingerprint, int> firing_rules_;
};

}  // namespace tocsin::engine
