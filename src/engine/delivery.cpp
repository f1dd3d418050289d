#include "engine/delivery.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "notifiers/message_rendering.h"

namespace tocsin::engine {
namespace {

ChannelKey key_of(const notify::Notification& notification) {
  return {notification.receiver, notification.channel};
}

std::string name_of(const notify::Notification& notification) {
  return fmt::format("{}/{}", notification.receiver, notification.channel);
}

/// In the words of kFailureReasons.
std::string reason_of(const net::Result& result) {
  if (const auto* failure = std::get_if<net::Failure>(&result)) {
    return failure->kind == net::Failure::Kind::Timeout ? "contextDeadlineExceeded" : "other";
  }
  const int status = std::get<net::Response>(result).status;
  if (status == 401 || status == 403) return "authError";
  if (status == 429) return "rateLimited";
  if (status / 100 == 4) return "clientError";
  return status / 100 == 5 ? "serverError" : "other";
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

/// " (in 34ms)"; nothing where that is less than a millisecond.
std::string took(double seconds) {
  const Duration duration{static_cast<Duration::rep>(seconds * 1000)};
  return duration > Duration{0} ? fmt::format(" (in {})", format_duration(duration)) : "";
}

/// One event for each alert of a message, so that each alert's timeline is complete.
void log_for_each_alert(Book& book, EventKind kind, const notify::Notification& notification,
                        Timestamp now, std::string detail) {
  std::vector<Fingerprint> alerts;
  alerts.reserve(notification.alerts.size());
  for (const notify::Told& told : notification.alerts) alerts.push_back(told.alert->fingerprint);
  book.log_each(now, kind, std::move(alerts), name_of(notification), std::move(detail));
}

}  // namespace

Delivery::Delivery(Book& book, Send send, Finished finished, std::uint64_t seed)
    : book_(book),
      send_(std::move(send)),
      finished_(std::move(finished)),
      random_(seed),
      arrived_(std::make_shared<std::deque<Arrived>>()) {}

void Delivery::configure(std::shared_ptr<const config::Config> config, Timestamp now) {
  settle(now);
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
        channel_of(key_of(*row.notification)) == nullptr) {
      homeless.push_back(id);
    }
  }
  for (const std::int64_t id : homeless) {
    die(notify::OutboxRow(book_.outbox().at(id)), "its channel is no longer configured", "other",
        now);
  }
}

std::shared_ptr<const notifiers::Channel> Delivery::channel_of(const ChannelKey& key) const {
  const config::Receiver* receiver = config_->receiver(key.receiver);
  if (receiver == nullptr) return nullptr;
  for (const notifiers::Channel& channel : receiver->channels) {
    if (channel.name == key.channel) return {config_, &channel};
  }
  return nullptr;
}

void Delivery::collect(Timestamp now) {
  end_holds(now);
  bool wait = true;
  while (!arrived_->empty()) {
    Arrived arrived = std::move(arrived_->front());
    arrived_->pop_front();
    const auto at = in_flight_.find(arrived.row_id);
    if (at == in_flight_.end()) continue;
    if (ended_.empty()) gathered_since_ = now;
    ended_.push_back(end(std::move(at->second), std::move(arrived)));
    in_flight_.erase(at);
    --lanes_[key_of(*ended_.back().flight.notification)].in_flight;
    wait = wait && may_wait(ended_.back(), now);
  }
  if (ended_.empty()) return;
  const bool long_enough = now - gathered_since_ >= kLongestGathered || now < gathered_since_;
  if (!wait || long_enough || ended_.size() >= kMostGathered) settle(now);
}

Delivery::Ended Delivery::end(Flight flight, Arrived arrived) {
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - flight.started;
  notify::Outcome outcome = notifiers::judge(*flight.channel, arrived.result);
  std::string reason =
      std::holds_alternative<notify::Sent>(outcome) ? "" : reason_of(arrived.result);
  return {std::move(flight), arrived.row_id, std::move(outcome), std::move(reason), took.count()};
}

/// Whether it was sent, and the channel is busy with other groups anyway.
bool Delivery::may_wait(const Ended& ended, Timestamp now) const {
  const auto* sent = std::get_if<notify::Sent>(&ended.outcome);
  if (sent == nullptr || sent->hold_destination > Duration{0}) return false;
  const ChannelKey key = key_of(*ended.flight.notification);
  const auto due = book_.due_rows().find(key);
  return due != book_.due_rows().end() &&
         std::any_of(due->second.begin(), due->second.end(), [&](const auto& row) {
           const notify::Notification& next = *book_.outbox().at(row.second).notification;
           return row.first <= now && !lanes_.at(key).busy.contains(next.group_id);
         });
}

void Delivery::settle(Timestamp now) {
  for (const Ended& each : std::exchange(ended_, {})) {
    const notify::Notification& about = *each.flight.notification;
    lanes_[key_of(about)].busy.erase(about.group_id);
    outcome(each, now);
  }
}

