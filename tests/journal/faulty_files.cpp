#include "journal/faulty_files.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace tocsin::journal {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "faulty";

std::string content_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void put_content(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

/// The data: not the lock, and not the -shm, which SQLite makes anew.
bool is_data(const fs::path& file) {
  return file.filename() == "tocsin.db" || file.filename() == "tocsin.db-wal";
}

}  // namespace

/// The real file lies behind it in memory.
struct FaultyFiles::File {
  sqlite3_file base;
  FaultyFiles* files;
  const char* name;

  static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
  static sqlite3_file* real(sqlite3_file* file) {
    return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1);
  }
};

FaultyFiles::FaultyFiles() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
  vfs_.zName = kName;
  vfs_.pAppData = this;
  vfs_.pNext = nullptr;
  vfs_.xOpen = open;
  vfs_.xDelete = remove;
  sqlite3_vfs_register(&vfs_, 1);
}

FaultyFiles::~FaultyFiles() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, 1);
}

void FaultyFiles::arm(Fault fault, int at, int times, std::uint32_t seed) {
  fault_ = fault;
  at_ = at;
  times_ = times;
  operations_ = 0;
  random_.seed(seed);
}

bool FaultyFiles::strikes() {
  const int now = operations_++;
  if (fault_ == Fault::None || now < at_) return false;
  return fault_ == Fault::PowerCut || now < at_ + times_;
}

FaultyFiles::Remains& FaultyFiles::remains(const std::string& name) {
  const auto [at, is_new] = files_.try_emplace(name);
  if (is_new) at->second.synced = content_of(name);
  return at->second;
}

void FaultyFiles::apply(std::string& content, const Change& change) {
  if (change.truncates) return content.resize(change.offset);
  content.resize(std::max(content.size(), change.offset + change.data.size()));
  content.replace(change.offset, change.data.size(), change.data);
}

void FaultyFiles::apply_some(std::string& content, const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    const auto luck = random_() % 3;
    if (luck == 0) continue;
    Change part = change;
    if (luck == 1 && !part.truncates) part.data.resize(random_() % (part.data.size() + 1));
    if (part.truncates || !part.data.empty()) apply(content, part);
  }
}

int FaultyFiles::open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
  auto* files = static_cast<FaultyFiles*>(vfs->pAppData);
  File& mine = File::of(file);
  mine.base.pMethods = nullptr;
  if (name != nullptr && files->files_.contains(name) && files->files_.at(name).deleted) {
    files->files_.erase(name);
  }
  if (name != nullptr) files->remains(name);
  const int code = files->real_->xOpen(files->real_, name, File::real(file), flags, out);
  if (File::real(file)->pMethods == nullptr) return code;
  mine = {{methods()}, files, name};
  return code;
}

int FaultyFiles::remove(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  auto* files = static_cast<FaultyFiles*>(vfs->pAppData);
  if (files->strikes()) return SQLITE_IOERR_DELETE;
  files->remains(name).deleted = true;
  return files->real_->xDelete(files->real_, name, sync_folder);
}

int FaultyFiles::write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  FaultyFiles& files = *File::of(file).files;
  sqlite3_file* real = File::real(file);
  std::string text(static_cast<const char*>(data), static_cast<std::size_t>(size));
  const bool strikes = files.strikes() && files.fault_ != Fault::SyncError;
  const bool was_cut = strikes && files.operations_ - 1 > files.at_;
  if (strikes && files.fault_ == Fault::PowerCut && was_cut) return SQLITE_IOERR_WRITE;
  if (strikes && files.fault_ == Fault::WriteError) return SQLITE_IOERR_WRITE;
  if (strikes && files.fault_ != Fault::PowerCut) text.resize(text.size() / 2);
  const int code = real->pMethods->xWrite(real, text.data(), static_cast<int>(text.size()), offset);
  if (code != SQLITE_OK) return code;
  files.remains(File::of(file).name)
      .unsynced.push_back({static_cast<std::size_t>(offset), std::move(text), false});
  if (!strikes) return SQLITE_OK;
  return files.fault_ == Fault::Full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

int FaultyFiles::truncate(sqlite3_file* file, sqlite3_int64 size) {
  FaultyFiles& files = *File::of(file).files;
  if (files.strikes() && files.fault_ != Fault::SyncError) return SQLITE_IOERR_TRUNCATE;
  sqlite3_file* real = File::real(file);
  files.remains(File::of(file).name).unsynced.push_back({static_cast<std::size_t>(size), "", true});
  return real->pMethods->xTruncate(real, size);
}

