// What all parts of a run share: the time, the oracle, the trace.
#pragma once

#include <string>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "simulation/invariants.h"
#include "simulation/model.h"
#include "simulation/trace.h"

namespace tocsin::simulation {

struct Scene {
  Scene(const Spec& spec, std::size_t trace_lines) : oracle(spec), trace(trace_lines) {}

  Duration elapsed{0};      ///< true time since the run began
  Duration clock_error{0};  ///< what the clock that the engine reads is ahead of it
  Timestamp latest;         ///< what the clock has said so far
  int life = 0;             ///< counts starts of the engine
  int rules_version = 0;    ///< counts configurations in force
  int tree_version = 0;     ///< counts those that changed who hears of what
  Oracle oracle;
  Trace trace;

  /// What the engine's clock says.
  Timestamp wall() const {
    return Timestamp{hours{24} * 20000} + elapsed + clock_error;  // 4 October 2024, a Friday
  }

  template <class... Parts>
  void note(fmt::format_string<Parts...> format, Parts&&... parts) {
    trace.note(fmt::format("{:>12} {}", to_text(elapsed),
                           fmt::format(format, std::forward<Parts>(parts)...)));
  }

  static std::string to_text(Duration at) {
    const auto seconds_of = at.count() / 1000;
    return fmt::format("{}d{:02}:{:02}:{:02}.{:03}", seconds_of / 86400, seconds_of / 3600 % 24,
                       seconds_of / 60 % 60, seconds_of % 60, at.count() % 1000);
  }
};

/// Breaks off the run.
template <class... Parts>
[[noreturn]] void broken(const Invariant& invariant, fmt::format_string<Parts...> format,
                         Parts&&... parts) {
  throw Broken{invariant, fmt::format(format, std::forward<Parts>(parts)...)};
}

}  // namespace tocsin::simulation
