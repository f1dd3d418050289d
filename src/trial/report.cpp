#include "trial/report.h"

#include <fmt/format.h>

namespace tocsin::trial {
namespace {

std::string failure_text(const Failed& failure) {
  std::string text = fmt::format("      {}: {}\n", failure.where.to_string(), failure.what);
  for (const std::string& line : failure.lines) text += "          " + line + "\n";
  return text;
}

}  // namespace

std::string headline(const std::string& file) { return fmt::format("Unit Testing:  {}\n", file); }

std::string outcome_text(const FileResult& result) {
  if (result.passed()) {
    return result.tests.empty() ? "  SUCCESS (no test has such a name)\n" : "  SUCCESS\n";
  }
  std::string text = "  FAILED:\n";
  for (const Diagnostic& problem : result.problems) text += "    " + problem.to_string() + "\n";
  for (const TestResult& test : result.tests) {
    if (test.passed()) continue;
    text += fmt::format("    name: {}\n", test.title);
    for (const Failed& failure : test.failures) text += failure_text(failure);
  }
  return text;
}

std::string warning_text(const FileResult& result) {
  std::string text;
  for (const Diagnostic& each : result.warnings) text += "  WARNING: " + each.to_string() + "\n";
  return text;
}

}  // namespace tocsin::trial
