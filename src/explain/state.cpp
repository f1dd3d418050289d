// Which rule, which value, and why the alert is pending, firing or over.
#include <fmt/format.h>

#include "explain/parts.h"
#include "model/moment.h"
#include "model/text.h"

namespace tocsin::explain {
namespace {

std::string phase_text(const rule::Rule& rule, const state::Active& active, Timestamp now) {
  if (active.phase == state::Phase::Pending) {
    return fmt::format("pending: true since {}; it fires when `for: {}` is over, {}",
                       moment_text(active.active_at, now), format_duration(rule.hold.for_duration),
                       moment_text(active.active_at + rule.hold.for_duration, now));
  }
  if (active.keep_firing_since) {
    return fmt::format(
        "firing, although not true since {}: `keep_firing_for: {}` holds it until {}",
        moment_text(*active.keep_firing_since, now), format_duration(rule.hold.keep_firing_for),
        moment_text(*active.keep_firing_since + rule.hold.keep_firing_for, now));
  }
  return fmt::format("firing since {}: true since {}, longer than `for: {}`",
                     moment_text(active.fired_at.value_or(active.active_at), now),
                     moment_text(active.active_at, now), format_duration(rule.hold.for_duration));
}

std::vector<std::string> texts_of(const RuleFacts& facts, Timestamp now) {
  std::vector<std::string> text;
  if (facts.active) {
    text.push_back(phase_text(*facts.rule, *facts.active, now));
  } else if (facts.last_evaluation == Timestamp{}) {
    text.push_back("not evaluated yet");
  } else {
    text.push_back("inactive: its expression did not give this alert when last evaluated");
  }
  if (facts.last_evaluation != Timestamp{}) {
    text.push_back(fmt::format("evaluated every {}, last at {}",
                               format_duration(facts.group->interval),
                               moment_text(facts.last_evaluation, now)));
  }
  if (!facts.last_error.empty()) {
    text.push_back(fmt::format("the last evaluation failed, so the alert stays as it was: {}",
                               facts.last_error));
  }
  return text;
}

RuleSaid said_of(const RuleFacts& facts, Timestamp now) {
  RuleSaid said{facts.rule->name, facts.group->name, facts.group->file, facts.rule->expression,
                facts.health,     facts.last_error,  std::nullopt,      texts_of(facts, now)};
  if (facts.active) said.value = facts.active->value;
  return said;
}

std::string last_detail(const Facts& facts, EventKind kind) {
  for (const Event& event : facts.timeline) {
    if (event.kind == kind && event.fingerprint == facts.fingerprint) return event.detail;
  }
  return "";
}

std::string resolved_text(const Facts& facts, Timestamp now) {
  const Alert& alert = *facts.alert;
  std::string text = fmt::format("it fired from {} to {}", moment_text(alert.starts_at, now),
                                 moment_text(*alert.ends_at, now));
  const std::string why = last_detail(facts, EventKind::AlertResolved);
  if (!why.empty()) text += "; " + why;
  return text;
}

std::string posted_text(const Alert& alert, Timestamp now) {
  std::string text =
      fmt::format("posted by a client, firing since {}, last posted at {}",
                  moment_text(alert.starts_at, now), moment_text(alert.updated_at, now));
  if (!alert.ends_at) return text;
  return text + fmt::format("; it ends at {} unless it is posted again{}",
                            moment_text(*alert.ends_at, now),
                            alert.ends_by_timeout ? " (resolve_timeout)" : " (its endsAt)");
}

const RuleFacts* holder(const Facts& facts, state::Phase phase) {
  for (const RuleFacts& each : facts.rules) {
    if (each.active && each.active->phase == phase) return &each;
  }
  return nullptr;
}

std::string rule_text(const RuleFacts& facts) {
  return fmt::format("rule {} of group {} ({}): {} gives {}", facts.rule->name, facts.group->name,
                     facts.group->file, facts.rule->expression, facts.active->value);
}

void add_known(const Facts& facts, Timestamp now, Explanation& out) {
  const RuleFacts* firing = holder(facts, state::Phase::Firing);
  const RuleFacts* pending = holder(facts, state::Phase::Pending);
  if (firing != nullptr) {
    out.state = "firing";
    out.why = {rule_text(*firing), phase_text(*firing->rule, *firing->active, now)};
  } else if (facts.alert && !facts.alert->resolved(now)) {
    out.state = "firing";
    out.why = {posted_text(*facts.alert, now)};
  } else if (pending != nullptr) {
    out.state = "pending";
    out.why = {rule_text(*pending), phase_text(*pending->rule, *pending->active, now)};
  } else if (facts.alert) {
    out.state = "resolved";
    out.why = {resolved_text(facts, now)};
  } else if (facts.fingerprint == 0) {
    out.state = "inactive";
    out.why = {"no alert of this name is pending or firing"};
  } else {
    out.state = "unknown";
    out.why = {facts.timeline.empty()
                   ? "no such alert is known, and the timeline has nothing of it"
                   : "it is neither pending nor firing; what is left of it is the timeline"};
  }
}

}  // namespace

void add_state(const Facts& facts, Timestamp now, Explanation& out) {
  add_known(facts, now, out);
  for (const RuleFacts& each : facts.rules) out.rules.push_back(said_of(each, now));
  if (!facts.journal_failure.empty()) {
    out.why.push_back(
        fmt::format("nothing reaches the disk at the moment: {}", facts.journal_failure));
  }
}

}  // namespace tocsin::explain
