// An alert as Alertmanager's API shows it.
#pragma once

#include <string>
#include <vector>

#include "engine/book.h"
#include "model/alert.h"
#include "web/json.h"

namespace tocsin::web {

/// Why nobody hears of an alert now. Computed when it is asked for.
struct AlertStatus {
  std::vector<std::string> silenced_by;   ///< ids of silences
  std::vector<Fingerprint> inhibited_by;  ///< alerts
  std::vector<std::string> muted_by;      ///< time intervals; of an alert in a group only

  bool suppressed() const {
    return !silenced_by.empty() || !inhibited_by.empty() || !muted_by.empty();
  }
};

AlertStatus status_of(const engine::Book::Snapshot& snapshot, const Alert& alert, Timestamp now);

/// `shown_end` is for alerts that have no end: clients want one.
void write_alert(JsonWriter& out, const Alert& alert, const AlertStatus& status,
                 const std::vector<std::string>& receivers, Timestamp shown_end);

}  // namespace tocsin::web
