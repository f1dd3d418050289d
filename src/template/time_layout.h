// Go's time layouts: the reference time Mon Jan 2 15:04:05 MST 2006, written as wanted.
#pragma once

#include <string>
#include <string_view>

#include "model/time.h"
#include "template/value.h"

namespace tocsin::tmpl {

/// What the clocks of a time's zone show.
struct LocalTime {
  CivilTime civil;
  int day_of_year;  ///< from 1
  std::chrono::seconds offset{0};
  std::string zone;  ///< "CET"; for a zone without a name "+0200"
};
LocalTime local_time(const ZonedTime& time);

/// The zone of a name such as "Europe/Berlin"; "" and "UTC" are UTC. Throws Error.
ZonedTime in_zone(Timestamp at, std::string_view zone);

/// time.Time.Format. What is no part of the reference time is copied.
std::string format_layout(const ZonedTime& time, std::string_view layout);

/// time.Parse: the time that `text` is by `layout`; UTC where it names no offset. Throws Error.
ZonedTime parse_layout(std::string_view layout, std::string_view text);

}  // namespace tocsin::tmpl
