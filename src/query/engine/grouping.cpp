#include "query/engine/grouping.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace tocsin::query {

Signature::Signature(std::vector<std::string> names, bool only_these, bool keeps_name)
    : names_(std::move(names)), only_these_(only_these) {
  if (!only_these_ && !keeps_name) {
    for (const std::string_view name :
         {kMetricName, std::string_view("__type__"), std::string_view("__unit__")}) {
      names_.emplace_back(name);
    }
  }
  std::sort(names_.begin(), names_.end());
  names_.erase(std::unique(names_.begin(), names_.end()), names_.end());
}

/// The labels of a series that are not named, in order.
class Signature::Others {
 public:
  Others(const Signature& signature, const Identity& identity)
      : identity_(identity),
        label_(identity.labels->begin()),
        name_(signature.names_.begin()),
        names_end_(signature.names_.end()) {}

  /// Nothing behind the last one.
  std::optional<LabelView> next() {
    for (; label_ != identity_.labels->end(); ++label_) {
      const LabelView label = *label_;
      if (identity_.nameless && is_metadata(label.name)) continue;
      // Both are sorted.
      while (name_ != names_end_ && *name_ < label.name) ++name_;
      if (name_ == names_end_ || *name_ != label.name) {
        ++label_;
        return label;
      }
    }
    return std::nullopt;
  }

 private:
  const Identity& identity_;
  Labels::Iterator label_;
  std::vector<std::string>::const_iterator name_, names_end_;
};

std::uint64_t Signature::hash(const Identity& identity) const {
  std::uint64_t hash = 0;
  const auto mix = [&](std::string_view text) {
    hash = hash * 0x9E3779B97F4A7C15 + std::hash<std::string_view>()(text);
  };
  if (only_these_) {
    for (const std::string& name : names_) mix(identity.get(name));
    return hash;
  }
  Others others(*this, identity);
  while (const std::optional<LabelView> label = others.next()) {
    mix(label->name);
    mix(label->value);
  }
  return hash;
}

bool Signature::same(const Identity& a, const Identity& b) const {
  if (a.labels == b.labels && a.nameless == b.nameless) return true;
  if (only_these_) {
    return std::all_of(names_.begin(), names_.end(),
                       [&](const std::string& name) { return a.get(name) == b.get(name); });
  }
  Others of_a(*this, a);
  Others of_b(*this, b);
  while (true) {
    const std::optional<LabelView> one = of_a.next();
    const std::optional<LabelView> other = of_b.next();
    if (one != other) return false;
    if (!one) return true;
  }
}

Labels Signature::labels(const Identity& identity) const {
  std::vector<LabelView> kept;
  if (only_these_) {
    for (const std::string& name : names_) {
      const std::string_view value = identity.get(name);
      if (!value.empty()) kept.push_back({name, value});
    }
  } else {
    Others others(*this, identity);
    while (const std::optional<LabelView> label = others.next()) kept.push_back(*label);
  }
  return Labels::of(std::move(kept));
}

std::size_t SignatureIndex::number(const Identity& identity) {
  const std::uint64_t hash = signature_.hash(identity);
  const auto [begin, end] = numbers_.equal_range(hash);
  for (auto each = begin; each != end; ++each) {
    if (signature_.same(first_[each->second], identity)) return each->second;
  }
  numbers_.emplace(hash, first_.size());
  first_.push_back(identity);
  return first_.size() - 1;
}

void ignore_histograms(Context& context, const Expr& where, Aggregator op, Frame& frame) {
  if (!frame.has_histograms) return;
  bool found = false;
  for (double& value : frame.values()) {
    if (!is_histogram(value)) continue;
    value = kAbsent;
    found = true;
  }
  frame.has_histograms = false;
  if (found)
    context.inform(where, fmt::format("ignored histogram in {} aggregation", to_string(op)));
}

Groups group_series(Context& context, const Frame& frame, const std::vector<std::string>& names,
                    bool without) {
  SignatureIndex index(Signature(names, !without));
  Groups groups;
  for (std::size_t i = 0; i < frame.series.size(); ++i) {
    const std::size_t group = index.number(frame.series[i]);
    if (group == groups.identities.size()) {
      groups.identities.push_back({context.keep(index.signature().labels(frame.series[i])), false});
      groups.members.emplace_back();
    }
    groups.identities[group].drops_name |= frame.series[i].drops_name;
    groups.members[group].push_back(i);
  }
  return groups;
}

}  // namespace tocsin::query
