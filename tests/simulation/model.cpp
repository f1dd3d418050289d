#include "simulation/model.h"

#include <algorithm>
#include <set>

namespace tocsin::simulation {
namespace {

struct Found {
  std::string key;
  const RuleSpec* rule = nullptr;
};

Found find_rule(const Spec& spec, const std::string& expression) {
  for (const RuleGroupSpec& group : spec.groups) {
    for (const RuleSpec& rule : group.rules) {
      if (rule.expression == expression) return {rule_key(group, rule), &rule};
    }
  }
  return {};
}

bool collect(const RouteSpec& route, const Labels& labels, std::vector<const RouteSpec*>& found) {
  if (!matches(route.matchers, labels)) return false;
  const std::size_t before = found.size();
  for (const RouteSpec& each : route.routes) {
    if (collect(each, labels, found) && !each.continues) break;
  }
  if (found.size() == before) found.push_back(&route);
  return true;
}

bool within(Timestamp at, const KnownAlert& alert) {
  return at > alert.starts && (!alert.ends || at < *alert.ends);
}

bool holds(const IntervalSpec& interval, Timestamp now) {
  const auto minute = std::chrono::floor<minutes>(now.time_since_epoch()).count();
  const auto of_day = static_cast<int>(minute % (24 * 60));
  const auto weekday = static_cast<int>((minute / (24 * 60) + 4) % 7);  // 1970 began on a Thursday
  return of_day >= interval.from && of_day < interval.to && weekday >= interval.first_weekday &&
         weekday <= interval.last_weekday;
}

}  // namespace

bool matches(const MatcherSpecs& matchers, const Labels& labels) {
  return std::all_of(matchers.begin(), matchers.end(), [&](const MatcherSpec& each) {
    const auto& values = each.values;
    const bool hit = std::find(values.begin(), values.end(), labels.get(each.name)) != values.end();
    return each.op[0] == '!' ? !hit : hit;
  });
}

std::vector<const RouteSpec*> routes_for(const RouteSpec& root, const Labels& labels) {
  std::vector<const RouteSpec*> found;
  collect(root, labels, found);
  return found;
}

Labels grouping(const RouteSpec& route, const Labels& labels) {
  if (!route.group_by.empty() && route.group_by[0] == "...") return labels;
  Labels chosen;
  for (const std::string& name : route.group_by) {
    if (labels.has(name)) chosen.set(name, labels.get(name));
  }
  return chosen;
}

void Model::evaluated(const std::string& expression, Timestamp at,
                      const std::vector<Labels>& series) {
  const Found found = find_rule(spec, expression);
  if (found.rule == nullptr) return;
  auto& states = rules[found.key];
  std::set<Fingerprint> seen;
  for (Labels labels : series) {
    labels.set("severity", found.rule->severity);
    labels.set("alertname", found.rule->name);
    seen.insert(labels.fingerprint());
    present(*found.rule, states, labels, at);
  }
  std::vector<Fingerprint> gone;
  for (const auto& [fingerprint, held] : states) {
    if (!seen.contains(fingerprint)) gone.push_back(fingerprint);
  }
  for (const Fingerprint fingerprint : gone) absent(*found.rule, states, fingerprint, at);
  if (states.empty()) rules.erase(found.key);
}

void Model::present(const RuleSpec& rule, std::map<Fingerprint, Held>& states, const Labels& labels,
                    Timestamp at) {
  const Fingerprint fingerprint = labels.fingerprint();
  const auto [slot, is_new] = states.try_emplace(fingerprint, Held{labels, at, {}, {}});
  Held& held = slot->second;
  if (!held.fired_at) {
    if (std::max(at, held.active_at) - held.active_at < rule.hold) return;
    held.fired_at = at;
    fire(held, at);
    return;
  }
  if (std::max(at, *held.fired_at) - held.active_at < rule.hold) {  // it was made longer
    held.fired_at.reset();
    held.kept_since.reset();
    resolve(fingerprint, at);
    return;
  }
  held.kept_since.reset();
}

void Model::absent(const RuleSpec& rule, std::map<Fingerprint, Held>& states,
                   Fingerprint fingerprint, Timestamp at) {
  Held& held = states.at(fingerprint);
  if (held.fired_at && rule.keep > Duration{0}) {
    if (!held.kept_since) held.kept_since = at;
    if (at - *held.kept_since < rule.keep) return;
  }
  if (held.fired_at) resolve(fingerprint, at);
  states.erase(fingerprint);
}

void Model::fire(const Held& held, Timestamp at) {
  next_end_.reset();
  KnownAlert& alert = alerts[held.labels.fingerprint()];
  const int changes = alert.changes + 1;
  alert = {held.labels, at, std::nullopt, false, true, changes};
}

void Model::resolve(Fingerprint fingerprint, Timestamp at) {
  next_end_.reset();
  KnownAlert& alert = alerts.at(fingerprint);
  alert.ends = at;
  ++alert.changes;
}

void Model::posted(const std::vector<PostedSpec>& batch, Timestamp now) {
  next_end_.reset();
  for (const PostedSpec& posted : batch) {
    KnownAlert newer{posted.labels,
                     now - posted.started_ago,
                     now + posted.ends_in.value_or(spec.resolve_timeout),
                     !posted.ends_in,
                     false,
                     0};
    const auto at = alerts.find(posted.labels.fingerprint());
    if (at == alerts.end()) {
      newer.changes = newer.fires(now) ? 1 : 0;
      alerts.emplace(posted.labels.fingerprint(), newer);
      continue;
    }
    KnownAlert& stored = at->second;
    const bool may_go_on = !stored.forgotten;
    if (may_go_on && (within(*newer.ends, stored) || within(newer.starts, stored))) {
      newer.starts = std::min(newer.starts, stored.starts);
      const bool later = *stored.ends > *newer.ends;
      const bool counts = newer.fires(now) ? !stored.by_timeout : !stored.fires(now);
      if (later && counts) newer.ends = stored.ends;
    }
    newer.changes = stored.changes + (stored.fires(now) != newer.fires(now) ? 1 : 0);
    stored = newer;
  }
}

void Model::configured(const Spec& next, Timestamp now) {
  spec = next;
  std::set<std::string> kept;
  for (const RuleGroupSpec& group : spec.groups) {
    for (const RuleSpec& rule : group.rules) kept.insert(rule_key(group, rule));
  }
  for (auto at = rules.begin(); at != rules.end();) {
    if (kept.contains(at->first)) {
      ++at;
      continue;
    }
    for (const auto& [fingerprint, held] : at->second) {
      if (held.fired_at) resolve(fingerprint, now);
    }
    at = rules.erase(at);
  }
}

void Model::clock_set_back(Timestamp now) {
  for (auto& [key, states] : rules) {
    for (auto& [fingerprint, held] : states) {
      if (held.fired_at && *held.fired_at > now) {
        held.active_at -= *held.fired_at - now;
        held.fired_at = now;
      }
      held.active_at = std::min(held.active_at, now);
      if (held.kept_since) held.kept_since = std::min(*held.kept_since, now);
    }
  }
  for (auto& [fingerprint, alert] : alerts) {
    const bool over = alert.of_rule || (alert.ends && *alert.ends <= ended_until);
    if (over && alert.ends && *alert.ends > now) alert.ends = now;
  }
  ended_until = std::min(ended_until, now);
  next_end_.reset();
}

bool Model::any_end(Timestamp now) const {
  if (!next_end_) {
    next_end_ = Timestamp::max();
    for (const auto& [fingerprint, alert] : alerts) {
      if (alert.ends && *alert.ends > ended_until) next_end_ = std::min(*next_end_, *alert.ends);
    }
  }
  return *next_end_ <= now;
}

void Model::noticed_ends(Timestamp now) {
  ended_until = now;
  next_end_.reset();
}

void Model::forgot(Fingerprint fingerprint) { alerts.at(fingerprint).forgotten = true; }

const KnownAlert* Model::alert(Fingerprint fingerprint) const {
  const auto at = alerts.find(fingerprint);
  return at == alerts.end() ? nullptr : &at->second;
}

bool Model::silenced(const Labels& labels, Timestamp now) const {
  return std::any_of(silences.begin(), silences.end(), [&](const auto& each) {
    const KnownSilence& silence = each.second;
    return silence.starts <= now && now <= silence.ends && matches(silence.matchers, labels);
  });
}

const KnownAlert* Model::inhibitor(const Labels& labels, Timestamp now) const {
  for (const InhibitSpec& rule : spec.inhibitions) {
    if (!matches(rule.target, labels)) continue;
    const bool both = matches(rule.source, labels);
    for (const auto& [fingerprint, source] : alerts) {
      if (!source.fires(now) || !matches(rule.source, source.labels)) continue;
      if (both && matches(rule.target, source.labels)) continue;
      const bool equal = std::all_of(rule.equal.begin(), rule.equal.end(), [&](const auto& name) {
        return labels.get(name) == source.labels.get(name);
      });
      if (equal) return &source;
    }
  }
  return nullptr;
}

bool Model::muted(const RouteSpec& route, Timestamp now) const {
  const auto any = [&](const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return std::any_of(spec.intervals.begin(), spec.intervals.end(), [&](const auto& interval) {
        return interval.name == name && holds(interval, now);
      });
    });
  };
  return any(route.muted_in) || (!route.active_in.empty() && !any(route.active_in));
}

}  // namespace tocsin::simulation
