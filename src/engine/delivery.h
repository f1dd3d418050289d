// The third tick: outbox -> render -> channel -> outcome back into the book.
//
// Each channel of a receiver is a lane of its own with its own limits, so that a slow or dead one
// never delays another.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "config/config.h"
#include "engine/book.h"
#include "net/http.h"
#include "notifiers/channel.h"

namespace tocsin::engine {

/// Hands something to the network (or the console); calls `done` later, on the loop's thread.
using Send = std::function<void(notifiers::Delivery, std::function<void(net::Result)> done)>;

/// Told of every message that was delivered or given up, after the book knows it.
using Finished = std::function<void(const notify::Notification&, Timestamp now)>;

/// Why messages are given up, as Alertmanager's metric names it.
inline constexpr std::array<const char*, 7> kFailureReasons = {
    "clientError",     "serverError", "authError", "rateLimited", "contextDeadlineExceeded",
    "contextCanceled", "other"};

/// What came of the attempts of one kind of channel ("email", "slack", …); for metrics.
struct DeliveryStatus {
  static constexpr std::array<double, 5> kLatencyBuckets = {1, 5, 10, 15, 20};  // seconds
  std::uint64_t notifications = 0;  ///< messages sent or given up
  /// Given up, by why, in Alertmanager's words: kFailureReasons.
  std::map<std::string, std::uint64_t> failed;
  std::uint64_t requests = 0;  ///< attempts
  std::uint64_t requests_failed = 0;
  std::array<std::uint64_t, kLatencyBuckets.size() + 1> latency{};  ///< the last one: above all
  double latency_sum = 0;
};

class Delivery {
 public:
  Delivery(Book& book, Send send, Finished finished, std::uint64_t seed);

  /// Takes over receivers; rows for channels that are gone die visibly.
  void configure(std::shared_ptr<const config::Config> config, Timestamp now);

  /// Works the outcomes that have come into the book. While a channel has more to send than may be
  /// under way at a time, what was sent is gathered for a moment (kLongestGathered), so that many
  /// share a commit.
  void collect(Timestamp now);

  /// Works what is gathered into the book.
  void settle(Timestamp now);

  /// Starts what is due. REQUIRES: the book is committed, so that only what is on disk is sent.
  /// Commit again at once: a channel with a rate limit counts what was started. Returns when it
  /// wants to be called again at the latest.
  Timestamp start(Timestamp now);

  /// The clock was set back: nothing waits longer than the longest pause between two attempts, or
  /// than its channel asked for.
  void clock_set_back(Timestamp now);

  /// Whether messages queue up for a channel that has as many under way as it may have.
  bool queues() const;

  /// How many attempts the book does not know the outcome of yet.
  std::size_t in_flight() const { return in_flight_.size() + ended_.size(); }
  /// By kind of channel. Guarded by the book's read lock.
  const std::map<std::string, DeliveryStatus>& status() const { return status_; }

 private:
  struct Flight {
    notify::NotificationPtr notification;
    std::shared_ptr<const notifiers::Channel> channel;  ///< together with its configuration
    std::chrono::steady_clock::time_point started;
  };
  /// An attempt that is over, before the book knows.
  struct Ended {
    Flight flight;
    std::int64_t row_id;
    notify::Outcome outcome;
    std::string reason;  ///< of a failure
    double seconds;
  };
  struct Arrived {
    Arrived(std::int64_t id, net::Result came) : row_id(id), result(std::move(came)) {}
    std::int64_t row_id;
    net::Result result;
  };
  struct Lane {
    int in_flight = 0;
    /// Ids of the groups about which a message is under way: the next one waits, lest it overtakes.
    std::unordered_set<std::string> busy;
  };

  Ended end(Flight flight, Arrived arrived);
  bool may_wait(const Ended& ended, Timestamp now) const;
  /// Nothing goes out to the channel for that time: it said so.
  void hold(const ChannelKey& key, Duration time, Timestamp now);
  /// The channel it is under way to, by the name that a reload may have given its receiver since.
  ChannelKey key_now(const Flight& flight) const;
  void end_holds(Timestamp now);
  notify::Starts starts_of(const ChannelKey& key) const;
  /// The rows that can be sent to a channel now, and when to look again at the latest.
  struct Startable {
    std::vector<std::int64_t> rows;
    Timestamp next;
    notify::Starts starts;  ///< once they are under way
  };
  Startable startable(const ChannelKey& key, const notify::RateLimit& limit, Timestamp now);
  Timestamp held_until(const ChannelKey& key) const;
  Timestamp start_lane(const ChannelKey& key, Timestamp now);
  void launch(const notify::OutboxRow& row,
              const std::shared_ptr<const notifiers::Channel>& channel, Timestamp now);
  void outcome(const Ended& ended, Timestamp now);
  void count_unheard(const Ended& ended);
  void sent(const Ended& ended, const notify::Sent& sent, Timestamp now);
  void remember(const notify::Notification& told, std::string message, Timestamp now);
  void forget_message(const notify::Notification& about);
  const notify::TellRecord* last_told(const notify::Notification& about) const;
  void retry(const Ended& ended, notify::OutboxRow row, const notify::Retry& retry, Timestamp now);
  void die(const notify::OutboxRow& row, const std::string& why, const std::string& reason,
           Timestamp now);
  std::shared_ptr<const notifiers::Channel> channel_of(const ChannelKey& key) const;

  Book& book_;
  Send send_;
  Finished finished_;
  std::mt19937_64 random_;
  std::shared_ptr<const config::Config> config_;
  std::map<ChannelKey, Lane> lanes_;
  std::unordered_map<std::int64_t, Flight> in_flight_;
  std::vector<Ended> ended_;  // gathered since
  Timestamp gathered_since_;
  std::shared_ptr<std::deque<Arrived>> arrived_;  // shared with callbacks that may outlive us
  std::map<std::string, DeliveryStatus> status_;
};

/// At most this many messages are under way to one channel at a time.
inline constexpr int kMaxInFlightPerLane = 16;

/// So long and so many outcomes are gathered: after a crash, these messages are sent once more.
inline constexpr Duration kLongestGathered = std::chrono::milliseconds{100};
inline constexpr std::size_t kMostGathered = 256;

}  // namespace tocsin::engine
