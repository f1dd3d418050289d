// A folder of test files, gone with the test, and its results in short.
#pragma once

#include <string>
#include <vector>

#include "support/temporary_folder.h"
#include "trial/run.h"

namespace tocsin::trial {

class Folder {
 public:
  std::string file(const std::string& name) const { return folder_.file(name); }
  std::string write(const std::string& name, const std::string& text) const {
    return folder_.write(name, text);
  }
  /// Text without the folder's own name.
  std::string in_short(std::string text) const {
    const std::string prefix = folder_.path().string() + "/";
    for (std::size_t at; (at = text.find(prefix)) != std::string::npos;) {
      text.erase(at, prefix.size());
    }
    return text;
  }

  /// Everything that is said about a test file: problems, warnings ("warning: …"), failures with
  /// their lines; nothing when it passes.
  std::vector<std::string> complaints(const std::string& text,
                                      const RunOptions& options = {}) const {
    const FileResult result = run_file(write("test.yaml", text), options);
    std::vector<std::string> all;
    for (const Diagnostic& each : result.problems) all.push_back(in_short(each.to_string()));
    for (const Diagnostic& each : result.warnings) {
      all.push_back("warning: " + in_short(each.to_string()));
    }
    for (const TestResult& test : result.tests) {
      for (const Failed& failure : test.failures) {
        all.push_back(in_short(failure.where.to_string()) + ": " + failure.what);
        for (const std::string& line : failure.lines) all.push_back(line);
      }
    }
    return all;
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace tocsin::trial
