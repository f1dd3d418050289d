// Groups: alerts of one route with the same grouping labels, told together, and their timers.
//
// Source of the timing: alertmanager dispatch/dispatch.go.
#pragma once

#include <string>
#include <unordered_set>

#include "model/labels.h"
#include "model/time.h"
#include "route/route.h"

namespace tocsin::group {

/// A group's durable part: its identity and its timer.
struct Group {
  std::string id;   ///< route.id + ":" + labels: unique, the key of everything stored about it
  std::string key;  ///< route.key + ":" + labels: Alertmanager's groupKey text
  std::string route_id;
  std::string receiver;
  Labels labels;
  Timestamp created_at;
  Timestamp next_flush;
  bool flushed = false;  ///< has been flushed at least once
  bool operator==(const Group&) const = default;
};

/// route.key or route.id + ":" + {a="x", b="y"}
std::string group_key(const std::string& route_text, const Labels& group_labels);

/// A new group for an alert that started at `alert_started`: waits group_wait, or flushes at once
/// when the alert is older than that already.
Group open(const route::Route& route, const Labels& group_labels, Timestamp alert_started,
           Timestamp now);

/// The flush after the one at `now`. An overdue group (the service was away) flushes once, not once
/// for every interval missed.
Timestamp next_flush(const route::Route& route, Timestamp now);

}  // namespace tocsin::group
