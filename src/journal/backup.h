// A copy of the journal while a Tocsin writes it.
#pragma once

#include <cstdint>
#include <filesystem>

namespace tocsin::journal {

struct Backup {
  std::uintmax_t bytes = 0;
  int schema = 0;
};

/// Copies `folder`/tocsin.db as of one instant, whatever is in its -wal included, into the new file
/// `target` (mode 0600), which appears under its name only when it is complete, checked
/// (integrity_check) and on disk. The Tocsin that writes the folder goes on meanwhile. Throws
/// Error, also when `target` exists: nothing is ever overwritten.
Backup back_up(const std::filesystem::path& folder, const std::filesystem::path& target);

}  // namespace tocsin::journal
