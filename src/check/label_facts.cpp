#include "check/label_facts.h"

#include <algorithm>
#include <iterator>

namespace tocsin::check {
namespace {

void forget(LabelFacts& facts, const std::string& label) {
  facts.fixed.erase(label);
  facts.present.erase(label);
}

void allow(LabelFacts& facts, const std::string& label) {
  facts.open ? void(facts.names.erase(label)) : void(facts.names.insert(label));
}

void exclude(LabelFacts& facts, const std::string& label) {
  facts.open ? void(facts.names.insert(label)) : void(facts.names.erase(label));
  forget(facts, label);
}

using Set = std::set<std::string>;

Set intersection(const Set& a, const Set& b) {
  Set result;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(),
                        std::inserter(result, result.end()));
  return result;
}

Set difference(const Set& a, const Set& b) {
  Set result;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::inserter(result, result.end()));
  return result;
}

}  // namespace

LabelFacts no_labels() { return {false, {}, {}, {}}; }

LabelFacts selected(const Matchers& matchers) {
  LabelFacts facts;
  for (const Matcher& matcher : matchers) {
    if (matcher.name() == kMetricName) continue;
    if (!matcher.matches("")) facts.present.insert(matcher.name());
    if (matcher.op() != MatchOp::Equal) continue;
    if (matcher.value().empty()) {
      facts.names.insert(matcher.name());
    } else {
      facts.fixed[matcher.name()] = matcher.value();
    }
  }
  return facts;
}

LabelFacts of_absent(const Matchers& matchers) {
  LabelFacts facts = no_labels();
  Set seen;
  for (const Matcher& matcher : matchers) {
    const std::string& name = matcher.name();
    if (name == kMetricName) continue;
    if (!seen.insert(name).second || matcher.op() != MatchOp::Equal || matcher.value().empty()) {
      exclude(facts, name);
      continue;
    }
    facts.names.insert(name);
    facts.present.insert(name);
    facts.fixed[name] = matcher.value();
  }
  return facts;
}

LabelFacts only(const LabelFacts& facts, const std::vector<std::string>& labels) {
  LabelFacts result = no_labels();
  for (const std::string& label : labels) {
    if (facts.may_have(label)) result.names.insert(label);
    if (facts.present.contains(label)) result.present.insert(label);
    if (const auto found = facts.fixed.find(label); found != facts.fixed.end()) {
      result.fixed.insert(*found);
    }
  }
  return result;
}

LabelFacts without(const LabelFacts& facts, const std::vector<std::string>& labels) {
  LabelFacts result = facts;
  for (const std::string& label : labels) exclude(result, label);
  return result;
}

LabelFacts with_unknown(const LabelFacts& facts, const std::string& label) {
  LabelFacts result = facts;
  allow(result, label);
  forget(result, label);
  return result;
}

LabelFacts with_copied(const LabelFacts& facts, const std::string& label, const LabelFacts& from) {
  if (!from.may_have(label)) return without(facts, {label});
  LabelFacts result = with_unknown(facts, label);
  if (from.present.contains(label)) result.present.insert(label);
  if (const auto found = from.fixed.find(label); found != from.fixed.end()) {
    result.fixed.insert(*found);
  }
  return result;
}

LabelFacts either(const LabelFacts& a, const LabelFacts& b) {
  if (!a.open && b.open) return either(b, a);
  LabelFacts result;
  result.open = a.open;
  if (a.open) {
    result.names = b.open ? intersection(a.names, b.names) : difference(a.names, b.names);
  } else {
    result.names = a.names;
    result.names.insert(b.names.begin(), b.names.end());
  }
  result.present = intersection(a.present, b.present);
  for (const auto& each : a.fixed) {
    const auto other = b.fixed.find(each.first);
    if (other != b.fixed.end() && other->second == each.second) result.fixed.insert(each);
  }
  return result;
}

}  // namespace tocsin::check
