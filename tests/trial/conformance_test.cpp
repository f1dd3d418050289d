// Test files of Prometheus' own, where they are present.

#include <gmock/gmock.h>

#include "support/places.h"
#include "trial/run.h"

namespace tocsin::trial {
namespace {

using ::testing::IsEmpty;

std::filesystem::path folder() { return test::conformance_dir() / "promtool"; }

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
