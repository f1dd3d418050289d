// What has to be so once nothing has gone wrong and nothing has changed for a while.
#pragma once

#include "engine/book.h"
#include "simulation/places.h"
#include "simulation/scene.h"
#include "simulation/witness.h"

namespace tocsin::simulation {

inline constexpr Duration kKeepResolved = hours{1};
inline constexpr Duration kKeepSilences = hours{6};

/// Throws Broken. REQUIRES: kCalm has passed.
void check_quiet(const Scene& scene, const engine::Book& book, const Places& places,
                 const Witness& witness);

}  // namespace tocsin::simulation
