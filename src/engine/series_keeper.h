// The embedded series over restarts and reloads: their bounds, their snapshots, their end.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "config/config.h"
#include "series/store.h"

namespace tocsin::engine {

/// The expressions of the rules that ask the embedded source, one for each rule.
std::vector<std::string> embedded_expressions(const config::Config& config);

/// What the embedded source needs at least: as configured, or for the rule that looks back
/// furthest.
Duration embedded_retention(const config::Config& config);

class SeriesKeeper {
 public:
  /// `file` is where snapshots are; empty: there are none.
  explicit SeriesKeeper(std::string file) : file_(std::move(file)) {}
  ~SeriesKeeper() { stop(); }
  SeriesKeeper(const SeriesKeeper&) = delete;
  SeriesKeeper& operator=(const SeriesKeeper&) = delete;

  series::Store& store() { return store_; }

  /// Puts the bounds in force.
  void configure(const config::Config& config);
  /// Reads the snapshot, if there is one. One that cannot be used is set aside, and that is logged:
  /// the start goes on.
  void begin(Timestamp now);
  /// Snapshots from now on, on a thread of their own.
  void start();
  /// Writes a last one. Idempotent.
  void stop();
  /// Lets go of some of what is old, once a second.
  void tick(Timestamp now);

 private:
  void run();
  /// Returns when the next one is due.
  Duration save();

  std::string file_;
  series::Store store_;
  Timestamp next_truncated_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  bool failing_ = false;
  std::thread thread_;
};

}  // namespace tocsin::engine
