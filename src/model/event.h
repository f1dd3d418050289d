// The timeline: what happened to an alert, a group, a silence or the service, and why.
#pragma once

#include <string>
#include <string_view>

#include "model/labels.h"
#include "model/time.h"

namespace tocsin {

enum class EventKind {
  AlertPending,
  AlertFiring,
  AlertPendingDropped,  ///< the condition went away before `for` was over
  AlertKept,            ///< absent from the result, held by keep_firing_for
  AlertResolved,
  Grouped,  ///< joined a group of a route
  Muted,    ///< left out of a flush: silenced, inhibited, outside its time
  NotificationDecided,
  NotificationReplaced,  ///< a newer decision took the place of one not yet sent
  NotificationSent,
  NotificationRetry,  ///< an attempt failed; another one is planned
  NotificationDead,   ///< given up, visibly
  NotificationQuiet,  ///< a flush had nothing to tell a channel; said when the reason changes
  OutboxRetried,      ///< somebody asked for another attempt
  OutboxDropped,      ///< somebody threw a message away
  SilenceCreated,
  SilenceUpdated,
  SilenceExpired,
  Started,
  Reloaded,
  ReloadFailed,
};

/// snake_case, as stored and as served by the API: "alert_pending", …
std::string_view to_string(EventKind kind);
/// Throws Error for a name that to_string never gives.
EventKind parse_event_kind(std::string_view text);

struct Event {
  Timestamp at;
  EventKind kind;
  Fingerprint fingerprint = 0;  ///< 0 when the event is not about one alert
  std::string subject;          ///< group key, "receiver/channel", silence id or rule id
  std::string detail;           ///< one sentence for a person
  bool operator==(const Event&) const = default;
};

}  // namespace tocsin
