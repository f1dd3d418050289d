// Messages as they may come, to try templates on when they are read.
#pragma once

#include <vector>

#include "notify/notification.h"

namespace tocsin::notifiers {

/// One alert that fires, one that is over, and some of both.
std::vector<notify::Notification> sample_messages();

}  // namespace tocsin::notifiers
