#include "rule/series.h"

#include <bit>

#include "query/engine/storage.h"

namespace tocsin::rule {

query::Samples alert_series(const state::Actives& actives, Timestamp at) {
  query::Samples samples;
  samples.reserve(2 * actives.size());
  for (const auto& [fingerprint, active] : actives) {
    Labels state = active.labels;
    state.set(kMetricName, "ALERTS_FOR_STATE");
    const auto since = std::chrono::floor<std::chrono::seconds>(active.active_at);
    samples.push_back({state, at, static_cast<double>(since.time_since_epoch().count())});
    state.set(kMetricName, "ALERTS");
    state.set("alertstate", active.phase == state::Phase::Firing ? "firing" : "pending");
    samples.push_back({std::move(state), at, 1});
  }
  return samples;
}

void end_vanished(std::set<Labels>& written, query::Samples& samples, Timestamp at) {
  std::set<Labels> now;
  for (const query::Sample& sample : samples) now.insert(sample.labels);
  for (const Labels& labels : written) {
    if (now.contains(labels)) continue;
    samples.push_back({labels, at, std::bit_cast<double>(query::kStaleBits)});
  }
  written = std::move(now);
}

}  // namespace tocsin::rule
