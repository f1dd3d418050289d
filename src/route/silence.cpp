#include "route/silence.h"

#include <algorithm>
#include <limits>

namespace tocsin::route {

std::string_view to_string(SilenceState state) {
  switch (state) {
    case SilenceState::Pending:
      return "pending";
    case SilenceState::Active:
      return "active";
    case SilenceState::Expired:
      return "expired";
  }
  return "expired";
}

SilenceState state(const Silence& silence, Timestamp now) {
  if (now < silence.starts_at) return SilenceState::Pending;
  return now > silence.ends_at ? SilenceState::Expired : SilenceState::Active;
}

Silences::Place Silences::place_for(const Silence& silence) const {
  Place best;
  std::size_t fewest = std::numeric_limits<std::size_t>::max();
  for (const Matcher& matcher : silence.matchers) {
    // An alert without the label matches `name=""` as well, but is not found under it.
    if (matcher.op() != MatchOp::Equal || matcher.value().empty()) continue;
    const Bucket* there = bucket(matcher.name(), matcher.value());
    const std::size_t others = there == nullptr ? 0 : there->size();
    if (others >= fewest) continue;
    fewest = others;
    best = {matcher.name(), matcher.value()};
  }
  return best;
}

const Silences::Bucket* Silences::bucket(std::string_view name, std::string_view value) const {
  const auto of_name = buckets_.find(name);
  if (of_name == buckets_.end()) return nullptr;
  const auto of_value = of_name->second.find(value);
  return of_value == of_name->second.end() ? nullptr : &of_value->second;
}

void Silences::put(Silence silence) {
  erase(silence.id);
  Place place = place_for(silence);
  auto frozen = std::make_shared<const Silence>(std::move(silence));
  buckets_[place.name][place.value].push_back(frozen);
  const std::string& id = frozen->id;
  by_id_.insert_or_assign(id, Filed{frozen, std::move(place)});
}

void Silences::erase(const std::string& id) {
  const auto at = by_id_.find(id);
  if (at == by_id_.end()) return;
  const auto of_name = buckets_.find(at->second.under.name);
  const auto of_value = of_name->second.find(at->second.under.value);
  std::erase(of_value->second, at->second.silence);
  if (of_value->second.empty()) of_name->second.erase(of_value);
  if (of_name->second.empty()) buckets_.erase(of_name);
  by_id_.erase(at);
}

const Silence* Silences::find(const std::string& id) const {
  const auto at = by_id_.find(id);
  return at == by_id_.end() ? nullptr : at->second.silence.get();
}

std::vector<std::shared_ptr<const Silence>> Silences::all() const {
  std::vector<std::shared_ptr<const Silence>> silences;
  silences.reserve(by_id_.size());
  for (const auto& [id, filed] : by_id_) silences.push_back(filed.silence);
  return silences;
}

std::vector<std::string> Silences::muting(const Labels& labels, Timestamp now) const {
  std::vector<std::string> ids;
  const auto look_in = [&](const ByText<Bucket>& of_name, std::string_view value) {
    const auto there = of_name.find(value);
    if (there == of_name.end()) return;
    for (const Frozen& silence : there->second) {
      if (state(*silence, now) == SilenceState::Active && all_match(silence->matchers, labels)) {
        ids.push_back(silence->id);
      }
    }
  };
  if (buckets_.size() <= labels.size()) {
    for (const auto& [name, of_name] : buckets_) look_in(of_name, labels.get(name));
  } else {
    const auto look_under = [&](std::string_view name, std::string_view value) {
      const auto of_name = buckets_.find(name);
      if (of_name != buckets_.end()) look_in(of_name->second, value);
    };
    look_under("", "");
    for (const LabelView& label : labels) look_under(label.name, label.value);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace tocsin::route
