// The data folder: that it exists, that we may write there, and that we are alone in it.
#pragma once

#include <filesystem>
#include <string>

namespace tocsin::journal {

/// What the system says of an errno: "No space left on device".
std::string system_message(int error);

/// Creates the folder (mode 0700; parents as the umask has it) unless it is there. Throws Error.
void create_folder(const std::filesystem::path& folder);

/// Makes the names in the folder durable (a file that was created or renamed). Throws Error.
void sync_folder(const std::filesystem::path& folder);

/// Holds the folder's tocsin.lock as long as it lives; the kernel lets go of it when the process
/// dies, however it dies. Does not keep anybody from reading the folder's files.
class FolderLock {
 public:
  /// Throws Error when another process holds it (naming the process), or when the file cannot be
  /// written.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace tocsin::journal
