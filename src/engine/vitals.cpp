#include "engine/vitals.h"

#include <algorithm>

#include <fmt/format.h>

namespace tocsin::engine {
namespace {

bool is_stuck(const Vitals::Group& group, Timestamp now) {
  const Duration patience =
      std::max<Duration>(kMissedEvaluations * group.interval, std::chrono::minutes{1});
  return now - group.last_evaluation > patience;
}

bool is_dead(const Vitals::Channel& channel, Timestamp now) {
  return now - channel.oldest >= kChannelDeadAfter && channel.last_told <= channel.oldest;
}

}  // namespace

std::string what_is_wrong(const Vitals& vitals, Timestamp now) {
  if (!vitals.journal_failure.empty()) {
    return "the journal cannot be written: " + vitals.journal_failure;
  }
  bool all_fail = !vitals.groups.empty();
  for (const Vitals::Group& group : vitals.groups) {
    if (is_stuck(group, now)) {
      return fmt::format("the rules of {} were last evaluated at {}, their interval is {}",
                         group.name, format_rfc3339(group.last_evaluation),
                         format_duration(group.interval));
    }
    all_fail = all_fail && group.failing;
  }
  if (all_fail) return "no rule can be evaluated: " + vitals.groups.front().error;
  for (const Vitals::Channel& channel : vitals.channels) {
    if (is_dead(channel, now)) {
      return fmt::format("nothing got through to {} since {}: {}", channel.name,
                         format_rfc3339(channel.oldest), channel.error);
    }
  }
  return "";
}

}  // namespace tocsin::engine
