#include "journal/folder.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "model/error.h"

namespace tocsin::journal {
namespace {

namespace fs = std::filesystem;

/// Of the process that wrote the lock file, for the message.
std::string holder_in(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t length = pread(descriptor, text.data(), text.size(), 0);
  std::string holder(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  while (!holder.empty() && holder.back() == '\n') holder.pop_back();
  return holder.empty() ? "" : fmt::format(" (process {})", holder);
}

}  // namespace

std::string system_message(int error) { return std::generic_category().message(error); }

void create_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return;
  error.clear();
  fs::path full = fs::absolute(folder, error).lexically_normal();
  if (!full.has_filename()) full = full.parent_path();  // it ended with a slash
  if (!error) fs::create_directories(full.parent_path(), error);
  if (!error && mkdir(full.c_str(), 0700) == 0) return;
  const std::string why = error ? error.message() : system_message(errno);
  throw Error(fmt::format(
      "the data folder {} cannot be created ({}): name a folder that this user may create or write",
      folder.string(), why));
}

void sync_folder(const fs::path& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) close(descriptor);
  if (!synced) {
    throw Error(fmt::format("the data folder {} cannot be brought to disk ({})", folder.string(),
                            system_message(error)));
  }
}

FolderLock::FolderLock(const fs::path& folder)
    : descriptor_(open((folder / "tocsin.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (descriptor_ < 0) {
    throw Error(fmt::format(
        "the data folder {} cannot be written ({}): give this user the right to, or name another",
        folder.string(), system_message(errno)));
  }
  if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const std::string why = errno == EWOULDBLOCK
                                ? "in use by another Tocsin" + holder_in(descriptor_)
                                : system_message(errno);
    close(descriptor_);
    throw Error(
        fmt::format("the data folder {} cannot be locked, it is {}: stop the other one, or "
                    "name another folder",
                    folder.string(), why));
  }
  // Who holds the lock is a help for people; the lock itself does not depend on it.
  const std::string holder = fmt::format("{}\n", getpid());
  if (ftruncate(descriptor_, 0) == 0) {
    [[maybe_unused]] const ssize_t written = pwrite(descriptor_, holder.data(), holder.size(), 0);
  }
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace tocsin::journal
