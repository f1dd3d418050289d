// A journal for trials: nothing has to survive them, but what was decided to be said is of
// interest.
#pragma once

#include <vector>

#include "journal/journal.h"

namespace tocsin::trial {

class Minutes : public journal::Journal {
 public:
  void commit(std::span<const journal::Change> changes) override;
  journal::Contents load() override { return {}; }
  std::vector<Event> events(const journal::EventQuery&) override { return {}; }
  std::vector<journal::SilenceVersion> silence_versions(const std::string&) override { return {}; }
  std::size_t trim(Timestamp, std::size_t) override { return 0; }

  /// In the order in which they were decided.
  const std::vector<notify::Notification>& decided() const { return decided_; }

 private:
  std::vector<notify::Notification> decided_;
};

}  // namespace tocsin::trial
