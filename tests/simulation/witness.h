// Reads everything the engine writes to its journal, and holds each decision against the oracle.
#pragma once

#include <map>
#include <set>
#include <string>

#include "simulation/disk.h"
#include "simulation/scene.h"

namespace tocsin::simulation {

/// What a message says of each alert: whether it fires.
using Said = std::map<Fingerprint, bool>;
Said said_by(const notify::Notification& notification);

/// A row of the outbox from its decision to its end.
struct Decision {
  std::int64_t row = 0;
  Timestamp at;
  Duration elapsed{0};  ///< true time of it
  std::string group_id, receiver, channel;
  Said said;
  int changes = 0;  ///< of all its alerts until then
  int tree_version = 0;
  Duration repeat{0};
};

class Witness {
 public:
  explicit Witness(Scene& scene) : scene_(scene) {}

  void attempted(Disk::Changes changes);
  void written(Disk::Changes changes);
  /// The process died, and this is what the disk holds.
  void killed(const journal::Contents& contents);
  /// The next flushes must wait for this.
  void held_until(Timestamp until) { held_until_ = until; }
  void clock_set_back() { held_until_ = std::min(held_until_, scene_.wall()); }
  Timestamp held_until() const { return held_until_; }

  const Decision& decision(std::int64_t row) const;
  /// Those that have not ended, by row.
  const std::map<std::int64_t, Decision>& decisions_under_way() const { return decisions_; }
  void heard(std::int64_t row) { heard_.insert(row); }
  /// Whether the journal says that the row was sent.
  bool is_sent(std::int64_t row) const { return sent_.contains(row); }
  /// Whether the timeline gives a reason why nothing more was said of an alert since then.
  bool has_reason(Fingerprint fingerprint, Duration since) const;

  std::uint64_t decisions = 0;  ///< in all

 private:
  void look_at(const journal::Change& change);
  void decided(const notify::OutboxRow& row);
  void timer(const group::Group& group);
  void reason(EventKind kind, Fingerprint alert);
  void ended(const journal::Change& change, Disk::Changes batch);

  Scene& scene_;
  std::size_t looked_at_ = 0;  ///< changes of batches that could not be written
  std::map<std::int64_t, Decision> decisions_;
  std::map<std::string, Timestamp> timers_;
  std::set<std::int64_t> heard_, sent_;
  std::map<Fingerprint, Duration> reasons_;
  Timestamp held_until_;
};

}  // namespace tocsin::simulation
