// The journal: what makes the book survive. A batch of changes is written in one transaction and is
// on disk when commit() returns.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "group/group.h"
#include "model/alert.h"
#include "model/event.h"
#include "model/fingerprints.h"
#include "notify/decide.h"
#include "notify/outbox.h"
#include "route/silence.h"
#include "state/step.h"

namespace tocsin::journal {

struct PutAlert {
  AlertPtr alert;
};
/// A known alert lasts until then: what senders say of the same alert again and again.
struct ExtendAlert {
  Fingerprint fingerprint;
  Timestamp ends_at;
  Timestamp updated_at;
};
struct DropAlert {
  Fingerprint fingerprint;
};

struct PutRuleState {
  std::string rule_id;
  state::Active active;
};
struct DropRuleState {
  std::string rule_id;
  Fingerprint fingerprint;
};

struct PutGroup {
  group::Group group;
};
/// With its members and tell records.
struct DropGroup {
  std::string group_id;
};

struct AddMember {
  std::string group_id;
  Fingerprint fingerprint;
};
struct DropMember {
  std::string group_id;
  Fingerprint fingerprint;
};

/// Adds a version; the one before is superseded, not overwritten.
struct PutSilence {
  route::Silence silence;
  std::string changed_by;
};
/// Retention is over: all versions go.
struct DropSilence {
  std::string id;
};

struct PutTellRecord {
  notify::TellRecord record;
};
struct DropTellRecord {
  std::string group_id, receiver, channel;
};

struct PutOutbox {
  notify::OutboxRow row;
  /// Of posted alerts that the journal holds, what an alert says may be kept as a reference: after
  /// a restart the message says what is known of them then, with the times and the status it had.
  /// For rows that are soon gone; whoever asks for it drops none of these alerts before.
  bool refers = false;
};
struct DropOutbox {
  std::int64_t id;
};

struct AddEvent {
  Event event;
};
/// The same happened to each of several alerts: an event each, in their order.
struct AddEvents {
  Event event;  ///< its own fingerprint counts for nothing
  std::vector<Fingerprint> alerts;
};

/// A small fact of the installation, by name.
struct PutMeta {
  std::string key, value;
};

/// Put adds or replaces, by the key of what is put: an alert's fingerprint; rule id and the
/// fingerprint of the labels; group id; silence id; group, receiver and channel; outbox id.
/// Dropping or extending what is not there is fine.
using Change =
    std::variant<PutAlert, ExtendAlert, DropAlert, PutRuleState, DropRuleState, PutGroup, DropGroup,
                 AddMember, DropMember, PutSilence, DropSilence, PutTellRecord, DropTellRecord,
                 PutOutbox, DropOutbox, AddEvent, AddEvents, PutMeta>;

/// Everything that was journalled and is still in force (the timeline stays on disk). Each vector
/// is in ascending order of its key; rules without actives and groups without members are absent
/// from their maps.
struct Contents {
  std::vector<AlertPtr> alerts;
  std::unordered_map<std::string, state::Actives> rule_states;  ///< by rule id
  std::vector<group::Group> groups;
  std::unordered_map<std::string, FingerprintSet> members;  ///< by group id
  std::vector<route::Silence> silences;                     ///< the newest version of each
  std::vector<notify::TellRecord> tell_records;
  std::vector<notify::OutboxRow> outbox;
  std::int64_t last_outbox_id = 0;  ///< the highest ever put, even if dropped or unreadable since
  std::map<std::string, std::string> meta;

  /// Rows that could not be read back, one sentence each. They are left in the journal as they are
  /// and are missing above.
  std::vector<std::string> complaints;
};

/// Brings the contents up to date with one change. Events leave no trace in them. (Call it as
/// journal::apply: the library's std::apply is found, too, through std::variant.)
void apply(Contents& contents, const Change& change);

/// What a reader of the timeline asks for; newest first, and of the same instant the one added
/// last first.
struct EventQuery {
  std::optional<Fingerprint> fingerprint = {};
  std::string subject = {};                     ///< empty: any
  std::optional<Timestamp> from = {}, to = {};  ///< both included
  std::size_t limit = 1000;
};

/// One version of a silence: what it was, by whom, until when. silence.updated_at is since when.
struct SilenceVersion {
  std::int64_t version = 1;  ///< counts from 1
  route::Silence silence;
  std::string changed_by;
  std::optional<Timestamp> superseded_at;  ///< updated_at of the next version; none: it is in force
};

/// How much a journal holds. 0 and nothing where that is not known.
struct Extent {
  std::uint64_t bytes = 0;  ///< of everything, without what was deleted
  std::optional<Timestamp> oldest_event = {};
};

/// The seam to durable storage. commit() and trim() follow one another; events() and
/// silence_versions() may be called from any thread at any time and see whole commits only.
class Journal {
 public:
  virtual ~Journal() = default;

  /// All or nothing, and on disk on return. Throws Error when it could not be written; then nothing
  /// of the batch is.
  virtual void commit(std::span<const Change> changes) = 0;

  /// Called once, before the first commit.
  virtual Contents load() = 0;

  virtual std::vector<Event> events(const EventQuery& query) = 0;

  /// Oldest first; empty for an id that is unknown.
  virtual std::vector<SilenceVersion> silence_versions(const std::string& id) = 0;

  /// Deletes events that happened, and silence versions that were superseded, before `before`: the
  /// oldest first, at most `most` (or a few hundred more, where they were written together), in a
  /// transaction of its own. Returns how many went.
  virtual std::size_t trim(Timestamp before, std::size_t most) = 0;

  /// Quick, however much there is.
  virtual Extent extent() { return {}; }
};

}  // namespace tocsin::journal
