// What was found, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "check/check.h"

namespace tocsin::check {

struct Counts {
  std::size_t errors = 0;
  std::size_t warnings = 0;
};
Counts count(const std::vector<CheckedFile>& files);

/// One block for each file, as promtool writes them.
std::string as_text(const std::vector<CheckedFile>& files);
/// One document: {"files": […], "findings": […], "errors": 0, "warnings": 0}.
std::string as_json(const std::vector<CheckedFile>& files);
/// A workflow command for each finding, which GitHub shows beside the line.
std::string as_github(const std::vector<CheckedFile>& files);

}  // namespace tocsin::check
