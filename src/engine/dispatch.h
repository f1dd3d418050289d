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

  /// Flushes the groups that are due; returns when it wants to be called again at the latest.
  Timestamp tick(Timestamp now);

 private:
  void join(const route::Route& route, const AlertPtr& alert, Timestamp now);
  void flush(const std::string& group_id, Timestamp now);
  std::vector<notify::Told> unmuted(const GroupEntry& entry, Timestamp now,
                                    std::vector<Fingerprint>& muted);
  void tell(const GroupEntry& entry, const notifiers::Channel& channel,
            const std::vector<notify::Told>& alerts, const route::Route& route, Timestamp now);
  /// Takes back what no attempt was made for yet.
  void withdraw(const GroupEntry& entry, const ChannelKey& key, std::string_view why,
                Timestamp now);
  void put_in_outbox(const GroupEntry& entry, const notifiers::Channel& channel,
                     notify::Reason reason, std::vector<notify::Told> alerts, Timestamp now);
  void let_go(const std::string& group_id, const std::vector<Fingerprint>& muted, Timestamp now);

  Book& book_;
  std::string external_url_;
  std::shared_ptr<const config::Config> config_;
  std::unordered_map<std::string, const route::Route*> routes_;  // by id, into config_
  // Alerts that were muted at their group's last flush, so that the timeline says so once.
  std::unordered_map<std::string, std::unordered_set<Fingerprint>> muted_;
};

}  // namespace tocsin::engine
