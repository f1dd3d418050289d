// Our own scripts (tests/query/engine/scripts): every case passes.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "query/script/script.h"
#include "support/places.h"

namespace tocsin::query {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> scripts() {
  std::vector<std::string> names;
  const fs::path folder = test::source_dir() / "tests/query/engine/scripts";
  for (const auto& file : fs::directory_iterator(folder)) names.push_back(file.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

class Scripts : public testing::TestWithParam<std::string> {};

TEST_P(Scripts, Pass) {
  const std::string name = "tests/query/engine/scripts/" + GetParam() + ".test";
  std::stringstream text;
  text << std::ifstream(test::source_dir() / name).rdbuf();
  const ScriptReport report = run_script(text.str(), name);
  EXPECT_EQ(report.failures(), "");
  EXPECT_GE(report.count(CaseOutcome::Passed), 15u);
  EXPECT_EQ(report.count(CaseOutcome::Passed), report.cases.size());
}

INSTANTIATE_TEST_SUITE_P(Engine, Scripts, testing::ValuesIn(scripts()),
                         [](const auto& each) { return each.param; });

}  // namespace
}  // namespace tocsin::query
