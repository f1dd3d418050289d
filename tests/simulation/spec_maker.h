// Random configurations, and random changes to them.
#pragma once

#include "simulation/spec.h"
#include "support/choices.h"

namespace tocsin::simulation {

inline constexpr std::uint32_t kUrls = 5;   ///< places that receivers may be at
inline constexpr std::uint32_t kSlots = 6;  ///< silences that may be changed later
std::string url_of(std::uint32_t index);

/// `limited`: with rate limits on some channels, and otherwise the same.
Spec make_spec(Choices& choices, bool limited);

/// One change, or a few: another tree, other names, other rules; sometimes a file with a mistake.
Spec changed_spec(const Spec& spec, Choices& choices);

Labels posted_labels(Choices& choices);
MatcherSpecs silence_matchers(Choices& choices);

}  // namespace tocsin::simulation
