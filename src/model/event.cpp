#include "model/event.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "model/error.h"

namespace tocsin {
namespace {

constexpr std::array<std::pair<EventKind, std::string_view>, 21> kNames = {{
    {EventKind::AlertPending, "alert_pending"},
    {EventKind::AlertFiring, "alert_firing"},
    {EventKind::AlertPendingDropped, "alert_pending_dropped"},
    {EventKind::AlertKept, "alert_kept"},
    {EventKind::AlertResolved, "alert_resolved"},
    {EventKind::Grouped, "grouped"},
    {EventKind::Muted, "muted"},
    {EventKind::NotificationDecided, "notification_decided"},
    {EventKind::NotificationReplaced, "notification_replaced"},
    {EventKind::NotificationSent, "notification_sent"},
    {EventKind::NotificationRetry, "notification_retry"},
    {EventKind::NotificationDead, "notification_dead"},
    {EventKind::NotificationQuiet, "notification_quiet"},
    {EventKind::OutboxRetried, "outbox_retried"},
    {EventKind::OutboxDropped, "outbox_dropped"},
    {EventKind::SilenceCreated, "silence_created"},
    {EventKind::SilenceUpdated, "silence_updated"},
    {EventKind::SilenceExpired, "silence_expired"},
    {EventKind::Started, "started"},
    {EventKind::Reloaded, "reloaded"},
    {EventKind::ReloadFailed, "reload_failed"},
}};

}  // namespace

std::string_view to_string(EventKind kind) {
  for (const auto& [each, name] : kNames) {
    if (each == kind) return name;
  }
  return "unknown";
}

EventKind parse_event_kind(std::string_view text) {
  for (const auto& [kind, name] : kNames) {
    if (name == text) return kind;
  }
  throw Error(fmt::format("\"{}\" is not a kind of timeline event", text));
}

}  // namespace tocsin
