#include "rule/schedule.h"

namespace tocsin::rule {
namespace {

Duration offset_of(const RuleGroup& group) {
  if (group.offset) return *group.offset % group.interval;
  const Labels key{{"file", group.file}, {"name", group.name}};
  return Duration{static_cast<Duration::rep>(key.fingerprint() %
                                             static_cast<std::uint64_t>(group.interval.count()))};
}

}  // namespace

Timestamp first_due(const RuleGroup& group, Timestamp now) {
  const Duration interval = group.interval;
  const Duration since_slot = (now.time_since_epoch() - offset_of(group)) % interval;
  return since_slot == Duration{0} ? now : now + (interval - since_slot);
}

NextDue next_due(const RuleGroup& group, Timestamp due, Timestamp now) {
  const Timestamp next = due + group.interval;
  if (next > now) return {next, 0};
  const auto missed = static_cast<std::uint64_t>((now - due) / group.interval);
  return {due + group.interval * static_cast<Duration::rep>(missed + 1), missed};
}

}  // namespace tocsin::rule
