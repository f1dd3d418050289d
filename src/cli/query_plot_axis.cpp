#include "cli/query_plot_axis.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace tocsin::cli {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// The least of 1, 2, 2.5, 5 times a power of ten that is not below `least`.
long double round_step(long double least) {
  const long double power = std::pow(10.0L, std::floor(std::log10(least)));
  for (const long double factor : {1.0L, 2.0L, 2.5L, 5.0L}) {
    if (factor * power >= least * (1 - 1e-9L)) return factor * power;
  }
  return 10 * power;
}

/// The first multiple of the step that is not before.
Timestamp first_mark(Timestamp from, Duration step) {
  const Duration since = from.time_since_epoch();
  const Duration multiple = since / step * step;
  return Timestamp(multiple < since ? multiple + step : multiple);
}

bool fits(Timestamp from, Timestamp to, Duration step, int most) {
  const Timestamp first = first_mark(from, step);
  return first > to || (to - first) / step < most;
}

Duration round_step(Timestamp from, Timestamp to, int most) {
  constexpr std::array<Duration, 22> kSteps = {
      seconds(1), seconds(2), seconds(5), seconds(10), seconds(15), seconds(30),
      minutes(1), minutes(2), minutes(5), minutes(10), minutes(15), minutes(30),
      hours(1),   hours(2),   hours(3),   hours(6),    hours(12),   days(1),
      days(2),    days(7),    days(28),   days(91)};
  for (const Duration step : kSteps) {
    if (fits(from, to, step, most)) return step;
  }
  Duration step = days(364);
  while (!fits(from, to, step, most)) step *= 2;
  return step;
}

std::string time_label(Timestamp at, Duration step) {
  const CivilTime time = to_civil(at);
  if (step >= days(28)) return fmt::format("{:04}-{:02}-{:02}", time.year, time.month, time.day);
  if (step >= days(1)) return fmt::format("{:02}-{:02}", time.month, time.day);
  if (step >= minutes(1)) return fmt::format("{:02}:{:02}", time.hour, time.minute);
  return fmt::format("{:02}:{:02}:{:02}", time.hour, time.minute, time.second);
}

}  // namespace

ValueAxis value_axis(double least, double most, int marks) {
  long double low = least;
  long double high = most;
  if (low == high) {  // a line in the middle
    const long double around = low == 0 ? 1 : std::abs(low) / 2;
    low -= around;
    high += around;
  }
  const long double step = round_step((high - low) / std::max(marks, 1));
  ValueAxis axis;
  axis.low = std::floor(low / step) * step;
  axis.high = std::ceil(high / step) * step;
  const auto count = static_cast<int>(std::min(std::round((axis.high - axis.low) / step), 100.0L));
  for (int i = 0; i <= count; ++i) {
    const long double value = axis.low + i * step;
    const bool zero = std::abs(value) < step / 1000;
    axis.marks.push_back({value, fmt::format("{:.10Lg}", zero ? 0 : value)});
  }
  return axis;
}

std::vector<TimeMark> time_marks(Timestamp from, Timestamp to, int most) {
  const Duration step = round_step(from, to, std::max(most, 1));
  std::vector<TimeMark> marks;
  for (Timestamp at = first_mark(from, step); at <= to; at += step) {
    marks.push_back({at, time_label(at, step)});
  }
  return marks;
}

}  // namespace tocsin::cli
