#include "engine/delivery.h"

#include <algorithm>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace tocsin::engine {
namespace {

ChannelKey key_of(const notify::Notification& notification) {
  return {notification.receiver, notification.channel};
}

std::string name_of(const notify::Notification& notification) {
  return fmt::format("{}/{}", notification.receiver, notification.channel);
}

void count_latency(DeliveryStatus& status, double seconds) {
  std::size_t bucket = 0;
  while (bucket < DeliveryStatus::kLatencyBuckets.size() &&
         seconds > DeliveryStatus::kLatencyBuckets[bucket]) {
    ++bucket;
  }
  ++status.latency[bucket];
  status.latency_sum += seconds;
}

/// One event for each alert of a message, so that each alert's timeline is complete.
void log_for_each_alert(Book& book, EventKind kind, const notify::Notification& notification,
                        Timestamp now, const std::string& detail) {
  for (const notify::Told& told : notification.alerts) {
    book.log(now, kind, told.alert->fingerprint, name_of(notification), detail);
  }
}

}  // namespace

Delivery::Delivery(Book& book, Send send, Finished finished, std::uint64_t seed)
    : book_(book),
      send_(std::move(send)),
      finished_(std::move(finished)),
      random_(seed),
      arrived_(std::make_shared<std::deque<Arrived>>()) {}

void Delivery::configure(std::shared_ptr<const config::Config> config, Timestamp now) {
  config_ = std::move(config);
  book_.begin();
  for (const config::Receiver& receiver : config_->receivers) {
    for (const notifiers::Channel& channel : receiver.channels) {
      status_[std::string(notifiers::kind_of(channel.settings))];
    }
  }
  std::vector<std::int64_t> homeless;
  for (const auto& [id, row] : book_.outbox()) {
    if (row.state == notify::RowState::Pending && !in_flight_.contains(id) &&
        channel_of(key_of(row.notification)) == nullptr) {
      homeless.push_back(id);
    }
  }
  for (const std::int64_t id : homeless) {
    die(notify::OutboxRow(book_.outbox().at(id)), "its channel is no longer configured", now);
  }
}

const notifiers::Channel* Delivery::channel_of(const ChannelKey& key) const {
  const config::Receiver* receiver = config_->receiver(key.receiver);
  if (receiver == nullptr) return nullptr;
  for (const notifiers::Channel& channel : receiver->channels) {
    if (channel.name == key.channel) return &channel;
  }
  return nullptr;
}

void Delivery::collect(Timestamp now) {
  while (!arrived_->empty()) {
    const Arrived arrived = std::move(arrived_->front());
    arrived_->pop_front();
    const auto at = in_flight_.find(arrived.row_id);
    if (at == in_flight_.end()) continue;
    Flight flight = std::move(at->second);
    in_flight_.erase(at);
    const ChannelKey key = key_of(flight.notification);
    --lanes_[key].in_flight;
    busy_.erase({flight.notification.group_id, key});
    outcome(std::move(flight), arrived.row_id, arrived.result, now);
  }
}

Timestamp Delivery::start(Timestamp now) {
  Timestamp next = Timestamp::max();
  for (const auto& [key, due] : book_.due_rows()) next = std::min(next, start_lane(key, due, now));
  return arrived_->empty() ? next : now;  // the console answers at once
}

Timestamp Delivery::start_lane(const ChannelKey& key,
                               const std::set<std::pair<Timestamp, std::int64_t>>& due,
                               Timestamp now) {
  Lane& lane = lanes_[key];
  if (due.empty()) return Timestamp::max();
  if (lane.held_until > now) return lane.held_until;
  for (const auto& [retry_at, id] : due) {
    if (retry_at > now) return retry_at;
    if (lane.in_flight >= kMaxInFlightPerLane) return Timestamp::max();  // an outcome wakes us
    const notify::OutboxRow& row = book_.outbox().at(id);
    if (busy_.contains({row.notification.group_id, key})) continue;
    const notifiers::Channel* channel = channel_of(key);
    if (channel == nullptr) return Timestamp::max();  // configure() lets such rows die
    launch(row, *channel, now);
  }
  return Timestamp::max();
}

void Delivery::launch(const notify::OutboxRow& row, const notifiers::Channel& channel,
                      Timestamp now) {
  book_.count_attempt(row.id);
  const ChannelKey key = key_of(row.notification);
  ++lanes_[key].in_flight;
  busy_.insert({row.notification.group_id, key});
  in_flight_[row.id] = {row.notification, channel, std::chrono::steady_clock::now()};
  const auto done = [queue = arrived_, id = row.id](net::Result result) {
    queue->emplace_back(id, std::move(result));
  };
  try {
    send_(notifiers::prepare(channel, row.notification, now), done);
  } catch (const Error& error) {
    done(net::Failure{net::Failure::Kind::BadRequest, error.what()});
  }
}

