// Gathers what explanations are made of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "explain/facts.h"
#include "model/matcher.h"

namespace tocsin::web {

/// What somebody asks about.
struct ExplainQuery {
  std::optional<Fingerprint> fingerprint;
  Matchers matchers;  ///< without a fingerprint
  std::size_t most = 20;
};

/// Which alerts that is, those that fire first, then by labels.
struct ExplainTargets {
  std::size_t total = 0;
  std::vector<Fingerprint> fingerprints;  ///< at most ExplainQuery::most
};
ExplainTargets find_targets(const engine::Engine& engine, const ExplainQuery& query, Timestamp now);

/// As of now; the timeline up to `at`, and what came next, if that is given.
explain::Facts gather(const engine::Engine& engine, Fingerprint fingerprint,
                      std::optional<Timestamp> at, Timestamp now);

/// Of a rule of which no alert is known: nullopt when there is no rule of that name.
std::optional<explain::Facts> gather_rule(const engine::Engine& engine, const std::string& name);

}  // namespace tocsin::web
