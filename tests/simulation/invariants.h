// What has to hold in every run of the simulation, whatever happens to it. docs/reliability.md says
// the same to users; simulation_test.cpp compares the two.
#pragma once

#include <string>
#include <vector>

namespace tocsin::simulation {

struct Invariant {
  const char* name;
  const char* sentence;
};

inline constexpr Invariant kAcknowledged{
    "acknowledged-is-kept",
    "An alert, silence or expiry that was acknowledged is on disk, and still there after a kill."};
inline constexpr Invariant kSameAfterRestart{
    "restart-changes-nothing",
    "What is on disk is what is in memory: alerts, clocks of rules, groups and their timers, what "
    "each receiver was told, silences and outbox."};
inline constexpr Invariant kToldAfterCommit{
    "told-after-commit", "Nothing is sent whose decision is not on disk, unless the disk fails."};
inline constexpr Invariant kDecisionEnds{
    "decision-ends",
    "Every decision ends delivered, replaced or withdrawn with a reason, or dead with a reason."};
inline constexpr Invariant kSentMeansHeard{
    "sent-means-heard", "What the timeline calls sent was accepted by the receiver."};
inline constexpr Invariant kRightReceiver{
    "right-receiver", "A message is about alerts that a route leads to its receiver and group."};
inline constexpr Invariant kNotMuted{
    "muted-is-not-told",
    "No message is about an alert that is silenced, inhibited or muted when it is decided."};
inline constexpr Invariant kTrueStatus{
    "status-is-true", "A message calls firing what fires and resolved what is resolved."};
inline constexpr Invariant kForHonoured{
    "for-is-exact",
    "`for` and `keep_firing_for` run from evaluation to evaluation, whatever comes between them."};
inline constexpr Invariant kRightEnds{
    "posted-as-told", "A posted alert fires from its acknowledgement until the end that was told."};
inline constexpr Invariant kFiringTold{
    "firing-is-told",
    "When the faults are over, every receiver knows of every alert that fires and is not muted."};
inline constexpr Invariant kResolvedTold{
    "resolved-is-told",
    "When the faults are over, whoever was told that an alert fires was told that it is over, or "
    "the timeline says why not."};
inline constexpr Invariant kNoDuplicates{"no-duplicates",
                                         "A message is repeated only when repeat_interval is over "
                                         "or it was decided without knowing what "
                                         "became of the first one, or of one between them."};
inline constexpr Invariant kRetryAfter{
    "retry-after-is-obeyed", "Nothing goes to a channel sooner than its Retry-After allows."};
inline constexpr Invariant kRateLimit{
    "rate-limit-is-kept",
    "No channel is sent more in any stretch of time than its rate_limit says."};
inline constexpr Invariant kNobodyWaits{
    "nobody-waits-for-others", "What is due on a channel starts at once, whatever others do."};
inline constexpr Invariant kTimers{
    "timers-are-kept",
    "No group is flushed before its time, and none is left over when its time has come."};
inline constexpr Invariant kBounded{
    "what-is-over-goes",
    "Alerts and silences go when their retention is over, empty groups at once."};
inline constexpr Invariant kNoBusyLoop{
    "no-busy-loop", "The engine does not ask again and again to be called at once."};

/// All of them.
const std::vector<Invariant>& invariants();

/// Thrown through the engine, which knows it as little as the kill of a process.
struct Broken {
  Invariant invariant;
  std::string detail;
};

}  // namespace tocsin::simulation