void Delivery::outcome(Flight flight, std::int64_t row_id, const net::Result& result,
                       Timestamp now) {
  book_.begin();
  DeliveryStatus& status = status_[std::string(notifiers::kind_of(flight.channel.settings))];
  ++status.requests;
  count_latency(
      status,
      std::chrono::duration<double>(std::chrono::steady_clock::now() - flight.started).count());
  const notify::Outcome outcome = notifiers::judge(flight.channel, result);
  if (const auto* delivered = std::get_if<notify::Sent>(&outcome)) {
    ++status.notifications;
    sent(flight, row_id, *delivered, now);
    return;
  }
  ++status.requests_failed;
  const auto at = book_.outbox().find(row_id);
  if (const auto* later = std::get_if<notify::Retry>(&outcome)) {
    if (later->whole_destination) {
      Lane& lane = lanes_[key_of(flight.notification)];
      lane.held_until = std::max(lane.held_until, now + later->after);
    }
    if (at != book_.outbox().end()) retry(flight, at->second, *later, now);
    return;
  }
  if (at == book_.outbox().end()) return;  // a newer decision took its place meanwhile
  die(notify::OutboxRow(at->second), std::get<notify::Refused>(outcome).why, now);
}

void Delivery::sent(const Flight& flight, std::int64_t row_id, const notify::Sent& sent,
                    Timestamp now) {
  const notify::Notification& told = flight.notification;
  if (sent.hold_destination > Duration{0}) {
    lanes_[key_of(told)].held_until = now + sent.hold_destination;
  }
  book_.apply(journal::DropOutbox{row_id});
  log_for_each_alert(
      book_, EventKind::NotificationSent, told, now,
      fmt::format("notification {} ({}): {}", row_id, to_string(told.reason), sent.detail));
  remember(told, now);
  finished_(told, now);
}

void Delivery::remember(const notify::Notification& told, Timestamp now) {
  if (book_.group(told.group_id) == nullptr) return;  // over and told: nothing to remember
  notify::TellRecord record = notify::record_of(told, now);
  // Resolved and left the group while this was under way, muted: it must be news when it fires
  // again.
  const auto& members = book_.group(told.group_id)->members;
  for (const notify::Told& each : told.alerts) {
    if (each.status == notify::Status::Firing && !members.contains(each.alert->fingerprint)) {
      record = notify::forget(std::move(record), each.alert->fingerprint);
    }
  }
  book_.apply(journal::PutTellRecord{std::move(record)});
}

void Delivery::retry(const Flight& flight, notify::OutboxRow row, const notify::Retry& retry,
                     Timestamp now) {
  if (now - row.notification.decided_at >= notify::kGiveUpAfter) {
    die(row, fmt::format("given up after {} attempts: {}", row.attempts, retry.why), now);
    return;
  }
  const double jitter = std::uniform_real_distribution<double>(0, 1)(random_);
  row.retry_at = now + std::max(retry.after, notify::back_off(row.attempts, jitter));
  row.last_error = retry.why;
  const std::string detail =
      fmt::format("notification {}, attempt {} failed: {}; next at {}", row.id, row.attempts,
                  retry.why, format_rfc3339(row.retry_at));
  spdlog::warn("{}: {}", notifiers::describe(flight.channel), detail);
  log_for_each_alert(book_, EventKind::NotificationRetry, row.notification, now, detail);
  book_.apply(journal::PutOutbox{std::move(row)});
}

void Delivery::die(const notify::OutboxRow& row, const std::string& why, Timestamp now) {
  notify::OutboxRow dead = row;
  dead.state = notify::RowState::Dead;
  dead.last_error = why;
  const std::string& channel = row.notification.channel;
  DeliveryStatus& status = status_[channel.substr(0, channel.find('/'))];
  ++status.notifications;
  ++status.failed;
  spdlog::error("notification {} to {} about {} was given up: {}", row.id,
                name_of(row.notification), row.notification.group_key, why);
  log_for_each_alert(book_, EventKind::NotificationDead, row.notification, now,
                     fmt::format("notification {} given up: {}", row.id, why));
  const notify::Notification notification = row.notification;  // `row` may be the one replaced
  book_.apply(journal::PutOutbox{std::move(dead)});
  finished_(notification, now);
}

}  // namespace tocsin::engine
