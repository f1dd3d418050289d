// The second tick: alerts -> routes -> groups; groups that are due -> mute -> decide -> outbox.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "config/config.h"
#include "engine/book.h"
#include "notify/decide.h"

namespace tocsin::engine {

class Dispatch {
 public:
  Dispatch(Book& book, std::string external_url);

  /// Puts every alert into the groups of a new routing tree. Groups whose route kept its meaning
  /// (key and receiver) keep their timers and what they told; others start anew.
  void configure(std::shared_ptr<const config::Config> config, Timestamp now);

  /// An alert is new or has changed: it joins the groups of its routes.
  void take(const AlertPtr& alert, Timestamp now);

  /// A message was delivered or given up: alerts that stayed in their group only until it was said
  /// that they are over leave it now.
  void settle(const notify::Notification& notification, Timestamp now);

  /// The clock was set back: no group waits longer than its route says.
  void clock_set_back(Timestamp now);

  /// Flushes the groups that are due; returns when it wants to be called again at the latest.
  Timestamp tick(Timestamp now);

 private:
  /// What one flush is about.
  struct Flush {
    const GroupEntry& entry;
    const route::Route& route;
    const config::Receiver& receiver;
    std::vector<notify::Told> alerts;  ///< those that are not muted
    std::unordered_set<Fingerprint> muted;
    Timestamp now;
  };

  void join(const route::Route& route, const AlertPtr& alert, Timestamp now);
  void flush(const std::string& group_id, Timestamp now);
  void sort_out_muted(Flush& flush);
  void tell(const Flush& flush, const notifiers::Channel& channel);
  /// Takes back what is waiting to be sent, or only what no attempt was made for yet.
  enum class Withdraw { Untried, All };
  void withdraw(const Flush& flush, const ChannelKey& key, Withdraw which, std::string_view why);
  /// A message that is being tried again leaves out what was muted meanwhile.
  void retell(const Flush& flush, const notifiers::Channel& channel,
              const std::vector<notify::Told>& said);
  void put_in_outbox(const Flush& flush, const notifiers::Channel& channel, notify::Reason reason,
                     std::vector<notify::Told> alerts);
  /// What is over leaves the group, once there is nothing left to say about it.
  void let_go(const Flush& flush);
  void leave(const std::string& group_id, const std::vector<Fingerprint>& over);

  Book& book_;
  std::string external_url_;
  std::shared_ptr<const config::Config> config_;
  std::unordered_map<std::string, const route::Route*> routes_;  // by id, into config_
  // Alerts that were muted at their group's last flush, so that the timeline says so once.
  std::unordered_map<std::string, std::unordered_set<Fingerprint>> muted_;
};

}  // namespace tocsin::engine
