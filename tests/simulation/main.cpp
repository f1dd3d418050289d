// tests/simulation --seed N --days D: one run after the other, until one breaks an invariant.
#include <chrono>
#include <cstdio>

#include <CLI/CLI.hpp>
#include <spdlog/spdlog.h>

#include "simulation/shrink.h"

namespace tocsin::simulation {
namespace {

struct Flags {
  std::uint64_t seed = 1;
  std::uint64_t seeds = 1;
  double days = 1;
  bool shrink = false;
  bool trace = false;
};

void print(const Outcome& outcome) {
  for (const std::string& line : outcome.trace) fmt::print("{}\n", line);
  fmt::print("BROKEN {}: {}\n  {}\n", outcome.broken->invariant.name,
             outcome.broken->invariant.sentence, outcome.broken->detail);
}

void print_shrunk(const Plan& plan, const Options& options) {
  const Shrunk shrunk = shrink(plan, options);
  fmt::print("\nShrunk in {} runs to:\n", shrunk.runs);
  for (std::size_t i = 0; i < plan.actions.size(); ++i) {
    if (shrunk.left_out[i] || plan.actions[i].at > shrunk.outcome.ended) continue;
    fmt::print("{:>12} {}\n", Scene::to_text(plan.actions[i].at), describe(plan.actions[i]));
  }
  fmt::print("which does:\n");
  print(shrunk.outcome);
}

int run_all(const Flags& flags) {
  const auto started = std::chrono::steady_clock::now();
  Outcome sum;
  Options options;
  if (flags.trace) options.trace_lines = 1'000'000;
  for (std::uint64_t seed = flags.seed; seed < flags.seed + flags.seeds; ++seed) {
    const Plan plan = make_plan(seed, flags.days);
    const Outcome outcome = run(plan, options);
    if (outcome.broken) {
      print(outcome);
      fmt::print("replay: simulation --seed {} --days {} --trace\n", seed, flags.days);
      if (flags.shrink) print_shrunk(plan, options);
      return 1;
    }
    if (flags.trace) {
      for (const std::string& line : outcome.trace) fmt::print("{}\n", line);
    }
    if (flags.seeds == 1) fmt::print("seed {}: trace {:016x}\n", seed, outcome.hash);
    sum.turns += outcome.turns;
    sum.starts += outcome.starts;
    sum.decisions += outcome.decisions;
    sum.attempts += outcome.attempts;
    sum.messages += outcome.messages;
    sum.duplicates += outcome.duplicates;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  fmt::print(
      "{} seeds of {} days in {:.1f} s: {} turns, {} starts, {} decisions, {} attempts, {} "
      "messages "
      "heard, {} of them twice; no invariant broken\n",
      flags.seeds, flags.days, took.count(), sum.turns, sum.starts, sum.decisions, sum.attempts,
      sum.messages, sum.duplicates);
  return 0;
}

}  // namespace
}  // namespace tocsin::simulation

int main(int argc, char** argv) {
  tocsin::simulation::Flags flags;
  CLI::App app("Runs the engine under a seeded clock with faults and checks its invariants");
  app.add_option("--seed", flags.seed, "the (first) seed");
  app.add_option("--seeds", flags.seeds, "how many, one after the other");
  app.add_option("--days", flags.days, "simulated days of each, fractions allowed");
  app.add_flag("--shrink", flags.shrink, "make a failing run short");
  app.add_flag("--trace", flags.trace, "print everything that happens");
  CLI11_PARSE(app, argc, argv);
  spdlog::set_level(spdlog::level::off);
  return tocsin::simulation::run_all(flags);
}
