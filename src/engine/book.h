// The book: everything Tocsin knows at this moment, in memory, indexed. Every change is journalled.
//
// One thread, the engine's loop, writes; any thread reads. A turn of the loop applies its changes
// as it goes and journals them in one transaction at its end; the lock is held from the first
// change to the commit, so that no reader ever sees what is not on disk. Readers take a Snapshot in
// constant time and never hold the writer up for longer than that.
//
// Where the journal fails (disk full), a turn's changes stay in memory and are written with the
// next turn's: evaluation and notification go on, and healthy() turns false. What a client asks for
// goes the other way round, journal first (commit_now), because it is told about the outcome.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engine/label_index.h"
#include "group/group.h"
#include "journal/journal.h"
#include "model/alert.h"
#include "model/fingerprints.h"
#include "notify/decide.h"
#include "notify/outbox.h"
#include "notify/rate_limit.h"
#include "route/inhibition.h"
#include "route/silence.h"
#include "state/step.h"

namespace tocsin::engine {

using Alerts = FingerprintMap<AlertPtr>;
using RuleStates = std::unordered_map<std::string, std::shared_ptr<state::Actives>>;

using Endings = std::map<Timestamp, FingerprintSet>;

/// Names one channel of one receiver: what rows, records and lanes of deliveries are kept by.
struct ChannelKey {
  std::string receiver;
  std::string channel;
  auto operator<=>(const ChannelKey&) const = default;
};

/// How long a channel wants to be left alone. `since` is when it said so: a clock that was set back
/// shows by it.
struct Hold {
  Timestamp since, until;
};

/// By group id: the names of the time intervals that mute the group, as of its last flush.
using MutedGroups = std::unordered_map<std::string, std::vector<std::string>>;

/// A group with all that belongs to it.
struct GroupEntry {
  group::Group group;
  FingerprintSet members;
  std::map<ChannelKey, notify::TellRecord> told;
};

class Book {
 public:
  /// Loads what the journal holds. `journal` outlives the book.
  explicit Book(journal::Journal& journal);
  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;

  // ---- The loop's side: one thread only -------------------------------------------------------

  const Alerts& alerts() const { return *alerts_; }
  const route::Silences& silences() const { return *silences_; }
  const route::Inhibitions& inhibitions() const { return *inhibitions_; }
  const MutedGroups& muted_groups() const { return *muted_groups_; }
  const std::unordered_map<std::string, GroupEntry>& groups() const { return groups_; }
  const std::map<std::int64_t, notify::OutboxRow>& outbox() const { return outbox_; }
  const RuleStates& rule_states() const { return rule_states_; }

  AlertPtr alert(Fingerprint fingerprint) const;
  const GroupEntry* group(const std::string& id) const;
  /// Whether an alert is a member of any group.
  bool is_grouped(Fingerprint fingerprint) const { return memberships_.contains(fingerprint); }
  /// Rows for one channel about one group, oldest first.
  std::vector<const notify::OutboxRow*> rows(const std::string& group_id,
                                             const ChannelKey& channel) const;
  /// Rows for any channel about one group, oldest first.
  std::vector<const notify::OutboxRow*> rows(const std::string& group_id) const;
  /// (retry_at, row id) of the pending rows of each channel that no attempt is under way for, the
  /// soonest first.
  const std::map<ChannelKey, std::set<std::pair<Timestamp, std::int64_t>>>& due_rows() const {
    return due_rows_;
  }
  /// (next_flush, group id), the soonest first.
  const std::set<std::pair<Timestamp, std::string>>& flushes() const { return flushes_; }
  /// The alerts that have an end by when that is.
  const Endings& endings() const { return endings_; }

  /// Up to when the ends of alerts have been said in the timeline.
  Timestamp ended_until() const { return ended_until_; }
  void set_ended_until(Timestamp at);

  /// The channels that asked to be left alone.
  const std::map<ChannelKey, Hold>& holds() const { return holds_; }
  void hold(const ChannelKey& channel, Hold hold);
  void end_hold(const ChannelKey& channel);

  /// When attempts were lately started on the channels that have a rate limit.
  const std::map<ChannelKey, notify::Starts>& starts() const { return starts_; }
  void set_starts(const ChannelKey& channel, notify::Starts starts);

  /// An id no outbox row ever had, rising.
  std::int64_t next_row_id();

  /// Locks readers out until commit(); called by whoever changes what readers see. Cheap when
  /// already held.
  void begin();
  /// Applies a change and keeps it for the next commit().
  void apply(journal::Change change);
  void log(Timestamp at, EventKind kind, Fingerprint fingerprint, std::string subject,
           std::string detail);
  /// The same of each of several alerts.
  void log_each(Timestamp at, EventKind kind, std::vector<Fingerprint> alerts, std::string subject,
                std::string detail);
  /// Replaces what an alert says without journalling it: its state is as before, and after a
  /// restart the next evaluation says it again.
  void refresh_alert(AlertPtr alert);
  /// Files all alerts under new rules. In memory only: the rules are the configuration's.
  void set_inhibit_rules(std::vector<route::InhibitRule> rules);
  /// Notes which time intervals mute a group (none: it is not muted), in memory only: after a
  /// restart it is known again with the group's next flush.
  void set_muted(const std::string& group_id, std::vector<std::string> intervals);
  /// Counts an attempt that starts now, in memory only: after a restart a row counts as tried
  /// anyway. The row is due again when it is put again.
  void start_attempt(std::int64_t row_id);
  /// One of its attempts is known not to have been heard; in memory only, too.
  void count_unheard(std::int64_t row_id);
  /// Hands out one rule's alerts for state::step; copies only if a reader holds them.
  state::Actives take_actives(const std::string& rule_id);
  void give_actives(const std::string& rule_id, state::Actives actives);

