// Runs again whenever a file has changed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tocsin::trial {

/// What tells one state of a file from another (when it was changed, its size); 0 when it is gone.
using Stamp = std::uint64_t;

/// What watch() cannot do by itself.
struct Outlook {
  /// Files of which is known beforehand that they matter.
  std::vector<std::string> files;
  /// Runs everything; returns the files (and folders) that the outcome depends on.
  std::function<std::vector<std::string>()> run;
  std::function<Stamp(const std::string& file)> look;
  /// Returns after a moment; false when it is enough.
  std::function<bool()> pause;
};

/// Runs, and again after each change, until `pause` says that it is enough. What changes while it
/// runs counts as a change after it.
void watch(const Outlook& outlook);

}  // namespace tocsin::trial
