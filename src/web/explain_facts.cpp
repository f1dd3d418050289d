#include "web/explain_facts.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace tocsin::web {
namespace {

using explain::Facts;

constexpr std::size_t kMostEvents = 1000;
constexpr std::size_t kMostSources = 3;
constexpr std::size_t kMostSilences = 50;

explain::RuleFacts rule_facts(const engine::GroupView& group, const engine::RuleView& rule) {
  return {rule.rule,
          group.group,
          std::string(to_string(rule.status.health)),
          rule.status.last_error,
          rule.status.last_evaluation,
          std::nullopt};
}

/// Rules that have the alert, or, where none has, those of its name.
void add_rules(const engine::Engine& engine, Facts& facts) {
  const auto view = engine.rules();
  const std::string name(facts.labels.get(kAlertName));
  std::vector<explain::RuleFacts> namesakes;
  for (const engine::GroupView& group : view->groups()) {
    for (const engine::RuleView& rule : group.rules) {
      if (rule.rule->kind != rule::Kind::Alerting) continue;
      const bool has = rule.actives && rule.actives->contains(facts.fingerprint);
      if (!has && rule.rule->name != name) continue;
      explain::RuleFacts found = rule_facts(group, rule);
      if (has) found.active = rule.actives->at(facts.fingerprint);
      if (has && facts.labels.empty()) facts.labels = found.active->labels;
      (has ? facts.rules : namesakes).push_back(std::move(found));
    }
  }
  const bool posted = facts.alert && facts.alert->origin == Origin::Posted;
  if (facts.rules.empty() && !posted) facts.rules = std::move(namesakes);
}

/// The labels of a rule's alert that is not in the book: it is pending.
Labels pending_labels(const engine::Engine& engine, Fingerprint fingerprint) {
  const auto lock = engine.book().read_lock();
  for (const auto& [rule, actives] : engine.book().rule_states()) {
    const auto at = actives->find(fingerprint);
    if (at != actives->end()) return at->second.labels;
  }
  return {};
}

explain::RowFacts row_facts(const engine::Book& book, const notify::OutboxRow& row,
                            const engine::ChannelKey& key) {
  const auto due = book.due_rows().find(key);
  const bool waits = due != book.due_rows().end() && due->second.contains({row.retry_at, row.id});
  return {row, row.state == notify::RowState::Pending && !waits};
}

explain::ChannelFacts channel_facts(const engine::Book& book, const engine::GroupEntry& entry,
                                    const std::string& receiver,
                                    const notifiers::Channel& channel) {
  const engine::ChannelKey key{receiver, channel.name};
  explain::ChannelFacts facts;
  facts.name = key.channel;
  if (const auto told = entry.told.find(key); told != entry.told.end()) facts.told = told->second;
  for (const notify::OutboxRow* row : book.rows(entry.group.id, key)) {
    facts.rows.push_back(row_facts(book, *row, key));
  }
  if (const auto at = book.starts().find(key); at != book.starts().end()) {
    facts.free_at = notify::next_start(channel.rate_limit, at->second, Timestamp::min());
  }
  return facts;
}

/// The groups with their members, which are looked at when the book is let go.
struct Gathered {
  std::vector<explain::GroupFacts> groups;
  std::vector<std::vector<Fingerprint>> members;
};

Gathered groups_of(const engine::Engine& engine, const Facts& facts) {
  Gathered found;
  const auto lock = engine.book().read_lock();
  for (const route::Route* route : route::match(facts.config->route, facts.labels)) {
    const std::string id = group::group_key(route->id, route::group_labels(*route, facts.labels));
    const engine::GroupEntry* entry = engine.book().group(id);
    if (entry == nullptr || !entry->members.contains(facts.fingerprint)) continue;
    explain::GroupFacts group;
    group.group = entry->group;
    group.members = entry->members.size();
    const config::Receiver* receiver = facts.config->receiver(route->receiver);
    if (receiver == nullptr) continue;
    for (const notifiers::Channel& channel : receiver->channels) {
      group.channels.push_back(channel_facts(engine.book(), *entry, receiver->name, channel));
    }
    found.groups.push_back(std::move(group));
    found.members.emplace_back(entry->members.begin(), entry->members.end());
  }
  return found;
}

std::vector<notify::Told> heard(const engine::Book::Snapshot& snapshot,
                                const std::vector<Fingerprint>& members, Timestamp now) {
  std::vector<notify::Told> alerts;
  for (const Fingerprint member : members) {
    const auto at = snapshot.alerts().find(member);
    if (at == snapshot.alerts().end()) continue;
    const Alert& alert = *at->second;
    if (!snapshot.silences().muting(alert.labels, now).empty() ||
        snapshot.inhibitions().inhibitor(alert.labels, now)) {
      continue;
    }
    alerts.push_back(
        {at->second, alert.resolved(now) ? notify::Status::Resolved : notify::Status::Firing});
  }
  return alerts;
}

void add_groups(const engine::Engine& engine, const engine::Book::Snapshot& snapshot, Timestamp now,
                Facts& facts) {
  Gathered found = groups_of(engine, facts);
  for (std::size_t i = 0; i < found.groups.size(); ++i) {
    explain::GroupFacts& group = found.groups[i];
    group.heard = heard(snapshot, found.members[i], now);
    for (explain::ChannelFacts& channel : group.channels) {
      channel.held_until = engine.channel_held_until({group.group.receiver, channel.name});
    }
  }
  facts.groups = std::move(found.groups);
}

void add_inhibition(const engine::Book::Snapshot& snapshot, Timestamp now, Facts& facts) {
  if (const auto by = snapshot.inhibitions().inhibitor(facts.labels, now)) {
    const auto source = snapshot.alerts().find(by->source);
    if (source != snapshot.alerts().end()) {
      facts.inhibitor = explain::Inhibitor{source->second, *by->rule};
      return;
    }
  }
  for (const route::InhibitRule& rule : facts.config->inhibit_rules) {
    facts.inhibit_rules.push_back({&rule, {}});
    if (!all_match(rule.target_matchers, facts.labels)) continue;
    auto& sources = facts.inhibit_rules.back().sources;
    for (const auto& [fingerprint, alert] : snapshot.alerts()) {
      if (sources.size() == kMostSources) break;
      if (!alert->resolved(now) && fingerprint != facts.fingerprint &&
          all_match(rule.source_matchers, alert->labels)) {
        sources.push_back(alert);
      }
    }
  }
}

void append_events(const engine::Engine& engine, journal::EventQuery query,
                   std::optional<Timestamp> at, std::vector<Event>& out) {
  query.limit = kMostEvents;
  const auto append = [&](const journal::EventQuery& each) {
    const std::vector<Event> found = engine.events(each);
    out.insert(out.end(), found.begin(), found.end());
  };
  if (!at) return append(query);
  journal::EventQuery later = query;
  later.from = *at + Duration{1};
  append(later);
  query.to = *at;
  append(query);
}

void add_timeline(const engine::Engine& engine, std::optional<Timestamp> at, Facts& facts) {
  append_events(engine, {.fingerprint = facts.fingerprint}, at, facts.timeline);
  std::set<std::string> groups;
  for (const Event& event : facts.timeline) {
    if (event.kind == EventKind::Grouped) groups.insert(event.subject);
  }
  std::vector<Event> of_groups;
  for (const std::string& group : groups) {
    append_events(engine, {.subject = group}, at, of_groups);
  }
  std::erase_if(of_groups,
                [](const Event& event) { return event.kind != EventKind::NotificationQuiet; });
  facts.timeline.insert(facts.timeline.end(), of_groups.begin(), of_groups.end());
  std::stable_sort(facts.timeline.begin(), facts.timeline.end(),
                   [](const Event& a, const Event& b) { return a.at > b.at; });
}

/// Every id that "silenced by ID, ID" names.
void add_named_silences(const std::string& detail, std::set<std::string>& ids) {
  static const std::string kPrefix = "silenced by ";
  if (!detail.starts_with(kPrefix)) return;
  for (std::size_t at = kPrefix.size(); at < detail.size();) {
    const std::size_t end = std::min(detail.find(", ", at), detail.size());
    ids.insert(detail.substr(at, end - at));
    at = end + 2;
  }
}

void add_silence_versions(const engine::Engine& engine, Facts& facts) {
  std::set<std::string> ids;
  for (const Event& event : facts.timeline) {
    if (event.kind == EventKind::Muted) add_named_silences(event.detail, ids);
  }
  for (const auto& silence : facts.silences) {
    if (!facts.labels.empty() && all_match(silence->matchers, facts.labels)) {
      ids.insert(silence->id);
    }
  }
  for (const std::string& id : ids) {
    if (facts.silence_versions.size() >= kMostSilences) break;
    const auto versions = engine.silence_versions(id);
    facts.silence_versions.insert(facts.silence_versions.end(), versions.begin(), versions.end());
  }
}

void add_service(const engine::Engine& engine, Facts& facts) {
  facts.hold_until = engine.dispatch_held_until();
  std::string why;
  if (!engine.book().healthy(&why)) facts.journal_failure = why;
}

struct Candidate {
  bool fires;
  Labels labels;
  Fingerprint fingerprint;
};

/// Pending alerts are not in the book.
void add_pending(const engine::Engine& engine, const Matchers& matchers,
                 std::vector<Candidate>& found) {
  const auto lock = engine.book().read_lock();
  for (const auto& [rule, actives] : engine.book().rule_states()) {
    for (const auto& [fingerprint, active] : *actives) {
      if (active.phase == state::Phase::Pending && all_match(matchers, active.labels)) {
        found.push_back({false, active.labels, fingerprint});
      }
    }
  }
}

/// The one alert that `a="b",c="d"` is when these are all its labels.
Labels labels_of(const Matchers& matchers) {
  Labels labels;
  for (const Matcher& each : matchers) {
    if (each.op() != MatchOp::Equal) return {};
    labels.set(each.name(), each.value());
  }
  return labels;
}

}  // namespace

