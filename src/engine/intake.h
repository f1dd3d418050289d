// Alerts that others post: into the book, and out of force when their end has come.
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "engine/book.h"
#include "state/posted.h"

namespace tocsin::engine {

/// What became of a batch.
struct IntakeResult {
  std::vector<std::string> objections;  ///< one for each alert that was not taken, in their order
};

/// Counters for metrics.
struct IntakeStatus {
  std::uint64_t firing = 0;    ///< received, that were not over
  std::uint64_t resolved = 0;  ///< received, that were over already
  std::uint64_t invalid = 0;
  std::uint64_t limited = 0;  ///< dropped because their alertname had too many already
};

class Intake {
 public:
  struct Settings {
    std::size_t per_alertname = 0;  ///< most alerts of one alertname; 0: any number
    state::LabelNames names = state::LabelNames::Utf8;
  };
  /// Called for each alert that is new, or fires again.
  using AlertChanged = std::function<void(const AlertPtr&, Timestamp now)>;

  Intake(Book& book, Settings settings, AlertChanged changed);

  /// Takes what is valid of a batch. It is on disk with the next commit.
  ///
  /// Rules own their alerts: while a rule holds one firing, a posted one with the same labels
  /// changes nothing.
  IntakeResult take(std::vector<state::Posted> batch, Duration resolve_timeout, Timestamp now);

  /// Says of alerts whose end has come that they are over; returns when the next one's comes.
  Timestamp tick(Timestamp now);

  /// The clock was set back: alerts whose end had come by the old one stay over.
  void clock_set_back(Timestamp now);

  /// Guarded by the book's read lock.
  const IntakeStatus& status() const { return status_; }

 private:
  void put(Alert alert, Timestamp now);
  void log_end(const Alert& alert);
  bool has_room(const Alert& alert, Timestamp now);

  Book& book_;
  Settings settings_;
  AlertChanged changed_;
  IntakeStatus status_;
  /// The ends of the alerts with each alertname, by fingerprint; kept only if there is a limit.
  std::unordered_map<std::string, std::unordered_map<Fingerprint, Timestamp>> by_name_;
  Timestamp ended_until_;  ///< ends up to here have been said
};

}  // namespace tocsin::engine
