// The disk under the engine: what was committed is there after a kill and nothing else is; it can
// be full; the process can die before and after each commit. And the seam where bugs are planted.
#pragma once

#include <functional>
#include <set>
#include <span>

#include "journal/memory_journal.h"

namespace tocsin::simulation {

/// Ends the process: thrown through the engine, which catches nothing of the kind.
struct Killed {};

/// Bugs that the engine might have had. Each has to be caught; simulation_test.cpp sees to it.
enum class Bug {
  None,
  SkipACommit,        ///< one batch in many is acknowledged, but not written
  SendBeforeCommit,   ///< a batch is written with the next one only
  ForgetATimer,       ///< the next flush of a group is not written
  LoseATellRecord,    ///< what a receiver was told is not written
  ForgetASilence,     ///< at a restart
  RestartTheFor,      ///< at a restart, pending alerts begin to wait anew
  DropOnTooMany,      ///< 429 counts as sent
  SwallowResolves,    ///< the message that all is over counts as sent
  SkipTheRoute,       ///< the first child of the tree takes everything
  IgnoreInhibitions,  ///< no rule of inhibition is read
  HalveTheFor,        ///< rules wait half as long
  IgnoreRetryAfter,   ///< 429 counts as 503
  IgnoreRateLimits,   ///< none is read
};

class Disk : public journal::Journal {
 public:
  using Changes = std::span<const journal::Change>;

  explicit Disk(Bug bug) : bug_(bug), store_(journal::MemoryJournal::Keep::OnlyContents) {}

  void commit(Changes changes) override;
  journal::Contents load() override;
  std::vector<Event> events(const journal::EventQuery&) override { return {}; }
  std::vector<journal::SilenceVersion> silence_versions(const std::string&) override { return {}; }
  std::size_t trim(Timestamp, std::size_t) override { return 0; }

  const journal::Contents& contents() const { return store_.contents(); }
  bool has_row(std::int64_t id) const { return rows_.contains(id); }
  /// Whether the last commit failed.
  bool failing() const { return failing_; }

  bool full = false;
  std::function<void(Changes)> attempted;  ///< before anything else
  std::function<void(Changes)> written;    ///< once they are on disk
  std::function<void()> effect;            ///< before and after; may throw Killed
  Timestamp loaded_at;                     ///< the clock at a restart

 private:
  void store(Changes changes);
  bool spoiled(const journal::Change& change) const;

  Bug bug_;
  journal::MemoryJournal store_;
  std::vector<journal::Change> late_;
  std::set<std::int64_t> rows_;
  std::uint64_t commits_ = 0;
  bool failing_ = false;
};

}  // namespace tocsin::simulation