ExplainTargets find_targets(const engine::Engine& engine, const ExplainQuery& query,
                            Timestamp now) {
  if (query.fingerprint) return {1, {*query.fingerprint}};
  std::vector<Candidate> found;
  {
    const engine::Book::Snapshot snapshot(engine.book());
    for (const auto& [fingerprint, alert] : snapshot.alerts()) {
      if (all_match(query.matchers, alert->labels)) {
        found.push_back({!alert->resolved(now), alert->labels, fingerprint});
      }
    }
  }
  add_pending(engine, query.matchers, found);
  std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(b.fires, a.labels) < std::tie(a.fires, b.labels);
  });
  const auto same = std::unique(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return a.fingerprint == b.fingerprint;
  });
  found.erase(same, found.end());
  ExplainTargets targets{found.size(), {}};
  for (const Candidate& each : found) {
    if (targets.fingerprints.size() < query.most) targets.fingerprints.push_back(each.fingerprint);
  }
  if (found.empty()) {
    const Labels labels = labels_of(query.matchers);
    const bool known = !labels.empty() &&
                       !engine.events({.fingerprint = labels.fingerprint(), .limit = 1}).empty();
    if (known) targets = {1, {labels.fingerprint()}};
  }
  return targets;
}

Facts gather(const engine::Engine& engine, Fingerprint fingerprint, std::optional<Timestamp> at,
             Timestamp now) {
  Facts facts;
  facts.config = engine.config();
  facts.fingerprint = fingerprint;
  {
    const engine::Book::Snapshot snapshot(engine.book());
    const auto known = snapshot.alerts().find(fingerprint);
    if (known != snapshot.alerts().end()) facts.alert = known->second;
    facts.labels = facts.alert ? facts.alert->labels : pending_labels(engine, fingerprint);
    facts.silences = snapshot.silences().all();
    if (!at && !facts.labels.empty()) {
      add_inhibition(snapshot, now, facts);
      add_groups(engine, snapshot, now, facts);
    }
  }
  if (!at) add_rules(engine, facts);
  add_timeline(engine, at, facts);
  if (at) add_silence_versions(engine, facts);
  add_service(engine, facts);
  return facts;
}

std::optional<Facts> gather_rule(const engine::Engine& engine, const std::string& name) {
  Facts facts;
  facts.config = engine.config();
  facts.labels.set(kAlertName, name);
  add_rules(engine, facts);
  if (facts.rules.empty()) return std::nullopt;
  add_service(engine, facts);
  return facts;
}

}  // namespace tocsin::web