Timestamp Delivery::start(Timestamp now) {
  Timestamp next = ended_.empty() ? Timestamp::max() : gathered_since_ + kLongestGathered;
  std::vector<ChannelKey> lanes;  // starting takes rows out of due_rows()
  for (const auto& [key, due] : book_.due_rows()) lanes.push_back(key);
  for (const ChannelKey& key : lanes) next = std::min(next, start_lane(key, now));
  return arrived_->empty() ? next : now;  // the console answers at once
}

bool Delivery::queues() const {
  return std::ranges::any_of(book_.due_rows(), [this](const auto& each) {
    const auto lane = lanes_.find(each.first);
    return lane != lanes_.end() && lane->second.in_flight >= kMaxInFlightPerLane;
  });
}

void Delivery::hold(const ChannelKey& key, Duration time, Timestamp now) {
  if (now + time > held_until(key)) book_.hold(key, {now, now + time});
}

ChannelKey Delivery::key_now(const Flight& flight) const {
  const ChannelKey then = key_of(*flight.notification);
  if (channel_of(then) != nullptr) return then;
  for (const config::Receiver& receiver : config_->receivers) {
    for (const notifiers::Channel& channel : receiver.channels) {
      if (channel == *flight.channel) return {receiver.name, channel.name};
    }
  }
  return then;
}

void Delivery::end_holds(Timestamp now) {
  std::vector<ChannelKey> over;
  for (const auto& [key, hold] : book_.holds()) {
    if (hold.until <= now) over.push_back(key);
  }
  for (const ChannelKey& key : over) book_.end_hold(key);
}

Timestamp Delivery::held_until(const ChannelKey& key) const {
  const auto at = book_.holds().find(key);
  return at == book_.holds().end() ? Timestamp::min() : at->second.until;
}

notify::Starts Delivery::starts_of(const ChannelKey& key) const {
  const auto at = book_.starts().find(key);
  return at == book_.starts().end() ? notify::Starts() : at->second;
}

Delivery::Startable Delivery::startable(const ChannelKey& key, const notify::RateLimit& limit,
                                        Timestamp now) {
  Startable found{{}, Timestamp::max(), starts_of(key)};  // an outcome wakes us
  const Lane& lane = lanes_[key];
  std::set<std::string_view> groups;
  for (const auto& [retry_at, id] : book_.due_rows().at(key)) {
    found.next = retry_at;
    if (retry_at > now) return found;
    found.next = notify::next_start(limit, found.starts, now);
    if (found.next > now) return found;
    found.next = Timestamp::max();
    if (lane.in_flight + static_cast<int>(found.rows.size()) >= kMaxInFlightPerLane) break;
    const std::string& group_id = book_.outbox().at(id).notification->group_id;
    if (lane.busy.contains(group_id) || !groups.insert(group_id).second) continue;
    found.rows.push_back(id);
    found.starts = notify::with_start(limit, std::move(found.starts), now);
  }
  return found;
}

Timestamp Delivery::start_lane(const ChannelKey& key, Timestamp now) {
  if (const Timestamp held = held_until(key); held > now) return held;
  const auto channel = channel_of(key);
  if (channel == nullptr) return Timestamp::max();
  Startable found = startable(key, channel->rate_limit, now);
  for (const std::int64_t id : found.rows) launch(book_.outbox().at(id), channel, now);
  book_.set_starts(key, std::move(found.starts));
  return found.next;
}

void Delivery::launch(const notify::OutboxRow& row,
                      const std::shared_ptr<const notifiers::Channel>& channel, Timestamp now) {
  book_.start_attempt(row.id);
  const notify::Notification& about = *row.notification;
  Lane& lane = lanes_[key_of(about)];
  ++lane.in_flight;
  lane.busy.insert(about.group_id);
  in_flight_[row.id] = {row.notification, channel, std::chrono::steady_clock::now()};
  const auto done = [queue = arrived_, id = row.id](net::Result result) {
    queue->emplace_back(id, std::move(result));
  };
  try {
    send_(
        notifiers::prepare(*channel, about, now, notifiers::make_rendering(config_->templates, now),
                           notify::message_to_change(about, last_told(about))),
        done);
  } catch (const Error& error) {
    done(net::Failure{net::Failure::Kind::BadRequest, error.what()});
  }
}

void Delivery::outcome(const Ended& ended, Timestamp now) {
  book_.begin();
  const Flight& flight = ended.flight;
  DeliveryStatus& status = status_[std::string(notifiers::kind_of(flight.channel->settings))];
  ++status.requests;
  count_latency(status, ended.seconds);
  if (const auto* delivered = std::get_if<notify::Sent>(&ended.outcome)) {
    ++status.notifications;
    sent(ended, *delivered, now);
    return;
  }
  ++status.requests_failed;
  const auto at = book_.outbox().find(ended.row_id);
  if (const auto* later = std::get_if<notify::Retry>(&ended.outcome)) {
    if (later->whole_destination) hold(key_now(flight), later->after, now);
    if (later->anew) forget_message(*flight.notification);
    if (later->unheard) count_unheard(ended);
    if (at != book_.outbox().end()) retry(ended, at->second, *later, now);
    return;
  }
  if (at == book_.outbox().end()) return;  // a newer decision took its place meanwhile
  die(notify::OutboxRow(at->second), std::get<notify::Refused>(ended.outcome).why, ended.reason,
      now);
}

