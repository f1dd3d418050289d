#include "engine/label_index.h"

#include <algorithm>
#include <functional>

namespace tocsin::engine {
namespace {

constexpr std::size_t kWorthBuilding = 10'000;

std::uint32_t hash_of(std::string_view name, std::string_view value) {
  constexpr std::size_t kOdd = 0x9E3779B97F4A7C15ULL;
  const std::hash<std::string_view> hash;
  return static_cast<std::uint32_t>((hash(name) * kOdd + hash(value)) >> 16U);
}

}  // namespace

void LabelIndex::add(Fingerprint fingerprint, const Labels& labels) {
  for (const LabelView& label : labels) hashes_.push_back(hash_of(label.name, label.value));
  ends_.push_back(static_cast<std::uint32_t>(hashes_.size()));
  alerts_.push_back(fingerprint);
}

bool LabelIndex::is_stale() const {
  return forgotten_ > kWorthBuilding && 2 * forgotten_ > hashes_.size();
}

std::vector<Fingerprint> LabelIndex::find(std::string_view name, std::string_view value) const {
  const std::uint32_t wanted = hash_of(name, value);
  std::vector<Fingerprint> found;
  for (auto at = std::find(hashes_.begin(), hashes_.end(), wanted); at != hashes_.end();
       at = std::find(at + 1, hashes_.end(), wanted)) {
    const auto place = static_cast<std::uint32_t>(at - hashes_.begin());
    const auto alert = std::upper_bound(ends_.begin(), ends_.end(), place) - ends_.begin();
    found.push_back(alerts_[static_cast<std::size_t>(alert)]);
  }
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace tocsin::engine
