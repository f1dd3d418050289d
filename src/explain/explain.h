// Why an alert is told or not: an explanation for people, made of facts by a pure function.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "explain/facts.h"

namespace tocsin::explain {

/// The rule behind the alert.
struct RuleSaid {
  std::string name, group, file, expression;
  std::string health, last_error;
  std::optional<double> value;
  std::vector<std::string> text;
};

/// One node of the routing tree, depth first.
struct RouteSaid {
  std::string key, receiver;
  std::size_t depth = 0;
  bool takes = false;
  std::string text;
};

/// What keeps the alert quiet, or nearly does.
struct MuteSaid {
  enum class Kind { Silence, Inhibition, TimeInterval } kind = Kind::Silence;
  std::string by;  ///< id of a silence, fingerprint of a source, name of an interval
  std::optional<Timestamp> until;  ///< where that is known
  bool holds = true;               ///< false: it does not, and `text` says why not
  std::string text;
};

/// What one channel was told and will be told.
struct ChannelSaid {
  std::string name;
  std::optional<Timestamp> told_at;
  std::vector<std::string> text;
  std::string next;  ///< what would have to happen for a message to go out
};

struct GroupSaid {
  std::string key, receiver;
  Labels labels;
  Timestamp next_flush;
  std::size_t members = 0;
  std::vector<std::string> text;
  std::vector<ChannelSaid> channels;
};

struct Explanation {
  Timestamp at;
  bool past = false;  ///< told from the timeline
  Fingerprint fingerprint = 0;
  Labels labels;
  std::string state;             ///< "pending", "firing", "resolved", "inactive", "unknown"
  std::vector<std::string> why;  ///< it is in that state
  std::vector<RuleSaid> rules;
  std::vector<RouteSaid> routes;
  std::vector<MuteSaid> mutes;
  std::vector<GroupSaid> groups;
  std::vector<std::string> answer;  ///< what it comes to, one sentence for each who would be told
  std::vector<Event> timeline;      ///< the latest, newest first
};

/// As things are at `now`.
Explanation explain(const Facts& facts, Timestamp now);

/// As they were at `at`, earlier than `now`: from the timeline and the versions of silences. The
/// routing tree is today's.
Explanation explain_past(const Facts& facts, Timestamp at, Timestamp now);

}  // namespace tocsin::explain
