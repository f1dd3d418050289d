// Makes a failing run short: leaves out what it fails without.
#pragma once

#include "simulation/simulation.h"

namespace tocsin::simulation {

/// What can be left out of a plan such that the same invariant is still broken, and the outcome of
/// what remains. REQUIRES: the plan breaks an invariant.
struct Shrunk {
  std::vector<bool> left_out;
  Outcome outcome;
  std::size_t runs = 0;
};
Shrunk shrink(const Plan& plan, const Options& options);

}  // namespace tocsin::simulation