void Delivery::count_unheard(const Ended& ended) {
  const notify::Notification& about = *ended.flight.notification;
  // Or for what took its place meanwhile, and counts its attempts.
  const bool there = book_.outbox().contains(ended.row_id);
  std::vector<std::int64_t> rows;
  if (there) rows.push_back(ended.row_id);
  for (const notify::OutboxRow* row : book_.rows(about.group_id, key_now(ended.flight))) {
    if (!there && row->state == notify::RowState::Pending) rows.push_back(row->id);
  }
  for (const std::int64_t row : rows) book_.count_unheard(row);
}

void Delivery::sent(const Ended& ended, const notify::Sent& sent, Timestamp now) {
  // A reload may have given its group another place.
  const auto row = book_.outbox().find(ended.row_id);
  const bool known = row != book_.outbox().end();
  const notify::NotificationPtr about =
      known ? row->second.notification : ended.flight.notification;
  const notify::Notification& told = *about;
  const std::string attempt = known ? fmt::format(", attempt {}", row->second.attempts) : "";
  if (sent.hold_destination > Duration{0}) hold(key_now(ended.flight), sent.hold_destination, now);
  book_.apply(journal::DropOutbox{ended.row_id});
  log_for_each_alert(
      book_, EventKind::NotificationSent, told, now,
      fmt::format("notification {} ({}){}: {}{}", ended.row_id, to_string(told.reason), attempt,
                  sent.detail, took(ended.seconds)));
  remember(told, sent.message, now);
  finished_(told, now);
}

const notify::TellRecord* Delivery::last_told(const notify::Notification& about) const {
  const GroupEntry* group = book_.group(about.group_id);
  if (group == nullptr) return nullptr;
  const auto record = group->told.find(key_of(about));
  return record == group->told.end() ? nullptr : &record->second;
}

void Delivery::forget_message(const notify::Notification& about) {
  const notify::TellRecord* last = last_told(about);
  if (last == nullptr || last->message.empty()) return;
  notify::TellRecord record = *last;
  record.message.clear();
  book_.apply(journal::PutTellRecord{std::move(record)});
}

void Delivery::remember(const notify::Notification& told, std::string message, Timestamp now) {
  if (book_.group(told.group_id) == nullptr) return;  // over and told: nothing to remember
  notify::TellRecord record = notify::record_of(told, now);
  if (message.empty()) message = notify::message_to_change(told, last_told(told));
  record.message = std::move(message);
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

void Delivery::retry(const Ended& ended, notify::OutboxRow row, const notify::Retry& retry,
                     Timestamp now) {
  if (channel_of(key_of(*row.notification)) == nullptr) {  // it went with a reload meanwhile
    die(row, fmt::format("its channel is no longer configured, and: {}", retry.why), ended.reason,
        now);
    return;
  }
  if (now - row.notification->decided_at >= notify::kGiveUpAfter) {
    die(row, fmt::format("given up after {} attempts: {}", row.attempts, retry.why), ended.reason,
        now);
    return;
  }
  const double jitter = std::uniform_real_distribution<double>(0, 1)(random_);
  row.retry_at = now + std::max(retry.after, notify::back_off(row.attempts, jitter));
  row.last_error = retry.why;
  const std::string detail =
      fmt::format("notification {}, attempt {} failed: {}{}; next at {}", row.id, row.attempts,
                  retry.why, took(ended.seconds), format_rfc3339(row.retry_at));
  spdlog::warn("{}: {}", notifiers::describe(*ended.flight.channel), detail);
  log_for_each_alert(book_, EventKind::NotificationRetry, *row.notification, now, detail);
  book_.apply(journal::PutOutbox{std::move(row), true});
}

void Delivery::die(const notify::OutboxRow& row, const std::string& why, const std::string& reason,
                   Timestamp now) {
  notify::OutboxRow dead = row;
  dead.state = notify::RowState::Dead;
  dead.last_error = why;
  const std::string& channel = row.notification->channel;
  DeliveryStatus& status = status_[channel.substr(0, channel.find('/'))];
  ++status.notifications;
  ++status.failed[reason];
  spdlog::error("notification {} to {} about {} was given up: {}", row.id,
                name_of(*row.notification), row.notification->group_key, why);
  log_for_each_alert(book_, EventKind::NotificationDead, *row.notification, now,
                     fmt::format("notification {} given up: {}", row.id, why));
  const notify::NotificationPtr about = row.notification;  // `row` may be the one replaced
  book_.apply(journal::PutOutbox{std::move(dead)});
  finished_(*about, now);
}

}  // namespace tocsin::engine
