// console_configs: notifications printed on standard output, for trying things out.
#pragma once

#include <string>

#include "notify/notification.h"

namespace tocsin::notifiers {

struct ConsoleSettings {
  bool operator==(const ConsoleSettings&) const = default;
};

/// Several lines of plain text; control characters of alerts are made visible, never passed on.
std::string console_text(const notify::Notification& notification);

}  // namespace tocsin::notifiers
