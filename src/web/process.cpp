#include "web/process.h"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <sys/resource.h>

namespace tocsin::web {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

ProcessStatus process_status() {
  ProcessStatus status;
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    status.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  double pages_total = 0;
  double pages_resident = 0;
  if (std::ifstream statm("/proc/self/statm"); statm >> pages_total >> pages_resident) {
    status.resident_bytes = pages_resident * static_cast<double>(sysconf(_SC_PAGESIZE));
  }
  std::error_code ignored;
  for ([[maybe_unused]] const auto& each :
       std::filesystem::directory_iterator("/proc/self/fd", ignored)) {
    status.open_files += 1;
  }
  return status;
}

}  // namespace tocsin::web
