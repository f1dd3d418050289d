#include "model/moment.h"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace tocsin {

std::string rough_duration(Duration duration) {
  using namespace std::chrono_literals;
  constexpr std::array<std::pair<Duration, Duration>, 3> kGrain = {
      {{48h, 1h}, {2h, 1min}, {1s, 1s}}};
  for (const auto& [from, grain] : kGrain) {
    if (duration >= from) return format_duration(duration / grain * grain);
  }
  return format_duration(duration);
}

std::string moment_text(Timestamp at, Timestamp now) {
  std::string text = format_rfc3339(std::chrono::floor<std::chrono::seconds>(at));
  text = text.substr(0, text.find('.')) + "Z";
  return at >= now ? fmt::format("{} (in {})", text, rough_duration(at - now))
                   : fmt::format("{} ({} ago)", text, rough_duration(now - at));
}

}  // namespace tocsin
