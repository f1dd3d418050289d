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
#include <set>
#include <string>

#include "config/config.h"
#include "engine/book.h"
#include "net/http.h"
#include "notifiers/channel.h"

namespace tocsin::engine {

/// Hands something to the network (or the console); calls `done` later, on the loop's thread.
using Send = std::function<void(notifiers::Delivery, std::function<void(net::Result)> done)>;

/// Told of every message that was delivered or given up, after the book knows it.
using Finished = std::function<void(const notify::Notification&, Timestamp now)>;

/// What came of the attempts of one kind of channel ("email", "slack", …); for metrics.
struct DeliveryStatus {
  static constexpr std::array<double, 5> kLatencyBuckets = {1, 5, 10, 15, 20};  // seconds
  std::uint64_t notifications = 0;  ///< messages sent or given up
  std::uint64_t failed = 0;         ///< given up
  std::uint64_t requests = 0;       ///< attempts
  std::uint64_t requests_failed = 0;
  std::array<std::uint64_t, kLatencyBuckets.size() + 1> latency{};  ///< the last one: above all
  double latency_sum = 0;
};

class Delivery {
 public:
  Delivery(Book& book, Send send, Finished finished, std::uint64_t seed);

  /// Takes over receivers; rows for channels that are gone die visibly.
  void configure(std::shared_ptr<const config::Config> config, Timestamp now);

  /// Works the outcomes that have come into the book.
  void collect(Timestamp now);

  /// Starts what is due. REQUIRES: the book is committed, so that only what is on disk is sent.
  /// Returns when it wants to be called again at the latest.
  Timestamp start(Timestamp now);

  /// The clock was set back: nothing waits longer than the longest pause between two attempts.
  void clock_set_back(Timestamp now);

  std::size_t in_flight() const { return in_flight_.size(); }
  /// By kind of channel. Guarded by the book's read lock.
  const std::map<std::string, DeliveryStatus>& status() const { return status_; }

 private:
  struct Flight {
    notify::Notification notification;
    notifiers::Channel channel;
    std::chrono::steady_clock::time_point started;
  };
  struct Arrived {
    std::int64_t row_id;
    net::Result result;
  };
  struct Lane {
    int in_flight = 0;
    Timestamp held_until;  ///< 429: nothing goes out before
  };

  Timestamp start_lane(const ChannelKey& key,
                       const std::set<std::pair<Timestamp, std::int64_t>>& due, Timestamp now);
  void launch(const notify::OutboxRow& row, const notifiers::Channel& channel, Timestamp now);
  void outcome(Flight flight, std::int64_t row_id, const net::Result& result, Timestamp now);
  void sent(const Flight& flight, std::int64_t row_id, const notify::Sent& sent, Timestamp now);
  void remember(const notify::Notification& told, Timestamp now);
  void retry(const Flight& flight, notify::OutboxRow row, const notify::Retry& retry,
             Timestamp now);
  void die(const notify::OutboxRow& row, const std::string& why, Timestamp now);
  const notifiers::Channel* channel_of(const ChannelKey& key) const;

  Book& book_;
  Send send_;
  Finished finished_;
  std::mt19937_64 random_;
  std::shared_ptr<const config::Config> config_;
  std::map<ChannelKey, Lane> lanes_;
  std::map<std::int64_t, Flight> in_flight_;
  // What a message is under way to, and about which group: the next one waits, lest it overtakes.
  std::set<std::pair<std::string, ChannelKey>> busy_;
  std::shared_ptr<std::deque<Arrived>> arrived_;  // shared with callbacks that may outlive us
  std::map<std::string, DeliveryStatus> status_;
};

/// At most this many messages are under way to one channel at a time.
inline constexpr int kMaxInFlightPerLane = 16;

}  // namespace tocsin::engine
