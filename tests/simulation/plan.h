// Everything that is going to happen in a run, as data: made from a seed at once, so that a run can
// leave out any part of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "simulation/spec.h"

namespace tocsin::simulation {

/// From now on the expression has these series: bit i is the one that series_labels(i) names.
struct SetSeries {
  std::string expression;
  unsigned series = 0;
};
inline constexpr unsigned kSeries = 8;
Labels series_labels(unsigned index);

struct QueryTrouble {
  enum class Kind { Slow, Failing, Hanging } kind = Kind::Slow;
  Duration latency{0};
  Duration length{0};
};

/// How a receiver answers.
enum class Manner {
  Fine,
  Slow,            ///< answers late, but in time
  TooMany,         ///< 429 with Retry-After
  Down,            ///< 503
  Refusing,        ///< 400: it will never take this
  CutBefore,       ///< the connection is cut before it has acted
  CutAfter,        ///< or after it
  HangsUnheard,    ///< no answer within the deadline, and it did not act
  HangsHeard,      ///< no answer within the deadline, and it did
  DownAfterActing  ///< 503, although it acted
};
struct ReceiverTrouble {
  std::string url;
  Manner manner = Manner::Fine;
  Duration latency{0};
  Duration retry_after{0};
  Duration length{0};
};

struct PostedSpec {
  Labels labels;
  Duration started_ago{0};
  std::optional<Duration> ends_in;  ///< negative: it is over
};
struct Post {
  std::vector<PostedSpec> alerts;
};

/// `slot` is where later actions find the silence.
struct PutSilence {
  int slot = 0;
  bool update = false;  ///< the one in the slot, else a new one
  MatcherSpecs matchers;
  Duration starts_in{0};
  Duration length{0};
};
struct ExpireSilence {
  int slot = 0;
};

struct Reload {
  Spec spec;
};

/// The process dies after so many more effects (commits, sends), or at once for 0.
struct Kill {
  int effects = 0;
  Duration away{0};
  Duration start_delay{0};
};

struct DiskTrouble {
  Duration length{0};
};

struct ClockJump {
  Duration by{0};
};

/// All troubles end, and nobody changes anything until the next action.
struct Calm {};
/// Checks what has to hold after a calm.
struct CheckQuiet {};

struct Action {
  Duration at{0};  ///< since the start of the run
  std::variant<SetSeries, QueryTrouble, ReceiverTrouble, Post, PutSilence, ExpireSilence, Reload,
               Kill, DiskTrouble, ClockJump, Calm, CheckQuiet>
      what;
};
std::string describe(const Action& action);

struct Plan {
  std::uint64_t seed = 0;
  Spec initial;
  std::vector<Action> actions;  ///< in order; the last one is a CheckQuiet
};

Plan make_plan(std::uint64_t seed, double days);

/// How long nothing happens before a CheckQuiet.
inline constexpr Duration kCalm = minutes{100};

}  // namespace tocsin::simulation
