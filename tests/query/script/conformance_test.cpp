// Prometheus' own scripts, where they are present: every case passes, but for those that need
// native histograms, which refused.txt lists.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "query/script/script.h"
#include "support/places.h"

namespace tocsin::query {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFiles[] = {"aggregators",
                                  "at_modifier",
                                  "collision",
                                  "duration_expression",
                                  "functions",
                                  "histograms",
                                  "info",
                                  "limit",
                                  "literals",
                                  "name_label_dropping",
                                  "native_histograms",
                                  "operators",
                                  "range_queries",
                                  "selectors",
                                  "staleness",
                                  "subquery",
                                  "trig_functions"};

fs::path folder() { return test::conformance_dir() / "promql"; }

std::string read(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// The lines that refused.txt has for a file: "name 12 15 18".
std::set<int> listed(const std::string& name) {
  std::istringstream file(read(test::source_dir() / "tests/query/script/refused.txt"));
  std::set<int> lines;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string first;
    words >> first;
    if (first != name) continue;
    for (int number = 0; words >> number;) lines.insert(number);
  }
  return lines;
}

class Conformance : public testing::TestWithParam<const char*> {};

TEST_P(Conformance, PassesOrIsListed) {
  const std::string name = std::string(GetParam()) + ".test";
  if (!fs::exists(folder() / name)) GTEST_SKIP() << "skipped: no conformance data";
  const ScriptReport report = run_script(read(folder() / name), name);
  std::set<int> refused;
  std::string lines;
  for (const ScriptCase& each : report.cases) {
    if (each.outcome != CaseOutcome::Refused) continue;
    refused.insert(each.line);
    lines += " " + std::to_string(each.line);
    if (std::getenv("TOCSIN_SHOW_REFUSED") != nullptr) {
      std::cerr << name << ":" << each.line << ": " << each.expression << ": " << each.message
                << "\n";
    }
  }
  std::cout << name << ": " << report.count(CaseOutcome::Passed) << " passed, "
            << report.count(CaseOutcome::Refused) << " refused\n";
  EXPECT_FALSE(report.cases.empty());
  EXPECT_EQ(report.failures(), "");
  EXPECT_EQ(refused, listed(name)) << "the line of refused.txt would be: " << name << lines;
}

INSTANTIATE_TEST_SUITE_P(Promql, Conformance, testing::ValuesIn(kFiles),
                         [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace tocsin::query
