// Times and durations for people.
#pragma once

#include <string>

#include "model/time.h"

namespace tocsin {

/// "1h5m", the two largest units of it.
std::string rough_duration(Duration duration);

/// "2026-01-02T15:04:05Z (in 1h5m)", "(5m ago)".
std::string moment_text(Timestamp at, Timestamp now);

}  // namespace tocsin
