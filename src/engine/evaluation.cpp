#include "engine/evaluation.h"

#include <algorithm>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "net/http.h"
#include "rule/schedule.h"

namespace tocsin::engine {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

double seconds_since(SteadyTime start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

/// One group and where it stands.
struct Evaluation::Run {
  const rule::RuleGroup* group = nullptr;
  std::size_t index = 0;  ///< into runs_
  GroupStatus status;
  std::vector<RuleStatus> rules;
  bool running = false;
  std::size_t next_rule = 0;
  Timestamp due;  ///< the slot being evaluated, or the next one
  SteadyTime started;
  SteadyTime rule_started;
  bool writing = false;  ///< the recorded samples are on their way
  // An alerting rule whose templates have to be answered first.
  query::Vector vector;
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

std::string_view to_string(Health health) {
  switch (health) {
    case Health::Unknown:
      return "unknown";
    case Health::Ok:
      return "ok";
    case Health::Failed:
      return "err";
  }
  return "unknown";
}

RulesView::RulesView(const Book& book, std::shared_ptr<const config::Config> config,
                     std::vector<GroupView> groups)
    : book_(book), config_(std::move(config)), groups_(std::move(groups)) {}

RulesView::~RulesView() {
  const auto lock = book_.read_lock();  // see Book::Snapshot
  groups_.clear();
}

Evaluation::Evaluation(Book& book, FindSource source, std::string external_url,
                       AlertChanged changed)
    : book_(book),
      source_(std::move(source)),
      external_url_(std::move(external_url)),
      changed_(std::move(changed)),
      arrived_(std::make_shared<std::deque<Arrived>>()) {
  for (const auto& [rule_id, actives] : book_.rule_states()) {
    for (const auto& [fingerprint, active] : *actives) {
      if (active.phase == state::Phase::Firing) ++firing_rules_[fingerprint];
    }
  }
}

void Evaluation::configure(std::shared_ptr<const config::Config> config, Timestamp now) {
  book_.begin();
  std::unordered_map<std::string, RuleStatus> known;
  std::unordered_map<std::string, std::shared_ptr<Run>> known_groups;
  for (const auto& run : runs_) {
    known_groups[run->group->key()] = run;
    for (std::size_t i = 0; i < run->rules.size(); ++i) {
      known[run->group->rules[i].id] = run->rules[i];
    }
  }
  std::unordered_set<std::string> kept;
  runs_.clear();
  due_.clear();
  for (const rule::RuleGroup& group : config->groups) {
    auto run = std::make_shared<Run>();
    run->group = &group;
    run->index = runs_.size();
    run->due = rule::first_due(group, now);
    if (const auto& before = known_groups[group.key()]) {
      run->status = before->status;
      // The slot that was due or under way is not lost.
      if (before->group->interval == group.interval) run->due = std::min(run->due, before->due);
    }
    for (const rule::Rule& rule : group.rules) {
      run->rules.push_back(known[rule.id]);
      kept.insert(rule.id);
    }
    due_.insert({run->due, run->index});
    runs_.push_back(std::move(run));
  }
  config_ = std::move(config);
  context_ = {config_->global.external_labels, external_url_};

  std::vector<std::string> gone;
  for (const auto& [rule_id, actives] : book_.rule_states()) {
    if (!kept.contains(rule_id)) gone.push_back(rule_id);
  }
  for (const std::string& rule_id : gone) {
    drop_rule_state(rule_id, now, "its rule is no longer configured");
  }
  resolve_orphans(now);
}

void Evaluation::resolve_orphans(Timestamp now) {
  std::vector<Fingerprint> orphans;
  for (const auto& [fingerprint, alert] : book_.alerts()) {
    if (alert->origin == Origin::Rule && !alert->ends_at && !firing_rules_.contains(fingerprint)) {
      orphans.push_back(fingerprint);
    }
  }
  for (const Fingerprint fingerprint : orphans) {
    resolve(fingerprint, now, "no rule knows of it any more");
  }
}

Timestamp Evaluation::tick(Timestamp now) {
  // Sources may answer before returning: work in what arrived until nothing new comes.
  start_due(now);
  while (!arrived_->empty()) {
    Arrived arrived = std::move(arrived_->front());
    arrived_->pop_front();
    work_in(std::move(arrived), now);
  }
  return due_.empty() ? Timestamp::max() : due_.begin()->first;
}

void Evaluation::start_due(Timestamp now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    const std::shared_ptr<Run> run = runs_[due_.begin()->second];
    due_.erase(due_.begin());
    book_.begin();
    // Where the loop was held up for whole intervals, only the newest slot is evaluated.
    if (const rule::NextDue next = rule::next_due(*run->group, run->due, now); next.missed > 0) {
      run->status.missed += next.missed;
      run->due = next.due - run->group->interval;
    }
    run->running = true;
    run->next_rule = 0;
    run->started = std::chrono::steady_clock::now();
    if (run->group->rules.empty()) {
      finish(*run, now);
    } else {
      ask(run);
    }
  }
}

void Evaluation::ask(const std::shared_ptr<Run>& run) {
  run->rule_started = std::chrono::steady_clock::now();
  const auto deliver = [queue = arrived_, run = std::weak_ptr<Run>(run)](query::Answer answer) {
    queue->push_back({run, std::move(answer)});
  };
  query::Source* source = source_(run->group->source);
  if (source == nullptr) {
    deliver(query::Failure{fmt::format("there is no source \"{}\"", run->group->source)});
    return;
  }
  source->instant(run->group->rules[run->next_rule].expression, run->due - run->group->query_offset,
                  deliver);
}

void Evaluation::work_in(Arrived arrived, Timestamp now) {
  const std::shared_ptr<Run> run = arrived.run.lock();
  if (!run) return;  // its group went with a reload
  book_.begin();
  const rule::Rule& rule = run->group->rules[run->next_rule];
  RuleStatus& status = run->rules[run->next_rule];
  if (auto* answer = std::get_if<query::Answer>(&arrived.what)) {
    evaluated(*run, rule, std::move(*answer), now);
  } else if (auto* part = std::get_if<TemplateAnswer>(&arrived.what)) {
    run->queries.known.insert_or_assign(std::move(part->expression), std::move(part->answer));
    if (--run->unanswered == 0) alerting(*run, rule, now);
  } else {
    run->writing = false;
    conclude(*run, rule, std::move(std::get<std::string>(arrived.what)));
  }
  // The rule ends when its samples are written and its templates are answered.
  if (run->writing || run->unanswered > 0) return;
  status.evaluation_seconds = seconds_since(run->rule_started);
  if (++run->next_rule < run->group->rules.size()) {
    ask(run);
  } else {
    finish(*run, now);
  }
}

void Evaluation::finish(Run& run, Timestamp now) {
  run.running = false;
  run.fresh = false;
  run.status.last_evaluation = run.due;
  run.status.last_duration_seconds = seconds_since(run.started);
  run.status.duration_seconds_sum += run.status.last_duration_seconds;
  ++run.status.iterations;
  const rule::NextDue next = rule::next_due(*run.group, run.due, now);
  run.status.missed += next.missed;
  run.due = next.due;
  due_.insert({run.due, run.index});
}

void Evaluation::evaluated(Run& run, const rule::Rule& rule, query::Answer answer, Timestamp now) {
  RuleStatus& status = run.rules[run.next_rule];
  status.last_evaluation = run.due;
  ++status.evaluations;
  if (auto* failure = std::get_if<query::Failure>(&answer)) {
    conclude(run, rule, std::move(failure->message));
  } else if (rule.kind == rule::Kind::Alerting) {
    run.vector = std::get<query::Vector>(std::move(answer));
    run.queries.known.clear();
    run.rounds = 0;
    alerting(run, rule, now);
  } else {
    recording(run, rule, std::get<query::Vector>(answer));
  }
}

void Evaluation::recording(Run& run, const rule::Rule& rule, const query::Vector& vector) {
  const Timestamp at = run.due - run.group->query_offset;
  auto samples = rule::recorded(rule, run.group->limit, vector, at);
  if (auto* refused = std::get_if<query::Failure>(&samples)) {
    conclude(run, rule, std::move(refused->message));
    return;
  }
  const auto& written = std::get<query::Vector>(samples);
  if (written.empty()) {
    conclude(run, rule, {});
    return;
  }
  run.writing = true;
  const std::weak_ptr<Run> self = runs_[run.index];
  source_(run.group->source)->write(written, [queue = arrived_, self](std::string outcome) {
    queue->push_back({self, std::move(outcome)});
  });
}

void Evaluation::conclude(Run& run, const rule::Rule& rule, std::string problem) {
  RuleStatus& status = run.rules[run.next_rule];
  if (!problem.empty()) {
    if (status.last_error != problem) {
      spdlog::warn("rule \"{}\" of group \"{}\" ({}) failed: {}", rule.name, run.group->name,
                   rule.where.to_string(), problem);
    }
    ++status.failures;
  }
  status.health = problem.empty() ? Health::Ok : Health::Failed;
  status.last_error = std::move(problem);
}

void Evaluation::alerting(Run& run, const rule::Rule& rule, Timestamp now) {
  const auto states = book_.rule_states().find(rule.id);
  // Quiet, and it was quiet: nearly all rules, nearly always.
  if (run.vector.empty() && states == book_.rule_states().end()) return conclude(run, rule, {});

  state::Actives previous = book_.take_actives(rule.id);
  static const state::Actives kNone;  // a reload may have changed templates or external labels
  auto expanded = rule::instances(rule, run.vector, run.fresh ? kNone : previous, context_,
                                  run.queries, run.due);
  if (ask_templates(run)) {
    book_.give_actives(rule.id, std::move(previous));
    return;
  }
  run.status.samples += run.vector.size();
  run.vector.clear();
  if (auto* failure = std::get_if<query::Failure>(&expanded)) {
    book_.give_actives(rule.id, std::move(previous));
    return conclude(run, rule, std::move(failure->message));
  }
  auto& instances = std::get<rule::Instances>(expanded);
  for (const std::string& warning : instances.warnings) {
    spdlog::warn("rule \"{}\" of group \"{}\": {}", rule.name, run.group->name, warning);
  }
  conclude(run, rule, step(run, rule, std::move(previous), std::move(instances.instances), now));
}

/// Asks the source what templates want to know; false when there is nothing (more) to ask.
bool Evaluation::ask_templates(Run& run) {
  constexpr int kMaxRounds = 10;  // a query may depend on the answer to another one
  if (run.queries.wanted.empty() || ++run.rounds > kMaxRounds) return false;
  query::Source* source = source_(run.group->source);
  const std::weak_ptr<Run> self = runs_[run.index];
  run.unanswered = run.queries.wanted.size();
  for (const std::string& expression : run.queries.wanted) {
    source->instant(expression, run.due,
                    [queue = arrived_, self, expression](query::Answer answer) {
                      queue->push_back({self, TemplateAnswer{expression, std::move(answer)}});
                    });
  }
  return true;
}

std::string Evaluation::step(Run& run, const rule::Rule& rule, state::Actives previous,
                             std::vector<state::Instance> instances, Timestamp now) {
  const std::size_t limit = run.group->limit;
  state::Actives before;
  if (limit > 0) before = previous;
  state::Step step = state::step(std::move(previous), std::move(instances), rule.hold, run.due);
  if (limit > 0 && step.actives.size() > limit) {
    book_.give_actives(rule.id, std::move(before));
    drop_rule_state(rule.id, now, "its rule exceeded the group's limit");
    return fmt::format("exceeded limit of {} with {} alerts", limit, step.actives.size());
  }
  record(rule, step, run, now);
  refresh(step.actives);
  book_.give_actives(rule.id, std::move(step.actives));
  return {};
}

void Evaluation::refresh(const state::Actives& actives) {
  for (const auto& [fingerprint, active] : actives) {
    if (active.phase != state::Phase::Firing) continue;
    const AlertPtr known = book_.alert(fingerprint);
    if (!known || (known->value == active.value && known->annotations == active.annotations)) {
      continue;
    }
    auto alert = std::make_shared<Alert>(*known);
    alert->value = active.value;
    alert->annotations = active.annotations;
    book_.refresh_alert(alert);
  }
}

void Evaluation::record(const rule::Rule& rule, const state::Step& step, Run& run, Timestamp now) {
  using state::Change;
  for (const state::Transition& each : step.transitions) {
    const auto log = [&](EventKind kind, std::string detail) {
      book_.log(run.due, kind, each.fingerprint, rule.id, std::move(detail));
    };
    const std::string what =
        fmt::format("{} = {}", each.alert.labels.to_string(), each.alert.value);
    switch (each.change) {
      case Change::BecamePending:
        log(EventKind::AlertPending,
            fmt::format("{}: waits for {}", what, format_duration(rule.hold.for_duration)));
        break;
      case Change::BackToPending:
        log(EventKind::AlertPending, fmt::format("{}: `for` is now {}, longer than it was active",
                                                 what, format_duration(rule.hold.for_duration)));
        if (--firing_rules_[each.fingerprint] <= 0) {
          resolve(each.fingerprint, run.due, "it went back to pending");
        }
        break;
      case Change::BecameFiring:
        log(EventKind::AlertFiring,
            fmt::format("{}: active since {}", what, format_rfc3339(each.alert.active_at)));
        ++firing_rules_[each.fingerprint];
        fire(rule, run, each.alert, now);
        break;
      case Change::HeldFiring:
        log(EventKind::AlertKept, fmt::format("{}: no longer true, kept firing for {}", what,
                                              format_duration(rule.hold.keep_firing_for)));
        break;
      case Change::Seen:
        log(EventKind::AlertFiring, fmt::format("{}: true again", what));
        break;
      case Change::PendingDropped:
        log(EventKind::AlertPendingDropped, fmt::format("{}: no longer true", what));
        break;
      case Change::Resolved:
        if (--firing_rules_[each.fingerprint] <= 0) {
          resolve(each.fingerprint, run.due, fmt::format("{}: no longer true", what));
        }
        break;
    }
    if (each.change == Change::PendingDropped || each.change == Change::Resolved) {
      book_.apply(journal::DropRuleState{rule.id, each.fingerprint});
    } else {
      book_.apply(journal::PutRuleState{rule.id, each.alert});
    }
  }
}

void Evaluation::fire(const rule::Rule& rule, const Run& run, const state::Active& active,
                      Timestamp now) {
  const Fingerprint fingerprint = active.labels.fingerprint();
  const AlertPtr known = book_.alert(fingerprint);
  auto alert = std::make_shared<Alert>();
  alert->fingerprint = fingerprint;
  alert->labels = active.labels;
  alert->annotations = active.annotations;
  alert->generator_url = generator_url(run, rule);
  // Another rule may already hold the same alert firing: it started with the first of them.
  const bool held = known && !known->resolved(now);
  alert->starts_at = held ? known->starts_at : active.fired_at.value_or(run.due);
  alert->updated_at = run.due;
  alert->origin = Origin::Rule;
  alert->value = active.value;
  book_.apply(journal::PutAlert{alert});
  changed_(alert, now);
}

void Evaluation::resolve(Fingerprint fingerprint, Timestamp at, std::string why) {
  firing_rules_.erase(fingerprint);
  const AlertPtr known = book_.alert(fingerprint);
  if (!known || known->resolved(at)) return;
  auto alert = std::make_shared<Alert>(*known);
  alert->ends_at = at;
  alert->updated_at = at;
  book_.log(at, EventKind::AlertResolved, fingerprint, "", std::move(why));
  book_.apply(journal::PutAlert{alert});
  changed_(alert, at);
}

void Evaluation::drop_rule_state(const std::string& rule_id, Timestamp now,
                                 const std::string& why) {
  const state::Actives actives = book_.take_actives(rule_id);
  for (const auto& [fingerprint, active] : actives) {
    book_.apply(journal::DropRuleState{rule_id, fingerprint});
    if (active.phase == state::Phase::Firing && --firing_rules_[fingerprint] <= 0) {
      resolve(fingerprint, now, fmt::format("{}: {}", active.labels.to_string(), why));
    }
  }
  book_.give_actives(rule_id, {});
}

std::string Evaluation::generator_url(const Run& run, const rule::Rule& rule) const {
  const std::string& name = run.group->source;
  const auto& all = config_->sources;
  const net::SourceSettings* source =
      name.empty() && !all.empty() ? &all.front() : config_->source(name);
  std::string base = source == nullptr ? external_url_ : source->browse_url();
  while (base.ends_with('/')) base.pop_back();
  return fmt::format("{}/graph?g0.expr={}&g0.tab=1", base, net::url_encode(rule.expression));
}

std::unique_ptr<RulesView> Evaluation::view() const {
  const auto lock = book_.read_lock();
  std::vector<GroupView> groups;
  groups.reserve(runs_.size());
  for (const auto& run : runs_) {
    GroupView group{run->group, run->status, {}};
    group.rules.reserve(run->rules.size());
    for (std::size_t i = 0; i < run->rules.size(); ++i) {
      const rule::Rule& rule = run->group->rules[i];
      const auto actives = book_.rule_states().find(rule.id);
      group.rules.push_back(
          {&rule, run->rules[i], actives == book_.rule_states().end() ? nullptr : actives->second});
    }
    groups.push_back(std::move(group));
  }
  return std::make_unique<RulesView>(book_, config_, std::move(groups));
}

}  // namespace tocsin::engine
