#include "route/inhibition.h"

#include <algorithm>
#include <functional>

namespace tocsin::route {
namespace {

/// Values are UTF-8 and hold no 0xFF.
std::string equal_values(const InhibitRule& rule, const Labels& labels) {
  std::string key;
  for (const std::string& name : rule.equal) key.append(labels.get(name)).append(1, '\xFF');
  return key;
}

Timestamp end_of(const Alert& alert) { return alert.ends_at.value_or(Timestamp::max()); }

}  // namespace

Inhibitions::Inhibitions(std::vector<InhibitRule> rules) {
  for (InhibitRule& rule : rules) {
    rules_.push_back({std::make_shared<const InhibitRule>(std::move(rule)),
                      std::make_shared<std::unordered_map<std::string, Bucket>>()});
  }
}

bool Inhibitions::concern(const Labels& labels) const {
  return std::any_of(rules_.begin(), rules_.end(), [&](const Ruled& each) {
    return all_match(each.rule->source_matchers, labels);
  });
}

void Inhibitions::put(const Alert& alert) {
  for (Ruled& each : rules_) {
    if (!all_match(each.rule->source_matchers, alert.labels)) continue;
    if (each.buckets.use_count() > 1) {
      each.buckets = std::make_shared<std::unordered_map<std::string, Bucket>>(*each.buckets);
    }
    Bucket& bucket = (*each.buckets)[equal_values(*each.rule, alert.labels)];
    const bool both = all_match(each.rule->target_matchers, alert.labels);
    (both ? bucket.two_sided : bucket.one_sided).insert({end_of(alert), alert.fingerprint});
  }
}

void Inhibitions::drop(const Alert& alert) {
  for (Ruled& each : rules_) {
    if (!all_match(each.rule->source_matchers, alert.labels)) continue;
    if (each.buckets.use_count() > 1) {
      each.buckets = std::make_shared<std::unordered_map<std::string, Bucket>>(*each.buckets);
    }
    const auto bucket = each.buckets->find(equal_values(*each.rule, alert.labels));
    if (bucket == each.buckets->end()) continue;
    const Source source{end_of(alert), alert.fingerprint};
    bucket->second.one_sided.erase(source);
    bucket->second.two_sided.erase(source);
    if (bucket->second.one_sided.empty() && bucket->second.two_sided.empty()) {
      each.buckets->erase(bucket);
    }
  }
}

template <class Visit>
void Inhibitions::each_inhibitor(const Labels& labels, Timestamp now, Visit visit) const {
  for (const auto& [rule, buckets] : rules_) {
    if (buckets->empty() || !all_match(rule->target_matchers, labels)) continue;
    const auto bucket = buckets->find(equal_values(*rule, labels));
    if (bucket == buckets->end()) continue;
    const auto visit_firing = [&, &named = *rule](const Sources& sources) {
      for (const Source& source : sources) {
        if (source.end <= now) return true;  // resolved, and so are all that follow
        if (!visit(named, source.fingerprint)) return false;
      }
      return true;
    };
    if (!visit_firing(bucket->second.one_sided)) return;
    if (bucket->second.two_sided.empty() || all_match(rule->source_matchers, labels)) continue;
    if (!visit_firing(bucket->second.two_sided)) return;
  }
}

std::vector<Fingerprint> Inhibitions::inhibiting(const Labels& labels, Timestamp now,
                                                 std::size_t most) const {
  std::vector<Fingerprint> found;
  if (most == 0) return found;
  std::set<Fingerprint> seen;
  each_inhibitor(labels, now, [&](const InhibitRule&, Fingerprint source) {
    if (seen.insert(source).second) found.push_back(source);
    return found.size() < most;
  });
  return found;
}

std::optional<Inhibitions::Inhibitor> Inhibitions::inhibitor(const Labels& labels,
                                                             Timestamp now) const {
  std::optional<Inhibitor> first;
  each_inhibitor(labels, now, [&](const InhibitRule& rule, Fingerprint source) {
    first = Inhibitor{source, &rule};
    return false;
  });
  return first;
}

}  // namespace tocsin::route
