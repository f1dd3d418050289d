// The parts of an explanation; each adds what it has to say.
#pragma once

#include "explain/explain.h"

namespace tocsin::explain {

/// Rules, state and why.
void add_state(const Facts& facts, Timestamp now, Explanation& out);
/// The way through the routing tree.
void add_routes(const Facts& facts, Explanation& out);
/// Silences and inhibition; those that nearly hold as well.
void add_mutes(const Facts& facts, Timestamp now, Explanation& out);
/// Groups, channels, and the answer. REQUIRES: the mutes are there.
void add_groups(const Facts& facts, Timestamp now, Explanation& out);

/// Why a matcher does not hold: `a="b" fails: its a is "c"`.
std::string failure_of(const Matcher& matcher, const Labels& labels);

/// The time intervals that keep a route quiet at `now`, each with the instant from which on none
/// does (within five weeks).
std::vector<MuteSaid> time_mutes(const config::Config& config, const route::Route& route,
                                 Timestamp now);

/// `{a="b"} by alice until …: "comment"`
std::string silence_text(const route::Silence& silence, Timestamp now);

/// Whether the event is about the state of an alert.
bool is_of_state(EventKind kind);
bool is_of_delivery(EventKind kind);

}  // namespace tocsin::explain