int FaultyFiles::sync(sqlite3_file* file, int) {
  FaultyFiles& files = *File::of(file).files;
  Remains& remains = files.remains(File::of(file).name);
  const bool strikes = files.strikes();
  if (strikes && files.fault_ == Fault::PowerCut) return SQLITE_IOERR_FSYNC;
  if (strikes && files.fault_ == Fault::SyncError) {
    // As Linux has it: the pages count as clean from now on.
    files.apply_some(remains.synced, remains.unsynced);
    remains.unsynced.clear();
    return SQLITE_IOERR_FSYNC;
  }
  if (strikes) return SQLITE_IOERR_FSYNC;
  if (files.lies_) return SQLITE_OK;
  for (const Change& change : remains.unsynced) apply(remains.synced, change);
  remains.unsynced.clear();
  return SQLITE_OK;  // the real disk may take its time: this is a test
}

const sqlite3_io_methods* FaultyFiles::methods() {
  static const sqlite3_io_methods kMethods = [] {
    sqlite3_io_methods all{};
    all.iVersion = 2;
    all.xWrite = write;
    all.xTruncate = truncate;
    all.xSync = sync;
    all.xClose = [](sqlite3_file* file) {
      return File::real(file)->pMethods->xClose(File::real(file));
    };
    all.xRead = [](sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
      return File::real(file)->pMethods->xRead(File::real(file), into, size, offset);
    };
    all.xFileSize = [](sqlite3_file* file, sqlite3_int64* size) {
      return File::real(file)->pMethods->xFileSize(File::real(file), size);
    };
    all.xLock = [](sqlite3_file* file, int lock) {
      return File::real(file)->pMethods->xLock(File::real(file), lock);
    };
    all.xUnlock = [](sqlite3_file* file, int lock) {
      return File::real(file)->pMethods->xUnlock(File::real(file), lock);
    };
    all.xCheckReservedLock = [](sqlite3_file* file, int* out) {
      return File::real(file)->pMethods->xCheckReservedLock(File::real(file), out);
    };
    all.xFileControl = [](sqlite3_file* file, int what, void* with) {
      return File::real(file)->pMethods->xFileControl(File::real(file), what, with);
    };
    all.xSectorSize = [](sqlite3_file* file) {
      return File::real(file)->pMethods->xSectorSize(File::real(file));
    };
    all.xDeviceCharacteristics = [](sqlite3_file* file) {
      return File::real(file)->pMethods->xDeviceCharacteristics(File::real(file));
    };
    all.xShmMap = [](sqlite3_file* file, int page, int size, int extend, void volatile** out) {
      return File::real(file)->pMethods->xShmMap(File::real(file), page, size, extend, out);
    };
    all.xShmLock = [](sqlite3_file* file, int offset, int count, int flags) {
      return File::real(file)->pMethods->xShmLock(File::real(file), offset, count, flags);
    };
    all.xShmBarrier = [](sqlite3_file* file) {
      File::real(file)->pMethods->xShmBarrier(File::real(file));
    };
    all.xShmUnmap = [](sqlite3_file* file, int deletes) {
      return File::real(file)->pMethods->xShmUnmap(File::real(file), deletes);
    };
    return all;
  }();
  return &kMethods;
}

void FaultyFiles::copy_as_is(const fs::path& from, const fs::path& to) {
  fs::create_directories(to);
  for (const auto& each : fs::directory_iterator(from)) {
    if (is_data(each.path())) fs::copy_file(each.path(), to / each.path().filename());
  }
}

void FaultyFiles::copy_after_power_cut(const fs::path& from, const fs::path& to) {
  fs::create_directories(to);
  for (const auto& [name, remains] : files_) {
    const fs::path path = name;
    // A deletion may not have reached the disk either.
    if (path.parent_path() != from || !is_data(path) || (remains.deleted && random_() % 2 == 0)) {
      continue;
    }
    std::string content = remains.synced;
    apply_some(content, remains.unsynced);
    // One that was never synced may not even have a name.
    if (!content.empty()) put_content(to / path.filename(), content);
  }
}

}  // namespace tocsin::journal
