#include "web/alert_json.h"

namespace tocsin::web {
namespace {

void write_status(JsonWriter& out, const AlertStatus& status) {
  out.key("status").begin_object().key("inhibitedBy").begin_array();
  for (const Fingerprint each : status.inhibited_by) out.value(format_fingerprint(each));
  out.end_array().key("mutedBy").begin_array();
  for (const std::string& each : status.muted_by) out.value(each);
  out.end_array().key("silencedBy").begin_array();
  for (const std::string& each : status.silenced_by) out.value(each);
  out.end_array().field("state", status.suppressed() ? "suppressed" : "active").end_object();
}

}  // namespace

AlertStatus status_of(const engine::Book::Snapshot& snapshot, const Alert& alert, Timestamp now) {
  return {snapshot.silences().muting(alert.labels, now),
          snapshot.inhibitions().inhibiting(alert.labels, now, 1),
          {}};
}

void write_alert(JsonWriter& out, const Alert& alert, const AlertStatus& status,
                 const std::vector<std::string>& receivers, Timestamp shown_end) {
  out.begin_object().field("annotations", alert.annotations);
  out.field("endsAt", format_rfc3339(alert.ends_at.value_or(shown_end)));
  out.field("fingerprint", format_fingerprint(alert.fingerprint));
  out.key("receivers").begin_array();
  for (const std::string& name : receivers) out.begin_object().field("name", name).end_object();
  out.end_array().field("startsAt", format_rfc3339(alert.starts_at));
  write_status(out, status);
  out.field("updatedAt", format_rfc3339(alert.updated_at));
  if (!alert.generator_url.empty()) out.field("generatorURL", alert.generator_url);
  out.field("labels", alert.labels).end_object();
}

}  // namespace tocsin::web
