#include "simulation/comparison.h"

#include "simulation/scene.h"

namespace tocsin::simulation {
namespace {

/// What says of an alert whether and since when it fires: value and annotations are refreshed in
/// memory alone.
auto state_of(const Alert& alert) {
  return std::tie(alert.labels, alert.starts_at, alert.ends_at, alert.updated_at, alert.origin,
                  alert.ends_by_timeout);
}

auto state_of(const state::Active& active) {
  return std::tie(active.labels, active.phase, active.active_at, active.fired_at,
                  active.keep_firing_since);
}

void same_alerts(const engine::Book& book, const journal::Contents& contents) {
  if (book.alerts().size() != contents.alerts.size()) {
    broken(kSameAfterRestart, "{} alerts in memory, {} on disk", book.alerts().size(),
           contents.alerts.size());
  }
  for (const AlertPtr& alert : contents.alerts) {
    const AlertPtr known = book.alert(alert->fingerprint);
    if (!known || state_of(*known) != state_of(*alert)) {
      broken(kSameAfterRestart, "alert {} differs", alert->labels.to_string());
    }
  }
}

void same_rules(const engine::Book& book, const journal::Contents& contents) {
  if (book.rule_states().size() != contents.rule_states.size()) {
    broken(kSameAfterRestart, "{} rules with alerts in memory, {} on disk",
           book.rule_states().size(), contents.rule_states.size());
  }
  for (const auto& [rule, actives] : contents.rule_states) {
    const auto known = book.rule_states().find(rule);
    if (known == book.rule_states().end() || known->second->size() != actives.size()) {
      broken(kSameAfterRestart, "alerts of rule {} differ", rule);
    }
    for (const auto& [fingerprint, active] : actives) {
      const auto at = known->second->find(fingerprint);
      if (at == known->second->end() || state_of(at->second) != state_of(active)) {
        broken(kSameAfterRestart, "the clock of {} differs", active.labels.to_string());
      }
    }
  }
}

void same_groups(const engine::Book& book, const journal::Contents& contents) {
  if (book.groups().size() != contents.groups.size()) {
    broken(kSameAfterRestart, "{} groups in memory, {} on disk", book.groups().size(),
           contents.groups.size());
  }
  std::size_t records = 0;
  for (const group::Group& group : contents.groups) {
    const engine::GroupEntry* known = book.group(group.id);
    if (known == nullptr || !(known->group == group)) {
      broken(kSameAfterRestart, "group {} differs", group.id);
    }
    const auto members = contents.members.find(group.id);
    const bool same = members == contents.members.end() ? known->members.empty()
                                                        : members->second == known->members;
    if (!same) broken(kSameAfterRestart, "the members of group {} differ", group.id);
    records += known->told.size();
  }
  if (records != contents.tell_records.size()) {
    broken(kSameAfterRestart, "{} tell records in memory, {} on disk", records,
           contents.tell_records.size());
  }
  for (const notify::TellRecord& record : contents.tell_records) {
    const auto& told = book.group(record.group_id)->told;
    const auto at = told.find({record.receiver, record.channel});
    if (at == told.end() || !(at->second == record)) {
      broken(kSameAfterRestart, "what {}/{} was told about {} differs", record.receiver,
             record.channel, record.group_id);
    }
  }
}

void same_outbox(const engine::Book& book, const journal::Contents& contents) {
  if (book.outbox().size() != contents.outbox.size()) {
    broken(kSameAfterRestart, "{} rows of the outbox in memory, {} on disk", book.outbox().size(),
           contents.outbox.size());
  }
  for (const notify::OutboxRow& row : contents.outbox) {
    const auto known = book.outbox().find(row.id);
    if (known == book.outbox().end() || known->second.state != row.state ||
        known->second.retry_at != row.retry_at) {
      broken(kSameAfterRestart, "row {} of the outbox differs", row.id);
    }
  }
}

void same_silences(const engine::Book& book, const journal::Contents& contents) {
  if (book.silences().size() != contents.silences.size()) {
    broken(kSameAfterRestart, "{} silences in memory, {} on disk", book.silences().size(),
           contents.silences.size());
  }
  for (const route::Silence& silence : contents.silences) {
    const route::Silence* known = book.silences().find(silence.id);
    if (known == nullptr || known->starts_at != silence.starts_at ||
        known->ends_at != silence.ends_at || !(known->matchers == silence.matchers)) {
      broken(kSameAfterRestart, "silence {} differs", silence.id);
    }
  }
}

void expected_rules(const journal::Contents& contents, const Model& model) {
  std::map<Fingerprint, const Held*> expected;
  for (const auto& [key, states] : model.rules) {
    for (const auto& [fingerprint, held] : states) expected[fingerprint] = &held;
  }
  std::size_t found = 0;
  for (const auto& [rule, actives] : contents.rule_states) {
    for (const auto& [fingerprint, active] : actives) {
      ++found;
      const auto at = expected.find(fingerprint);
      if (at == expected.end()) {
        broken(kForHonoured, "{} should be inactive", active.labels.to_string());
      }
      const Held& held = *at->second;
      if (held.active_at != active.active_at || held.fired_at != active.fired_at ||
          held.kept_since != active.keep_firing_since) {
        const auto text = [](const std::optional<Timestamp>& time) {
          return time ? format_rfc3339(*time) : "never";
        };
        broken(kForHonoured,
               "{} is active since {}, fires since {}, is kept since {}; that should be {}, {}, {}",
               active.labels.to_string(), format_rfc3339(active.active_at), text(active.fired_at),
               text(active.keep_firing_since), format_rfc3339(held.active_at), text(held.fired_at),
               text(held.kept_since));
      }
    }
  }
  if (found != expected.size()) {
    broken(kForHonoured, "{} alerts of rules are on disk, should be {}", found, expected.size());
  }
}

void expected_alerts(const journal::Contents& contents, const Model& model, Timestamp now) {
  std::map<Fingerprint, const Alert*> there;
  for (const AlertPtr& alert : contents.alerts) there[alert->fingerprint] = alert.get();
  for (const auto& [fingerprint, alert] : model.alerts) {
    const auto at = there.find(fingerprint);
    const bool fires = at != there.end() && !at->second->resolved(now);
    if (fires == alert.fires(now)) continue;
    broken(alert.of_rule ? kForHonoured : kAcknowledged, "{} should {} at {}",
           alert.labels.to_string(), fires ? "be over" : "fire", format_rfc3339(now));
  }
  for (const auto& [fingerprint, alert] : there) {
    if (!alert->resolved(now) && model.alert(fingerprint) == nullptr) {
      broken(kRightEnds, "nobody knows of {}", alert->labels.to_string());
    }
  }
}

void expected_silences(const journal::Contents& contents, const Model& model, Timestamp now) {
  std::map<std::string, const route::Silence*> there;
  for (const route::Silence& silence : contents.silences) there[silence.id] = &silence;
  for (const auto& [id, silence] : model.silences) {
    if (silence.ends < now) continue;
    const auto at = there.find(id);
    if (at == there.end() || at->second->ends_at != silence.ends) {
      broken(kAcknowledged, "silence {} is not on disk as it was acknowledged", id);
    }
  }
}

}  // namespace

void same_book(const engine::Book& book, const journal::Contents& contents) {
  same_alerts(book, contents);
  same_rules(book, contents);
  same_groups(book, contents);
  same_outbox(book, contents);
  same_silences(book, contents);
}

void as_expected(const journal::Contents& contents, const Model& model, Timestamp now) {
  expected_rules(contents, model);
  expected_alerts(contents, model, now);
  expected_silences(contents, model, now);
}

}  // namespace tocsin::simulation
