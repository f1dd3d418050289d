// Whether a receiver hears something now, and why: the heart of notification as a pure function.
//
// Source of the order of cases: alertmanager notify/dedup_stage.go. What differs: what a receiver
// was last told is kept apart from the group's contents, so that muting cannot make it forget.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/fingerprints.h"
#include "model/labels.h"
#include "model/time.h"
#include "notify/notification.h"

namespace tocsin::notify {

/// What one channel of a receiver was last told about one group.
struct TellRecord {
  std::string group_id;
  std::string receiver;
  std::string channel;
  Timestamp at;  ///< of the last message; what repeat_interval counts from
  /// An alert in both is in doubt: which of the two the channel heard last is not known. Whatever
  /// happens to it next is news.
  FingerprintSet firing;
  FingerprintSet resolved;
  std::string message = {};  ///< Sent::message of the last one that had it, of the same story
  bool operator==(const TellRecord&) const = default;

  /// Whether the channel certainly knows the alert to be so.
  bool knows(Fingerprint alert, Status status) const {
    return firing.contains(alert) != resolved.contains(alert) &&
           firing.contains(alert) == (status == Status::Firing);
  }
};

struct TellOptions {
  bool send_resolved = true;
  Duration repeat_interval = std::chrono::hours{4};
};

/// An answer that is "no" for a reason.
enum class Quiet { NothingFiring, NothingNew, RepeatNotDue };
std::string_view to_string(Quiet quiet);

struct Decision {
  std::optional<Reason> say;        ///< set: say it
  Quiet quiet = Quiet::NothingNew;  ///< why not, when `say` is not set
};

/// `alerts` are the group's alerts that are not muted, with their status at `now`; `last` is what
/// the channel was last told, or null. In order:
///  1. never told: firing alerts -> first notification, else quiet;
///  2. a firing alert it was not told -> new alerts (first notification if it knew of none);
///  3. nothing fires: it knew of firing ones -> all resolved, else quiet;
///  4. send_resolved and a resolved alert it was not told as such -> some resolved;
///  5. repeat_interval is over, be it with this very flush -> repeat.
Decision decide(const std::vector<Told>& alerts, const TellRecord* last, const TellOptions& options,
                Timestamp now);

/// A message that got through this soon after its decision counts as sent with it.
inline constexpr Duration kPrompt = std::chrono::minutes{1};

/// The record after the notification was told at `at`. Its time is the decision's for a prompt
/// delivery, so that a repeat_interval of several group_intervals ends with one of the flushes
/// instead of a moment after it; else it is `at`.
TellRecord record_of(const Notification& notification, Timestamp at);

/// The message that this one changes, if the channel can do that: the one it was last told, unless
/// the story begins anew.
std::string_view message_to_change(const Notification& notification, const TellRecord* last);

/// The record once the channel may have heard, too, that the alert is in this status.
TellRecord doubt(TellRecord record, Fingerprint alert, Status perhaps);

/// The record without this alert: what happens to it next is news to the channel.
TellRecord forget(TellRecord record, Fingerprint fingerprint);

}  // namespace tocsin::notify
