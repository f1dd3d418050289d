// Expressions that others wrote, where they are present: they are read, printed and read again, or
// refused where Prometheus refuses them.
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "query/syntax/parse.h"
#include "query/syntax/print.h"
#include "support/places.h"

namespace tocsin::query {
namespace {

namespace fs = std::filesystem;

struct Found {
  std::string where, text;
  bool fails = false;  ///< has to be refused
};

/// All values of the keys `expr` and `query`, at any depth.
void collect(const YAML::Node& node, const std::string& file, std::vector<Found>& found) {
  if (node.IsSequence()) {
    for (const auto& each : node) collect(each, file, found);
  }
  if (!node.IsMap()) return;
  for (const auto& each : node) {
    const std::string key = each.first.IsScalar() ? each.first.Scalar() : "";
    if (key == "expr" && each.second.IsScalar()) {
      found.push_back(
          {file + ":" + std::to_string(each.second.Mark().line + 1), each.second.Scalar()});
    }
    collect(each.second, file, found);
  }
}

std::vector<fs::path> files_of(const std::string& folder) {
  std::vector<fs::path> files;
  if (!fs::exists(test::conformance_dir() / folder)) return files;
  for (const auto& each : fs::directory_iterator(test::conformance_dir() / folder))
    files.push_back(each);
  std::sort(files.begin(), files.end());
  return files;
}

/// Returns how many were read; names those that were not in `refused`.
std::size_t check(const std::vector<Found>& found, std::set<std::string>& refused) {
  std::size_t read = 0;
  for (const Found& each : found) {
    const Parsed parsed = parse_expression(each.text, {.experimental = true});
    if (parsed.expr == nullptr) {
      refused.insert(each.where + " " + to_string(parsed.errors.front(), each.text));
      continue;
    }
    ++read;
    for (const std::string& printed : {to_string(*parsed.expr), pretty(*parsed.expr)}) {
      const Parsed again = parse_expression(printed, {.experimental = true});
      EXPECT_TRUE(again.expr != nullptr && equal(*parsed.expr, *again.expr)) << each.where << "\n"
                                                                             << printed;
    }
  }
  return read;
}

std::vector<Found> of_rule_files(const std::string& folder) {
  std::vector<Found> found;
  for (const fs::path& path : files_of(folder)) {
    const std::string name = path.filename();
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    try {
      for (const YAML::Node& document : YAML::LoadAll(text.str())) collect(document, name, found);
    } catch (const YAML::Exception&) {  // some are there to be no YAML
    }
  }
  return found;
}

TEST(SyntaxConformance, OfRulePacks) {
  const auto found = of_rule_files("rules");
  if (found.empty()) GTEST_SKIP() << "skipped: no conformance data";
  std::set<std::string> refused;
  EXPECT_EQ(check(found, refused), found.size());
  EXPECT_EQ(refused, std::set<std::string>());
  EXPECT_GT(found.size(), 300U);
}

TEST(SyntaxConformance, OfRuleFiles) {
  const auto found = of_rule_files("rulefiles");
  if (found.empty()) GTEST_SKIP() << "skipped: no conformance data";
  std::set<std::string> refused;
  EXPECT_EQ(check(found, refused), found.size() - 1);
  EXPECT_EQ(refused, (std::set<std::string>{
                         "bad_expr.bad.yaml:5 1:6: parse error: expected type range vector in "
                         "call to function \"rate\", got instant vector"}));
}

TEST(SyntaxConformance, OfPromtool) {
  const auto found = of_rule_files("promtool");
  if (found.empty()) GTEST_SKIP() << "skipped: no conformance data";
  std::set<std::string> refused;
  EXPECT_EQ(check(found, refused), found.size() - 1);
  EXPECT_EQ(
      refused,
      (std::set<std::string>{"bad-rules-syntax.yml:7 1:7: parse error: unexpected end of input"}));
}

/// `eval instant at 5m EXPR`, `eval_fail range from 0 to 1h step 1m EXPR` …
std::vector<Found> of_scripts() {
  static const std::regex kEval(
      R"(^eval(_\w+)?\s+(instant\s+at\s+\S+|range\s+from\s+\S+\s+to\s+\S+\s+step\s+\S+)\s+(.*)$)");
  std::vector<Found> found;
  for (const fs::path& path : files_of("promql")) {
    std::ifstream file(path);
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
      std::smatch match;
      if (!std::regex_match(line, match, kEval)) continue;
      found.push_back(
          {path.filename().string() + ":" + std::to_string(number), match[3], match[1] == "_fail"});
    }
  }
  return found;
}

TEST(SyntaxConformance, OfScripts) {
  const auto all = of_scripts();
  if (all.empty()) GTEST_SKIP() << "skipped: no conformance data";
  std::vector<Found> right;
  for (const Found& each : all) {
    // What fails does so when it is read or when it is evaluated.
    if (!each.fails) right.push_back(each);
  }
  std::set<std::string> refused;
  EXPECT_EQ(check(right, refused), right.size());
  for (const std::string& each : refused) EXPECT_EQ(each, "");
  EXPECT_GT(right.size(), 800U);
}

}  // namespace
}  // namespace tocsin::query
