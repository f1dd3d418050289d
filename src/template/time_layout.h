// Go's time layouts: the reference time Mon Jan 2 15:04:05 MST 2006, written as wanted.
#pragma once

#include <string>
#include <string_view>

#include "model/time.h"

namespace tocsin::tmpl {

/// time.Time.Format in UTC. What is no part of the reference time is copied.
std::string format_layout(Timestamp at, std::string_view layout);

}  // namespace tocsin::tmpl
