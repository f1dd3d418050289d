// `tocsin check`: whether files load, and what in them is likely not what was meant.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "check/finding.h"
#include "check/rule_lints.h"

namespace tocsin::check {

/// What a file is, seen from its keys.
enum class Kind { Rules, Configuration, Tests, Unknown };
Kind kind_of(std::string_view text);

struct Options {
  Settings settings;
  std::set<std::string_view> codes;  ///< of the warnings that are wanted
  /// Reads a file of unit tests and returns what is wrong with it.
  std::function<std::vector<Diagnostic>(const std::string& text, const std::string& file)> tests;
};

struct CheckedFile {
  std::string name;
  Kind kind = Kind::Unknown;
  std::size_t rules = 0;
  /// By file and place; those of a configuration's rule files are among them.
  std::vector<Finding> findings;
};

CheckedFile check_text(std::string_view text, const std::string& file, const Options& options);
CheckedFile check_file(const std::string& file, const Options& options);
/// What was said about a file (a rule file, and the configuration that names it) is said once.
std::vector<CheckedFile> check_files(const std::vector<std::string>& files, const Options& options);

}  // namespace tocsin::check
