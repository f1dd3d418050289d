// A folder of test files, gone with the test, and its results in short.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "trial/run.h"

namespace tocsin::trial {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "tocsin-trial-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return file(name);
  }
  /// Text without the folder's own name.
  std::string in_short(std::string text) const {
    const std::string prefix = path_.string() + "/";
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
  std::filesystem::path path_;
};

}  // namespace tocsin::trial
