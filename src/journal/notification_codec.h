// A notification as it lies in the outbox: JSON with a version of its own, so that what an older
// Tocsin decided can still be delivered by a newer one.
//
//   {"version": 1, "receiver": "ops", "channel": "slack/0", "group_id": …, "group_key": …,
//    "group_labels": {…}, "reason": "first notification", "decided_at": <ms>, "external_url": …,
//    "route_labels": {…},
//    "alerts": [{"status": "firing", "fingerprint": "0123456789abcdef", "labels": {…},
//                "annotations": {…}, "generator_url": …, "starts_at": <ms>, "ends_at": <ms>,
//                "updated_at": <ms>, "origin": "rule", "ends_by_timeout": false, "value": 1.5}]}
//
// ends_at and value are left out when the alert has none, route_labels when there are none; a value
// that is not finite is "NaN",
// "+Inf" or "-Inf".
#pragma once

#include <string>
#include <string_view>

#include "notify/notification.h"

namespace tocsin::journal {

std::string encode_notification(const notify::Notification& notification);

/// Gives back exactly what was encoded. Throws Error for anything else, also for a version that
/// this program does not know.
notify::Notification decode_notification(std::string_view json);

}  // namespace tocsin::journal
