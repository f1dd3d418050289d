// Rule files of other people: what is found in them, and that promtool agrees about which are
// wrong.
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "check/found.h"
#include "config/config.h"
#include "support/places.h"

namespace tocsin::check {
namespace {

using ::testing::ElementsAreArray;

std::vector<std::filesystem::path> files_of(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::exists(test::conformance_dir() / folder)) return files;
  for (const auto& each : std::filesystem::directory_iterator(test::conformance_dir() / folder)) {
    files.push_back(each.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

struct Promtool {
  int exit_code = -1;
  bool has_duplicates = false;
};

/// What `promtool check rules` makes of a file.
Promtool ask_promtool(const std::filesystem::path& file) {
  const std::string command = "promtool check rules '" + file.string() + "' 2>&1";
  FILE* output = ::popen(command.c_str(), "r");
  if (output == nullptr) return {};
  std::string text;
  std::array<char, 4096> block{};
  while (const std::size_t got = std::fread(block.data(), 1, block.size(), output)) {
    text.append(block.data(), got);
  }
  const int status = ::pclose(output);
  Promtool result;
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  result.has_duplicates = text.find("duplicate rule(s) found") != std::string::npos;
  return result;
}

bool has_promtool() { return std::system("promtool --version >/dev/null 2>&1") == 0; }

std::size_t count_of(const CheckedFile& file, std::string_view code) {
  return static_cast<std::size_t>(
      std::count_if(file.findings.begin(), file.findings.end(),
                    [code](const Finding& each) { return each.code == code; }));
}

// Each of these findings was looked at and is right: texts that name an instance after it was
// summed away, sides of which one lacks a label, a count that is compared with 0. A new one is
// either a false alarm or has to be looked at as well.
TEST(Conformance, WhatIsFoundInRulePacksOfPeopleIsRight) {
  const auto files = files_of("rules");
  if (files.empty()) GTEST_SKIP() << "skipped: no conformance data";
  std::map<std::string_view, std::size_t> counts;
  std::vector<std::string> said;
  for (const auto& path : files) {
    for (const Finding& each : check_file(path.string(), all_codes_wanted()).findings) {
      ++counts[each.code];
      if (each.code != kLabelGone) said.push_back(each.what.to_string());
    }
  }
  const std::map<std::string_view, std::size_t> expected = {
      {kLabelGone, 86}, {kNeverMatches, 7}, {kNeverReturns, 1}};
  EXPECT_EQ(counts, expected) << fmt::format("{}", fmt::join(said, "\n"));
}

TEST(Conformance, PromtoolAgreesAboutRuleFiles) {
  if (!has_promtool()) GTEST_SKIP() << "skipped: no promtool";
  // Debian's promtool is older than the files.
  const std::vector<std::string> newer = {"features.yml", "rules_multi_doc.yaml",
                                          "legacy_validation_annotation.good.yaml",
                                          "utf-8_annotation.good.yaml", "utf-8_lname.good.yaml"};
  std::size_t compared = 0;
  for (const std::string folder : {"rules", "rulefiles", "promtool"}) {
    for (const auto& path : files_of(folder)) {
      const CheckedFile file = check_file(path.string(), all_codes_wanted());
      const bool is_newer = std::find(newer.begin(), newer.end(), path.filename()) != newer.end();
      if (file.kind == Kind::Tests || is_newer) continue;
      const Promtool promtool = ask_promtool(path);
      EXPECT_EQ(count_of(file, kInvalid) > 0, promtool.exit_code != 0) << path;
      if (promtool.exit_code == 0) {
        EXPECT_EQ(count_of(file, kDuplicateRules) > 0, promtool.has_duplicates) << path;
      }
      ++compared;
    }
  }
  if (compared == 0) GTEST_SKIP() << "skipped: no conformance data";
  EXPECT_GT(compared, 50U);
}

}  // namespace
}  // namespace tocsin::check
