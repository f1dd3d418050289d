// The journal in memory: for tests of what is above it, and for back-tests, where nothing has to
// survive. Means the same as the one on disk; one set of tests runs over both.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "journal/journal.h"

namespace tocsin::journal {

class MemoryJournal : public Journal {
 public:
  enum class Keep { EveryBatch, OnlyContents };

  explicit MemoryJournal(Keep keep = Keep::EveryBatch) : keep_(keep) {}

  void commit(std::span<const Change> changes) override;
  /// May be called again and again: each call is a restart.
  Contents load() override;
  std::vector<Event> events(const EventQuery& query) override;
  std::vector<SilenceVersion> silence_versions(const std::string& id) override;
  std::size_t trim(Timestamp before, std::size_t most) override;
  /// Counts the events alone.
  Extent extent() override;

  /// The next `count` commits throw Error and change nothing.
  void fail_next_commits(int count);

  /// What is in force now; for tests, not while another thread commits.
  const Contents& contents() const { return contents_; }
  /// Everything that was committed, batch by batch (with Keep::EveryBatch).
  const std::vector<std::vector<Change>>& batches() const { return batches_; }

 private:
  void add_event(const Event& event);
  void add_silence_version(const PutSilence& put);
  std::size_t trim_silences(Timestamp before, std::size_t most);

  const Keep keep_;
  std::mutex mutex_;  // guards all below
  int failures_due_ = 0;
  Contents contents_;
  std::vector<Event> events_;  // by time, and as added within the same instant
  std::map<std::string, std::vector<SilenceVersion>> silences_;  // by id, oldest version first
  std::vector<std::vector<Change>> batches_;
};

}  // namespace tocsin::journal
