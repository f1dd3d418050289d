// A message to one channel of one receiver about one group: what is said, and what came of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "model/alert.h"
#include "model/labels.h"
#include "model/time.h"

namespace tocsin::notify {

/// Why a message is sent. The texts are Alertmanager's notification_reason.
enum class Reason { FirstNotification, NewAlerts, SomeResolved, AllResolved, RepeatInterval };
/// "first notification", "new alerts added", "some alerts resolved", "all alerts resolved",
/// "repeat interval elapsed"
std::string_view to_string(Reason reason);
Reason parse_reason(std::string_view text);

enum class Status { Firing, Resolved };
/// "firing" or "resolved"
std::string_view to_string(Status status);

/// An alert as the message shows it: its status was fixed when the decision was made.
struct Told {
  AlertPtr alert;
  Status status = Status::Firing;
};

/// Everything a channel needs to say it, frozen when it was decided. Survives restarts and reloads.
struct Notification {
  std::string receiver;   ///< name
  std::string channel;    ///< kind and index within the receiver: "slack/0"
  std::string group_id;   ///< group::Group::id
  std::string group_key;  ///< group::Group::key
  Labels group_labels;
  std::vector<Told> alerts;  ///< in the order of sorted_for_message
  Reason reason = Reason::FirstNotification;
  Timestamp decided_at;
  std::string external_url;  ///< of this Tocsin, without a trailing slash
  Labels route_labels = {};  ///< route::Route::labels: templates, not yet expanded

  /// Firing if any alert is.
  Status status() const;
  std::size_t count(Status which) const;
  /// Labels (annotations) that all alerts have with the same value.
  Labels common_labels() const;
  Annotations common_annotations() const;
};

/// What waits, what is under way and what is written to disk share one.
using NotificationPtr = std::shared_ptr<const Notification>;

/// The order in which Alertmanager shows alerts: by label `job`, then `instance` (those that have
/// none come last), then fewer labels first, then by the first label that differs: its value, or,
/// where only one of the two has it, that one last.
bool shown_before(const Labels& a, const Labels& b);
void sorted_for_message(std::vector<Told>& alerts);

/// What came of one attempt.
struct Sent {
  std::string detail;            ///< for the timeline: "250 accepted for delivery", "200 ok"
  Duration hold_destination{0};  ///< accepted, but the next message has to wait this long
  /// Where the channel keeps the message, in its own words, when it can change it later; or empty.
  std::string message = {};
};
/// Worth another attempt. `after` is what the destination asked for (429, Retry-After), else 0;
/// `whole_destination` says that everything for it has to wait, not only this message.
struct Retry {
  std::string why;
  Duration after{0};
  bool whole_destination = false;
  bool anew =
      false;  ///< the earlier message cannot be changed any more: the next attempt is a new one
  /// The destination has certainly not acted on it: it said so, or was never reached.
  bool unheard = false;
};
/// Will never be accepted as it is: die at once, visibly.
struct Refused {
  std::string why;
};
using Outcome = std::variant<Sent, Retry, Refused>;

/// Delay before attempt number `attempts + 1` after `attempts` failed ones: exponential from 1 s,
/// at most 5 min, scaled by `jitter` in [0, 1) to between 50 % and 100 %.
Duration back_off(int attempts, double jitter);

/// Retries end this long after the decision: by then the message is old news.
inline constexpr Duration kGiveUpAfter = std::chrono::hours{24};

}  // namespace tocsin::notify
