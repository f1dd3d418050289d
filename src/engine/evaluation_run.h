// What an evaluation remembers of each group while it is under way; of concern to its sources only.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "engine/evaluation.h"

namespace tocsin::engine {

using SteadyTime = std::chrono::steady_clock::time_point;

/// One group and where it stands.
struct Evaluation::Run {
  const rule::RuleGroup* group = nullptr;
  std::size_t index = 0;  ///< into runs_
  GroupStatus status;
  std::vector<RuleStatus> rules;
  /// What each rule wrote at its last evaluation, for sources that want to know when it ends.
  std::vector<std::set<Labels>> written;
  bool running = false;
  bool waits = false;    ///< it is due, and its source not ready
  bool realign = false;  ///< `due` is no slot: the clock was set back, or it waited
  std::size_t next_rule = 0;
  Timestamp due;  ///< the slot being evaluated, or the next one
  SteadyTime started;
  SteadyTime rule_started;
  bool writing = false;  ///< the recorded samples are on their way
  // An alerting rule whose templates have to be answered first.
  query::Samples vector;
  rule::TemplateQueries queries;
  std::size_t unanswered = 0;
  int rounds = 0;
  bool fresh = true;  ///< not evaluated since it was configured: no text of before is reused
};

struct Evaluation::TemplateAnswer {
  std::string expression;
  query::Answer answer;
};

struct Evaluation::Arrived {
  std::weak_ptr<Run> run;
  /// The answer to a rule's expression, the outcome of a write, or the answer to a template.
  std::variant<query::Answer, std::string, TemplateAnswer> what;
};

}  // namespace tocsin::engine
