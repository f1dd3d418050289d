// A file layer under SQLite that goes wrong when it is told to, and remembers what a power cut
// would leave.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <sqlite3.h>
#include <string>
#include <vector>

namespace tocsin::journal {

enum class Fault {
  None,
  WriteError,  ///< EIO; nothing is written
  ShortWrite,  ///< half of it is written before the error comes
  Full,        ///< the same, and the disk says that it is full
  SyncError,   ///< some of what was to be synced is lost, and syncing again does not bring it back
  PowerCut,    ///< nothing works from now on
};

/// While one lives, all SQLite files of the process are opened through it. One thread only.
class FaultyFiles {
 public:
  FaultyFiles();
  ~FaultyFiles();
  FaultyFiles(const FaultyFiles&) = delete;
  FaultyFiles& operator=(const FaultyFiles&) = delete;

  /// The `at`-th write, sync, truncation or deletion from now on goes wrong (counting from 0), and
  /// the `times` - 1 after it as well.
  void arm(Fault fault, int at, int times, std::uint32_t seed);
  void disarm() { fault_ = Fault::None; }
  /// From now on the disk says that it has synced and has not.
  void lie() { lies_ = true; }
  /// How many there were since arm().
  int operations() const { return operations_; }
  bool struck() const { return operations_ > at_; }

  /// Copies the files of a folder as they are: what the death of the process leaves.
  static void copy_as_is(const std::filesystem::path& from, const std::filesystem::path& to);
  /// The same as a power cut at this moment would leave them: what was not synced is there, is
  /// missing, or is torn, each write for itself.
  void copy_after_power_cut(const std::filesystem::path& from, const std::filesystem::path& to);

 private:
  /// A write, or (without data) a truncation to `offset` bytes.
  struct Change {
    std::size_t offset;
    std::string data;
    bool truncates;
  };
  /// What a disk holds for sure of a file, and what it may hold beyond.
  struct Remains {
    std::string synced;
    std::vector<Change> unsynced;
    bool deleted = false;
  };
  struct File;

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out);
  static int remove(sqlite3_vfs* vfs, const char* name, int sync_folder);
  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset);
  static int truncate(sqlite3_file* file, sqlite3_int64 size);
  static int sync(sqlite3_file* file, int flags);
  static const sqlite3_io_methods* methods();

  bool strikes();
  Remains& remains(const std::string& name);
  static void apply(std::string& content, const Change& change);
  void apply_some(std::string& content, const std::vector<Change>& changes);

  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
  Fault fault_ = Fault::None;
  bool lies_ = false;
  int at_ = 0, times_ = 1, operations_ = 0;
  std::mt19937 random_;
  std::map<std::string, Remains> files_;
};

}  // namespace tocsin::journal
