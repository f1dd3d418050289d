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

/// The failures of a file but for those that speak of native histograms, and how many these are.
std::pair<std::vector<std::string>, int> failures_of(const std::string& name) {
  const FileResult result = run_file(folder() / name, {});
  std::vector<std::string> others;
  int histograms = 0;
  for (const Diagnostic& each : result.problems) others.push_back(each.to_string());
  for (const TestResult& test : result.tests) {
    for (const Failed& failure : test.failures) {
      const std::string line = failure.lines.empty() ? "" : failure.lines.front();
      if (line.find("native histograms are not computed") != std::string::npos) {
        ++histograms;
      } else {
        others.push_back(failure.where.to_string() + ": " + failure.what + ": " + line);
      }
    }
  }
  return {others, histograms};
}

TEST(Conformance, GoodFilesPass) {
  if (!std::filesystem::exists(folder())) GTEST_SKIP() << "skipped: no conformance data";
  for (const char* name : {"at-modifier-test.yml", "long-period.yml", "negative-offset-test.yml",
                           "no-test-group-interval.yml", "start-time-test.yml"}) {
    const auto [failures, histograms] = failures_of(name);
    EXPECT_THAT(failures, IsEmpty()) << name;
    EXPECT_EQ(histograms, 0) << name;
  }
}

TEST(Conformance, OnlyHistogramsAreRefusedInTheLargeOne) {
  if (!std::filesystem::exists(folder())) GTEST_SKIP() << "skipped: no conformance data";
  const auto [failures, histograms] = failures_of("unittest.yml");
  EXPECT_THAT(failures, IsEmpty());
  EXPECT_EQ(histograms, 3);
}

}  // namespace
}  // namespace tocsin::trial
