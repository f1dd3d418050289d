// The end of an evaluation: what its instances mean for the rule's alerts, and those for the book.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "engine/evaluation_run.h"
#include "model/text.h"

namespace tocsin::engine {

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
  std::string base = source == nullptr ? "" : source->browse_url();
  if (base.empty()) base = external_url_;  // the embedded source is browsed here
  while (base.ends_with('/')) base.pop_back();
  return fmt::format("{}/graph?g0.expr={}&g0.tab=1", base, escape_query(rule.expression));
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

}  // namespace tocsin::engine
