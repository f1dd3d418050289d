// The second tick: alerts -> routes -> groups; groups that are due -> mute -> decide -> outbox.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/config.h"
#include "engine/book.h"
#include "model/fingerprints.h"
#include "notify/decide.h"

namespace tocsin::engine {

/// What mutes; the order is that in which it is asked, and counted.
enum class MuteKind { Inhibition, ActiveInterval, MuteInterval, Silence };
/// How many alerts each of them has kept out of flushes; for metrics.
using MuteCounts = std::map<MuteKind, std::uint64_t>;

class Dispatch {
 public:
  Dispatch(Book& book, std::string external_url);

  /// Puts every alert into the groups of a new routing tree. Groups whose route kept its meaning
  /// (key and receiver) keep what they told, and their timers while they have something to say; the
  /// timers of the others are counted from now on, as Alertmanager counts them. Groups that are new
  /// know what groups that are gone told their receiver about the same alerts. A receiver under
  /// another name with the same channels is the same receiver.
  void configure(std::shared_ptr<const config::Config> config, Timestamp now);

  /// Groups gather alerts, but nothing is flushed before.
  void hold_until(Timestamp until) { hold_until_ = until; }
  Timestamp held_until() const { return hold_until_; }

  /// An alert is new or has changed: it joins the groups of its routes.
  void take(const AlertPtr& alert, Timestamp now);

  /// A message was delivered or given up: alerts that stayed in their group only until it was said
  /// that they are over leave it now.
  void settle(const notify::Notification& notification, Timestamp now);

  /// The clock was set back: no group waits longer than its route says.
  void clock_set_back(Timestamp now);

  /// Flushes the groups that are due; returns when it wants to be called again at the latest.
  Timestamp tick(Timestamp now);

  /// Guarded by the book's read lock.
  const MuteCounts& mute_counts() const { return mute_counts_; }

 private:
  /// Why an alert is left out of a message.
  struct Mute {
    MuteKind kind;
    std::string why;  ///< for the timeline
  };

  /// What one flush is about.
  struct Flush {
    const GroupEntry& entry;
    const route::Route& route;
    const config::Receiver& receiver;
    Timestamp now;
    std::vector<notify::Told> alerts = {};  ///< those that are not muted
    FingerprintSet muted = {};
    /// Not muted for itself, but its group is for now: what is over waits to be told as such.
    FingerprintSet postponed = {};
    std::vector<Fingerprint> over = {};  ///< members that are resolved or gone
  };

  /// The alerts of a new tree join their group; false when none does and there is no such group.
  /// `same` is what it was before, if it was; `told` what others told its receiver.
  bool enter(group::Group group, const std::vector<AlertPtr>& alerts, const GroupEntry* same,
             const std::map<ChannelKey, notify::TellRecord>& told, Timestamp now);
  /// A group goes with its tree, and what it still wanted to say.
  void close(const std::string& group_id, Timestamp now);
  /// What waits to be sent about alerts that are in other groups now is to be decided anew; on
  /// which channels that is.
  std::vector<ChannelKey> take_back(const std::string& group_id,
                                    const std::vector<Fingerprint>& lost, Timestamp now);
  void take_back(const notify::OutboxRow& row, Timestamp now);
  void join(const route::Route& route, const AlertPtr& alert, Timestamp now);
  void flush(const std::string& group_id, Timestamp now);
  void sort_out_muted(Flush& flush);
  std::optional<Mute> time_mute(const Flush& flush);
  std::optional<Mute> own_mute(const Alert& alert, Timestamp now) const;
  void note_muted(const Flush& flush, Fingerprint fingerprint, const Mute& mute);
  void tell(const Flush& flush, const notifiers::Channel& channel);
  /// Says in the timeline why a channel is told nothing, when the reason is another one.
  void note_quiet(const Flush& flush, const ChannelKey& key, notify::Quiet quiet);
  /// Takes back what is waiting to be sent, or only what cannot have been heard yet.
  enum class Withdraw { Unheard, All };
  void withdraw(const Flush& flush, const ChannelKey& key, Withdraw which, std::string_view why);
  /// The channel may have heard a message that goes: what it said otherwise than what is known to
  /// have been told is in doubt.
  void doubt(const GroupEntry& entry, const ChannelKey& key, const notify::OutboxRow& row);
  /// A message that may have been heard and is being tried again leaves out what was muted
  /// meanwhile.
  void retell(const Flush& flush, const notifiers::Channel& channel,
              const std::vector<notify::Told>& said);
  void put_in_outbox(const Flush& flush, const notifiers::Channel& channel, notify::Reason reason,
                     std::vector<notify::Told> alerts);
  /// What is over leaves the group, once there is nothing left to say about it.
  void let_go(const Flush& flush);
  /// Alerts that are over leave: when one fires again, it is news to all channels.
  void leave(const std::string& group_id, const std::vector<Fingerprint>& over);

  Book& book_;
  std::string external_url_;
  std::shared_ptr<const config::Config> config_;
  std::unordered_map<std::string, const route::Route*> routes_;  // by id, into config_
  Timestamp hold_until_;
  // Alerts that were muted at their group's last flush, and (hashed) why, so that the timeline says
  // so once.
  std::unordered_map<std::string, std::unordered_map<Fingerprint, std::size_t>> muted_;
  // By group: why each channel was told nothing at the last flush.
  std::unordered_map<std::string, std::map<ChannelKey, notify::Quiet>> quiet_;
  MuteCounts mute_counts_;
};

}  // namespace tocsin::engine
