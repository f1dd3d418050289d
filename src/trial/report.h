// What people and machines are shown of the results.
#pragma once

#include <string>
#include <vector>

#include "trial/result.h"

namespace tocsin::trial {

/// As promtool prints it: the headline before a file's tests are run, the outcome after it.
std::string headline(const std::string& file);
/// "  SUCCESS", or "  FAILED:" and every failure with its place and what differs.
std::string outcome_text(const FileResult& result);
/// One line for each warning.
std::string warning_text(const FileResult& result);

/// A JUnit report: a suite for each file, a case for each test.
std::string junit_xml(const std::vector<FileResult>& results);

}  // namespace tocsin::trial
