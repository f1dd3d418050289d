#include "route/silence.h"

#include <algorithm>
#include <limits>

namespace tocsin::route {
namespace {

std::string index_key(std::string_view name, std::string_view value) {
  std::string key;
  key.reserve(name.size() + 1 + value.size());
  key.append(name).append(1, '\xFF').append(value);
  return key;
}

}  // namespace

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

std::string Silences::place_for(const Silence& silence) const {
  std::string best;
  std::size_t fewest = std::numeric_limits<std::size_t>::max();
  for (const Matcher& matcher : silence.matchers) {
    // An alert without the label matches `name=""` as well, but is not found under it.
    if (matcher.op() != MatchOp::Equal || matcher.value().empty()) continue;
    std::string key = index_key(matcher.name(), matcher.value());
    const auto bucket = buckets_.find(key);
    const std::size_t others = bucket == buckets_.end() ? 0 : bucket->second.size();
    if (others >= fewest) continue;
    fewest = others;
    best = std::move(key);
  }
  return best;
}

void Silences::put(Silence silence) {
  erase(silence.id);
  std::string place = place_for(silence);
  auto frozen = std::make_shared<const Silence>(std::move(silence));
  buckets_[place].push_back(frozen);
  const std::string& id = frozen->id;
  by_id_.insert_or_assign(id, Filed{frozen, std::move(place)});
}

void Silences::erase(const std::string& id) {
  const auto at = by_id_.find(id);
  if (at == by_id_.end()) return;
  const auto bucket = buckets_.find(at->second.under);
  std::erase(bucket->second, at->second.silence);
  if (bucket->second.empty()) buckets_.erase(bucket);
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
  const auto look_under = [&](const std::string& key) {
    const auto bucket = buckets_.find(key);
    if (bucket == buckets_.end()) return;
    for (const Frozen& silence : bucket->second) {
      if (state(*silence, now) == SilenceState::Active && all_match(silence->matchers, labels)) {
        ids.push_back(silence->id);
      }
    }
  };
  if (buckets_.empty()) return ids;
  look_under("");
  std::string key;
  for (const LabelView& label : labels) {
    key.assign(label.name).append(1, '\xFF').append(label.value);
    look_under(key);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace tocsin::route
