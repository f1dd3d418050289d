#include "series/snapshot.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>
#include <utility>
#include <zlib.h>

#include <fmt/format.h>

#include "model/error.h"
#include "series/bytes.h"

namespace tocsin::series {
namespace {

constexpr Slot kBlockSeries = 1'000;

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      ::crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

std::string four_bytes(std::uint32_t value) {
  std::string out;
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift & 0xFF);
  return out;
}

std::uint32_t from_four_bytes(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

/// A file that takes the place of another one when it is complete and on disk.
class NewFile {
 public:
  explicit NewFile(const std::string& path)
      : path_(path),
        beside_(path + ".new"),
        file_(::open(beside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
    if (file_ < 0) fail("create");
  }
  ~NewFile() {
    if (file_ < 0) return;
    ::close(file_);
    ::unlink(beside_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(file_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("write");
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void finish() {
    if (::fsync(file_) != 0) fail("write");
    ::close(std::exchange(file_, -1));
    if (::rename(beside_.c_str(), path_.c_str()) != 0) fail("rename");
    const std::string folder = std::filesystem::path(path_).parent_path().string();
    const int opened = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
    if (opened < 0) return;  // renamed it is, and a power cut may cost this snapshot
    ::fsync(opened);
    ::close(opened);
  }

 private:
  [[noreturn]] void fail(std::string_view what) const {
    throw Error(fmt::format("cannot {} {}: {}", what, beside_, std::strerror(errno)));
  }
  std::string path_, beside_;
  int file_;
};

void write_block(NewFile& file, std::string_view block) {
  file.write(four_bytes(static_cast<std::uint32_t>(block.size())) + four_bytes(checksum(block)));
  file.write(block);
}

/// Reads block by block.
class OldFile {
 public:
  explicit OldFile(const std::string& path)
      : in_(path, std::ios::binary), left_(in_ ? std::filesystem::file_size(path) : 0) {
    if (!in_) throw Error(std::strerror(errno));
    if (read(kMagic.size()) != kMagic) throw Error("it is no snapshot of series");
    const std::uint32_t version = from_four_bytes(read(4));
    if (version != kSnapshotVersion) {
      throw Error(
          fmt::format("it has version {}, and this program reads {}", version, kSnapshotVersion));
    }
  }
  /// Valid until the next call; empty behind the last one.
  std::string_view next() {
    if (left_ == 0) return {};
    const std::uint32_t size = from_four_bytes(read(4));
    const std::uint32_t sum = from_four_bytes(read(4));
    if (size == 0) throw Error("it has an empty block");
    const std::string_view block = read(size);
    if (checksum(block) != sum) throw Error("it is damaged: a checksum is wrong");
    return block;
  }

 private:
  std::string_view read(std::size_t size) {
    if (size > left_) throw Error("it ends too early");
    buffer_.resize(size);
    if (!in_.read(buffer_.data(), static_cast<std::streamsize>(size))) {
      throw Error("it cannot be read");
    }
    left_ -= size;
    return buffer_;
  }
  std::ifstream in_;
  std::uintmax_t left_;
  std::string buffer_;
};

/// Throws Error unless all of the file is there and as it was written.
void verify(const std::string& path) {
  OldFile file(path);
  bool ended = false;
  for (std::string_view block = file.next(); !block.empty(); block = file.next()) {
    if (ended) throw Error("it goes on behind its end");
    ended = block.front() == 'E';
  }
  if (!ended) throw Error("it ends too early");
}

void read_blocks(const std::string& path, Timestamp now, Head& head, Loaded& loaded) {
  const std::int64_t oldest = milliseconds(now - head.settings.retention);
  const std::int64_t newest = milliseconds(now + kMostAhead);
  OldFile file(path);
  for (std::string_view block = file.next(); block.front() != 'E'; block = file.next()) {
    read_snapshot_block(block, oldest, newest, head, loaded);
  }
}

}  // namespace

std::size_t Store::save(const std::string& path) const {
  NewFile file(path);
  file.write(std::string(kMagic) + four_bytes(kSnapshotVersion));
  std::uint64_t series = 0;
  std::uint64_t samples = 0;
  std::size_t bytes = 0;
  for (Slot begin = 0;; begin += kBlockSeries) {
    std::string block;
    {
      const std::shared_lock lock(head_->mutex);
      if (begin >= head_->places.size()) break;
      block = snapshot_block(*head_, begin, begin + kBlockSeries, series, samples);
    }
    if (!block.empty()) write_block(file, block);
    bytes += block.size();
  }
  ByteWriter end;
  end.raw("E");
  end.number(series);
  end.number(samples);
  write_block(file, end.take());
  file.finish();
  return bytes;
}

Loaded Store::load(const std::string& path, Timestamp now) {
  const std::unique_lock lock(head_->mutex);
  Loaded loaded;
  try {
    verify(path);
    read_blocks(path, now, *head_, loaded);
  } catch (const std::exception& error) {
    // Whoever holds the mutex goes on with the same one: only what it guards is made anew.
    head_->clear();
    throw Error(fmt::format("{}: {}", path, error.what()));
  }
  return loaded;
}

}  // namespace tocsin::series
