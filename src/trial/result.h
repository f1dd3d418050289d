// What came of a test file.
#pragma once

#include <string>
#include <vector>

#include "model/error.h"

namespace tocsin::trial {

/// One thing that is not as it was said.
struct Failed {
  Position where;
  std::string what;                ///< "alert InstanceDown at 5m"
  std::vector<std::string> lines;  ///< how it differs
};

struct TestResult {
  std::string title;
  Position where;
  std::vector<Failed> failures;
  double seconds = 0;

  bool passed() const { return failures.empty(); }
};

struct FileResult {
  std::string name;
  std::vector<Diagnostic> problems;  ///< with the file: nothing was run
  std::vector<Diagnostic> warnings;
  std::vector<TestResult> tests;   ///< that were run
  std::vector<std::string> files;  ///< that it depends on, itself included

  bool passed() const;
};

}  // namespace tocsin::trial
