#include "simulation/shrink.h"

#include <algorithm>
#include <cstring>

namespace tocsin::simulation {
namespace {

/// Without a calm, a check of what it leaves behind would prove nothing.
bool stays(const Action& action) {
  return std::holds_alternative<Calm>(action.what) ||
         std::holds_alternative<CheckQuiet>(action.what);
}

class Shrinker {
 public:
  Shrinker(const Plan& plan, const Options& options) : plan_(plan), options_(options) {
    options_.left_out.assign(plan.actions.size(), false);
    shrunk_.outcome = simulation::run(plan, options_);
    ++shrunk_.runs;
  }

  /// Delta debugging: ever smaller parts are left out, as long as that makes a difference.
  Shrunk shrink() {
    for (std::size_t part = plan_.actions.size() / 2; part > 0; part /= 2) {
      bool smaller = true;
      while (smaller) {
        smaller = false;
        for (std::size_t from = 0; from < plan_.actions.size(); from += part) {
          smaller = try_without(from, from + part) || smaller;
        }
        if (part > 1) break;
      }
    }
    shrunk_.left_out = options_.left_out;
    return std::move(shrunk_);
  }

 private:
  bool try_without(std::size_t from, std::size_t to) {
    to = std::min(to, plan_.actions.size());
    Options smaller = options_;
    for (std::size_t i = from; i < to; ++i) smaller.left_out[i] = !stays(plan_.actions[i]);
    if (smaller.left_out == options_.left_out) return false;
    Outcome outcome = simulation::run(plan_, smaller);
    ++shrunk_.runs;
    const bool same = outcome.broken && std::strcmp(outcome.broken->invariant.name,
                                                    shrunk_.outcome.broken->invariant.name) == 0;
    if (!same) return false;
    options_.left_out = std::move(smaller.left_out);
    shrunk_.outcome = std::move(outcome);
    return true;
  }

  const Plan& plan_;
  Options options_;
  Shrunk shrunk_;
};

}  // namespace

Shrunk shrink(const Plan& plan, const Options& options) { return Shrinker(plan, options).shrink(); }

}  // namespace tocsin::simulation
