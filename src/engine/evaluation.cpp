#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "engine/evaluation_run.h"
#include "net/http.h"
#include "rule/schedule.h"
#include "rule/series.h"

namespace tocsin::engine {
namespace {

/// How often a source that is not ready is looked at.
constexpr Duration kNotReady = std::chrono::milliseconds{100};

double seconds_since(SteadyTime start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

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
  std::unordered_map<std::string, std::set<Labels>> written;
  std::unordered_map<std::string, std::shared_ptr<Run>> known_groups;
  for (const auto& run : runs_) {
    known_groups[run->group->key()] = run;
    for (std::size_t i = 0; i < run->rules.size(); ++i) {
      known[run->group->rules[i].id] = run->rules[i];
      written[run->group->rules[i].id] = std::move(run->written[i]);
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
      run->written.push_back(std::move(written[rule.id]));
      kept.insert(rule.id);
    }
    due_.insert({run->due, run->index});
    runs_.push_back(std::move(run));
  }
  config_ = std::move(config);
  context_ = {config_->global.external_labels, external_url_, config_->global.label_alerts};

  std::vector<std::string> gone;
  for (const auto& [rule_id, actives] : book_.rule_states()) {
    if (!kept.contains(rule_id)) gone.push_back(rule_id);
  }
  for (const std::string& rule_id : gone) {
    drop_rule_state(rule_id, now, "its rule is no longer configured");
  }
  resolve_orphans(now);
}

Timestamp Evaluation::tick(Timestamp now) {
  // Sources may answer before returning: then one group ends before the next one starts.
  const SteadyTime start = std::chrono::steady_clock::now();
  const auto is_over = [&] { return slice_ && std::chrono::steady_clock::now() - start > *slice_; };
  work_in_all(now);
  while (start_next(now)) {
    work_in_all(now);
    if (is_over()) return now;
  }
  if (due_.empty()) return Timestamp::max();
  const Timestamp next = due_.begin()->first;
  return next > now ? next : now + kNotReady;
}

void Evaluation::work_in_all(Timestamp now) {
  while (!arrived_->empty()) {
    Arrived arrived = std::move(arrived_->front());
    arrived_->pop_front();
    work_in(std::move(arrived), now);
  }
}

bool Evaluation::start_next(Timestamp now) {
  const auto is_ready = [this](const Run& run) {
    const query::Source* source = source_(run.group->source);
    return source == nullptr || source->ready();
  };
  auto next_up = due_.begin();
  for (;; ++next_up) {
    if (next_up == due_.end() || next_up->first > now) return false;
    Run& run = *runs_[next_up->second];
    if (is_ready(run)) break;
    run.waits = true;
  }
  const std::shared_ptr<Run> run = runs_[next_up->second];
  due_.erase(next_up);
  book_.begin();
  if (std::exchange(run->waits, false)) {  // what it waited for is younger than its slot
    run->due = now;
    run->realign = true;
  }
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
  return true;
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
  run.due = std::exchange(run.realign, false)
                ? rule::first_due(*run.group, std::max(now, run.due + Duration{1}))
                : next.due;
  due_.insert({run.due, run.index});
}

void Evaluation::evaluated(Run& run, const rule::Rule& rule, query::Answer answer, Timestamp now) {
  RuleStatus& status = run.rules[run.next_rule];
  status.last_evaluation = run.due;
  ++status.evaluations;
  if (auto* failure = std::get_if<query::Failure>(&answer)) {
    conclude(run, rule, std::move(failure->message));
  } else if (rule.kind == rule::Kind::Alerting) {
    run.vector = std::get<query::Samples>(std::move(answer));
    run.queries.known.clear();
    run.rounds = 0;
    alerting(run, rule, now);
  } else {
    recording(run, rule, std::get<query::Samples>(answer));
  }
}

void Evaluation::recording(Run& run, const rule::Rule& rule, const query::Samples& vector) {
  const Timestamp at = run.due - run.group->query_offset;
  auto samples = rule::recorded(rule, run.group->limit, vector, at);
  if (auto* refused = std::get_if<query::Failure>(&samples)) {
    conclude(run, rule, std::move(refused->message));
    return;
  }
  if (!write(run, std::get<query::Samples>(std::move(samples)))) conclude(run, rule, {});
}

bool Evaluation::write(Run& run, query::Samples samples) {
  query::Source* source = source_(run.group->source);
  if (source->wants_rule_series()) {
    rule::end_vanished(run.written[run.next_rule], samples, run.due - run.group->query_offset);
  }
  if (samples.empty()) return false;
  run.writing = true;
  const std::weak_ptr<Run> self = runs_[run.index];
  source->write(samples, [queue = arrived_, self](std::string outcome) {
    queue->push_back({self, std::move(outcome)});
  });
  return true;
}

query::Samples Evaluation::rule_series(const Run& run, const rule::Rule& rule) const {
  const auto actives = book_.rule_states().find(rule.id);
  if (actives == book_.rule_states().end()) return {};
  if (!source_(run.group->source)->wants_rule_series()) return {};
  return rule::alert_series(*actives->second, run.due - run.group->query_offset);
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
  if (run.vector.empty() && states == book_.rule_states().end()) {
    if (run.written[run.next_rule].empty() || !write(run, {})) conclude(run, rule, {});
    return;
  }

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
  std::string problem = step(run, rule, std::move(previous), std::move(instances.instances), now);
  if (!problem.empty() || !write(run, rule_series(run, rule))) {
    conclude(run, rule, std::move(problem));
  }
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
