#include "state/posted.h"

#include <algorithm>

#include <fmt/format.h>

#include "model/text.h"

namespace tocsin::state {
namespace {

std::string wrong_with(const Labels& labels, LabelNames names) {
  for (const LabelView& label : labels) {
    const bool named = names == LabelNames::Legacy ? is_legacy_label_name(label.name)
                                                   : !label.name.empty() && is_utf8(label.name);
    if (!named) return fmt::format("invalid name {}", quote(label.name));
    if (!is_utf8(label.value)) return fmt::format("invalid value {}", quote(label.value));
  }
  return {};
}

bool inside(Timestamp at, const Alert& alert) {
  return at > alert.starts_at && (!alert.ends_at || at < *alert.ends_at);
}

/// Whether the two were firing at the same time.
bool overlap(const Alert& stored, const Alert& newer) {
  return inside(*newer.ends_at, stored) || inside(newer.starts_at, stored);
}

}  // namespace

Alert received(Posted posted, Timestamp now, Duration resolve_timeout) {
  Alert alert;
  alert.labels = std::move(posted.labels);
  alert.labels.drop_empty();
  alert.fingerprint = alert.labels.fingerprint();
  alert.annotations = std::move(posted.annotations);
  alert.generator_url = std::move(posted.generator_url);
  alert.starts_at = posted.starts_at.value_or(posted.ends_at.value_or(now));
  alert.ends_at = posted.ends_at.value_or(now + resolve_timeout);
  alert.ends_by_timeout = !posted.ends_at;
  alert.updated_at = now;
  return alert;
}

std::string objection(const Alert& alert, LabelNames names) {
  if (alert.ends_at && *alert.ends_at < alert.starts_at) {
    return "start time must be before end time";
  }
  if (alert.labels.empty()) return "at least one label pair required";
  if (const std::string what = wrong_with(alert.labels, names); !what.empty()) {
    return "invalid label set: " + what;
  }
  if (const std::string what = wrong_with(alert.annotations, names); !what.empty()) {
    return "invalid annotations: " + what;
  }
  return {};
}

Alert merged(const Alert& stored, Alert newer, Timestamp now) {
  if (!overlap(stored, newer)) return newer;
  newer.starts_at = std::min(newer.starts_at, stored.starts_at);
  if (!stored.ends_at || *stored.ends_at <= *newer.ends_at) return newer;
  // The later end counts: of two that are over, or if somebody named it. One that was only derived
  // from the timeout gives way.
  const bool counts = newer.resolved(now) ? stored.resolved(now) : !stored.ends_by_timeout;
  if (counts) newer.ends_at = stored.ends_at;
  return newer;
}

}  // namespace tocsin::state
