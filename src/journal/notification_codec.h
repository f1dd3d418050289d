// A notification as it lies in the outbox: JSON with a version of its own, so that what an older
// Tocsin decided can still be delivered by a newer one.
//
//   {"version": 3, "receiver": "ops", "channel": "slack/0", "group_id": …, "group_key": …,
//    "group_labels": {…}, "reason": "first notification", "decided_at": <ms>, "external_url": …,
//    "route_labels": {…},
//    "alerts": [{"status": "firing", "fingerprint": "0123456789abcdef", "labels": {…},
//                "annotations": {…}, "generator_url": …, "starts_at": <ms>, "ends_at": <ms>,
//                "updated_at": <ms>, "origin": "rule", "ends_by_timeout": false, "value": 1.5}]}
//
// ends_at and value are left out when the alert has none, route_labels when there are none; a value
// that is not finite is "NaN", "+Inf" or "-Inf".
//
// An alert may be a reference instead: [fingerprint, 1 where it fires and 0 where it is resolved,
// starts_at, updated_at, ends_at], times in ms since decided_at, the last of which is left out when
// it has none. What it says otherwise is in the row of that alert: most messages are written only
// to be deleted soon. Version 1 knew no references; in those of version 2 the status was "firing"
// or "resolved" and times were since the epoch.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "notify/notification.h"

namespace tocsin::journal {

/// Alerts that `is_elsewhere` become references.
std::string encode_notification(const notify::Notification& notification,
                                const std::function<bool(const Alert&)>& is_elsewhere);
std::string encode_notification(const notify::Notification& notification);

/// Finds what references mean; null for an alert that is unknown.
using FindAlert = std::function<AlertPtr(Fingerprint)>;

/// Gives back exactly what was encoded, apart from what references mean now. Throws Error for
/// anything else, also for a version that this program does not know, and for a reference to an
/// alert that is not there.
notify::Notification decode_notification(std::string_view json, const FindAlert& find = {});

}  // namespace tocsin::journal
