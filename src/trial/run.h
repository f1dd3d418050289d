// Runs the tests of a file.
#pragma once

#include <functional>

#include "trial/result.h"
#include "trial/test_file.h"

namespace tocsin::trial {

struct RunOptions {
  ReadOptions reading;
  /// Whether a test of this name (empty where it has none) is to be run.
  std::function<bool(const std::string& name)> wanted = [](const std::string&) { return true; };
  bool only_differences = false;  ///< failures leave out what is equal
};

FileResult run_file(const std::filesystem::path& path, const RunOptions& options);

TestResult run_test(const TestFile& file, const Test& test, const RunOptions& options);

}  // namespace tocsin::trial