  /// Journals what was applied since the last commit and lets readers in again. Returns whether
  /// everything is on disk now.
  bool commit();
  /// Deletes a small slice of what the journal keeps for readers only and is older than `before`.
  /// Returns how many rows went.
  std::size_t trim(Timestamp before, std::size_t most);
  /// Of the journal; 0 and nothing when it cannot say.
  journal::Extent extent();
  /// Journals first, then applies. Throws Error when that fails; then nothing has changed.
  /// REQUIRES: not between begin() and commit().
  void commit_now(const std::vector<journal::Change>& changes);

  // ---- The readers' side: any thread ----------------------------------------------------------

  /// What a reader holds on to. Frozen; release it soon, it may cost the writer a copy.
  class Snapshot {
   public:
    explicit Snapshot(const Book& book);
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

    const Alerts& alerts() const { return *alerts_; }
    /// By the labels of alerts().
    const LabelIndex& labels() const { return *labels_; }
    const route::Silences& silences() const { return *silences_; }
    /// Who inhibits whom: see route::Inhibitions::inhibiting().
    const route::Inhibitions& inhibitions() const { return *inhibitions_; }
    /// By group::Group::id, which is group::group_key(route.id, labels).
    const MutedGroups& muted_groups() const { return *muted_groups_; }

   private:
    const Book& book_;
    std::shared_ptr<const Alerts> alerts_;
    std::shared_ptr<const LabelIndex> labels_;
    std::shared_ptr<const route::Silences> silences_;
    std::shared_ptr<const route::Inhibitions> inhibitions_;
    std::shared_ptr<const MutedGroups> muted_groups_;
  };

  /// Held by readers of anything else that is guarded by the book (rule states, counters).
  std::shared_lock<std::shared_mutex> read_lock() const { return std::shared_lock(mutex_); }

  /// Whether the last commit reached the disk. `why` gets the reason when not.
  bool healthy(std::string* why = nullptr) const;
  std::uint64_t commits() const { return commits_; }
  std::uint64_t failed_commits() const { return failed_commits_; }
  double commit_seconds() const { return commit_seconds_; }
  double last_commit_seconds() const { return last_commit_seconds_; }
  /// Changes that could not be written so far and wait in memory.
  std::size_t backlog() const { return backlog_; }

 private:
  void load_facts(const std::map<std::string, std::string>& facts);
  void put_alert(AlertPtr alert);
  void drop_alert(Fingerprint fingerprint);
  void put_group(group::Group group);
  void drop_group(const std::string& id);
  void add_member(const std::string& group_id, Fingerprint fingerprint);
  void drop_member(const std::string& group_id, Fingerprint fingerprint);
  void left_group(Fingerprint fingerprint);
  void put_row(notify::OutboxRow row);
  void drop_row(std::int64_t id);
  void not_due(const notify::OutboxRow& row);
  void apply_to_memory(const journal::Change& change);
  /// Journals, and notes how long that took.
  void write(const std::vector<journal::Change>& changes);
  Alerts& own_alerts();
  LabelIndex& own_labels();
  void forget_labels(const Labels& labels);
  void set_ending(const Alert* before, const Alert* after);
  route::Silences& own_silences();
  route::Inhibitions& own_inhibitions();
  void file_source(const Alert* before, const Alert* after);

  journal::Journal& journal_;
  mutable std::shared_mutex mutex_;
  std::unique_lock<std::shared_mutex> writing_;
  std::vector<journal::Change> pending_;

  // Shared with snapshots: copied on write while a reader holds them.
  std::shared_ptr<Alerts> alerts_;
  std::shared_ptr<LabelIndex> labels_;
  std::shared_ptr<route::Silences> silences_;
  std::shared_ptr<route::Inhibitions> inhibitions_;
  std::shared_ptr<MutedGroups> muted_groups_;
  RuleStates rule_states_;

  std::unordered_map<std::string, GroupEntry> groups_;
  FingerprintMap<int> memberships_;  // in how many groups, if in any
  std::set<std::pair<Timestamp, std::string>> flushes_;
  Endings endings_;
  std::map<std::int64_t, notify::OutboxRow> outbox_;
  std::unordered_map<std::string, std::vector<std::int64_t>> rows_by_group_;  // ids, rising
  std::map<ChannelKey, std::set<std::pair<Timestamp, std::int64_t>>> due_rows_;
  std::int64_t last_row_id_ = 0;
  Timestamp ended_until_;
  std::map<ChannelKey, Hold> holds_;
  std::map<ChannelKey, notify::Starts> starts_;

  std::string failure_;  // why the last commit failed; empty when it did not
  std::uint64_t commits_ = 0;
  std::uint64_t failed_commits_ = 0;
  double commit_seconds_ = 0;
  double last_commit_seconds_ = 0;
  std::size_t backlog_ = 0;
};

}  // namespace tocsin::engine
