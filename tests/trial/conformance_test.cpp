// Test files of Prometheus' own, where they are present.
#include <cstdlib>

#include <gmock/gmock.h>

#include "trial/run.h"

namespace tocsin::trial {
namespace {

using ::testing::IsEmpty;

std::filesystem::path folder() {
  const char* given = std::getenv("TOCSIN_CONFORMANCE_DIR");
  if (given != nullptr) return std::filesystem::path(given) / "promtool";
  return std::filesystem::path(TOCSIN_SOURCE_DIR) / "../shared/conformance/promtool";
}

std::vector<std::string> failures_of(const std::string& name) {
  const FileResult result = run_file(folder() / name, {});
  std::vector<std::string> failures;
  for (const Diagnostic& each : result.problems) failures.push_back(each.to_string());
  for (const TestResult& test : result.tests) {
    for (const Failed& failure : test.failures) {
      const std::string line = failure.lines.empty() ? "" : failure.lines.front();
      failures.push_back(failure.where.to_string() + ": " + failure.what + ": " + line);
    }
  }
  return failures;
}

TEST(Conformance, GoodFilesPass) {
  if (!std::filesystem::exists(folder())) GTEST_SKIP() << "skipped: no conformance data";
  for (const char* name : {"at-modifier-test.yml", "long-period.yml", "negative-offset-test.yml",
                           "no-test-group-interval.yml", "start-time-test.yml", "unittest.yml"}) {
    EXPECT_THAT(failures_of(name), IsEmpty()) << name;
  }
}

}  // namespace
}  // namespace tocsin::trial
