// What this process has used so far, as the operating system says.
#pragma once

namespace tocsin::web {

struct ProcessStatus {
  double cpu_seconds = 0;
  double resident_bytes = 0;
  double open_files = 0;
};

/// What cannot be read is 0.
ProcessStatus process_status();

}  // namespace tocsin::web
