// What people do to the outbox by hand: another attempt, or none.
#include <algorithm>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "engine/engine_ask.h"

namespace tocsin::engine {
namespace {

using Outcome = RowChange::Outcome;
using notify::OutboxRow;
using notify::RowState;
using notify::Status;
using notify::Told;

RowChange not_there(std::int64_t id) {
  return {Outcome::NotFound,
          fmt::format("there is no message {} in the outbox: it was delivered or withdrawn, or a "
                      "newer decision took its place (`tocsin explain` tells which)",
                      id)};
}

const notifiers::Channel* channel_of(const config::Config& config, const OutboxRow& row) {
  const config::Receiver* receiver = config.receiver(row.notification->receiver);
  if (receiver == nullptr) return nullptr;
  for (const notifiers::Channel& channel : receiver->channels) {
    if (channel.name == row.notification->channel) return &channel;
  }
  return nullptr;
}

/// The alert as it is by now: what the message said when it was given up may be over.
Told as_it_is(const Book& book, const Told& told, Timestamp now) {
  const AlertPtr known = book.alert(told.alert->fingerprint);
  if (known) return {known, known->resolved(now) ? Status::Resolved : Status::Firing};
  if (told.alert->resolved(now)) return {told.alert, Status::Resolved};
  return {extended(*told.alert, now, now), Status::Resolved};
}

/// A dead message for another life: what it says is brought up to date.
OutboxRow revived(const Book& book, const OutboxRow& dead, bool send_resolved, Timestamp now) {
  notify::Notification about = *dead.notification;
  for (Told& told : about.alerts) told = as_it_is(book, told, now);
  if (!send_resolved) {
    std::erase_if(about.alerts, [](const Told& told) { return told.status == Status::Resolved; });
  }
  if (about.count(Status::Firing) == 0) about.reason = notify::Reason::AllResolved;
  notify::sorted_for_message(about.alerts);
  about.decided_at = now;  // by whoever asked: retries go on for a day from here
  OutboxRow row = dead;
  row.notification = std::make_shared<const notify::Notification>(std::move(about));
  row.state = RowState::Pending;
  row.attempts = row.unheard = 0;
  row.retry_at = now;
  return row;
}

/// The change to the row, and what each of its alerts' timelines says of it.
std::vector<journal::Change> changes_of(journal::Change change, const OutboxRow& row,
                                        EventKind kind, const std::string& detail, Timestamp now) {
  const notify::Notification& about = *row.notification;
  std::vector<journal::Change> changes;
  changes.push_back(std::move(change));
  for (const Told& told : about.alerts) {
    changes.emplace_back(journal::AddEvent{
        {now, kind, told.alert->fingerprint, about.receiver + "/" + about.channel, detail}});
  }
  spdlog::info("{} {}/{}: {}", to_string(kind), about.receiver, about.channel, detail);
  return changes;
}

/// Nothing stands against another attempt now.
bool is_under_way(const Book& book, const OutboxRow& row) {
  if (row.state != RowState::Pending) return false;
  const auto due = book.due_rows().find({row.notification->receiver, row.notification->channel});
  return due == book.due_rows().end() || !due->second.contains({row.retry_at, row.id});
}

}  // namespace

std::optional<OutboxRow> Engine::outbox_row(std::int64_t id) const {
  const auto lock = book_.read_lock();
  const auto at = book_.outbox().find(id);
  return at == book_.outbox().end() ? std::nullopt : std::optional(at->second);
}

RowChange Engine::retry_row(std::int64_t id, std::string by) {
  return ask<RowChange>([this, id, by = std::move(by)](Timestamp now) {
    const auto at = book_.outbox().find(id);
    if (at == book_.outbox().end()) return not_there(id);
    if (is_under_way(book_, at->second)) {
      return RowChange{Outcome::Refused, fmt::format("message {} is being sent just now", id)};
    }
    const notifiers::Channel* channel = channel_of(*config_, at->second);
    if (channel == nullptr) {
      return RowChange{
          Outcome::Refused,
          fmt::format("message {} is for {}/{}, which is no longer configured", id,
                      at->second.notification->receiver, at->second.notification->channel)};
    }
    OutboxRow row = at->second;
    if (row.state == RowState::Dead) row = revived(book_, row, channel->send_resolved, now);
    if (row.notification->alerts.empty()) {
      return RowChange{Outcome::Refused,
                       fmt::format("all that message {} was about is over, and the channel has "
                                   "send_resolved off: drop it",
                                   id)};
    }
    row.retry_at = now;
    const std::string detail =
        fmt::format("notification {} is tried again now: asked for by {}", id, by);
    book_.commit_now(
        changes_of(journal::PutOutbox{row}, row, EventKind::OutboxRetried, detail, now));
    return RowChange{Outcome::Done, fmt::format("message {} is due now", id)};
  });
}

RowChange Engine::drop_row(std::int64_t id, std::string by) {
  return ask<RowChange>([this, id, by = std::move(by)](Timestamp now) {
    const auto at = book_.outbox().find(id);
    if (at == book_.outbox().end()) return not_there(id);
    const OutboxRow row = at->second;
    const bool under_way = is_under_way(book_, row);
    const std::string detail = fmt::format(
        "notification {} was thrown away by {} after {} attempts", id, by, row.attempts);
    book_.commit_now(
        changes_of(journal::DropOutbox{id}, row, EventKind::OutboxDropped, detail, now));
    dispatch_.settle(*row.notification, now);
    book_.commit();
    return RowChange{
        Outcome::Done,
        fmt::format("message {} is gone{}; what is still true of it is decided again "
                    "with the next flush of its group",
                    id, under_way ? ", but an attempt under way may still arrive" : "")};
  });
}

}  // namespace tocsin::engine
