// `tocsin check` as scripts call it: exit codes and forms.
#include <gmock/gmock.h>

#include "program.h"

namespace tocsin::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kGood = "groups: [{name: g, rules: [{alert: A, expr: up == 0}]}]\n";
const std::string kOdd = "groups: [{name: g, rules: [{alert: A, expr: up}]}]\n";
const std::string kBad = "groups: [{name: g, rules: [{alert: A, expr: sum(up}]}]\n";

struct Case {
  std::vector<std::string> arguments;
  int exit_code;
  const char* expected;
};

void expect(const Case& each) {
  std::vector<std::string> arguments = {"check"};
  arguments.insert(arguments.end(), each.arguments.begin(), each.arguments.end());
  Program program(arguments);
  const int exit_code = program.end();
  std::string words;
  for (const std::string& word : arguments) words += " " + word;
  EXPECT_EQ(exit_code, each.exit_code) << "tocsin" << words << "\n" << program.said;
  EXPECT_THAT(program.said, HasSubstr(each.expected)) << "tocsin" << words;
}

TEST(CheckCommand, EndsAsPromtoolDoes) {
  const TemporaryFolder folder;
  const std::string good = folder.write("good.yaml", kGood);
  const std::string odd = folder.write("odd.yaml", kOdd);
  const std::string bad = folder.write("bad.yaml", kBad);
  for (const Case& each : std::vector<Case>{
           {{good}, 0, "SUCCESS: 1 rules found\n"},
           {{odd}, 0, "odd.yaml:1:45: warning: this alert fires"},
           {{odd, "--lint-fatal"}, 3, "SUCCESS: 1 rules found, 1 warning\n"},
           {{good, "--lint-fatal"}, 0, "SUCCESS"},
           {{odd, "--lint-fatal", "--lint", "none"}, 0, "SUCCESS: 1 rules found\n"},
           {{odd, "--lint-fatal", "--lint=window-short,for-short"}, 0, "SUCCESS: 1 rules found\n"},
           {{odd, "--lint-fatal", "--lint=window-short,no-comparison"}, 3, "1 warning"},
           {{odd, "--lint-fatal", "--ignore", "no-comparison"}, 0, "SUCCESS: 1 rules found\n"},
           {{bad}, 1, "bad.yaml:1:51: error: the expr is no expression"},
           {{bad, "--lint", "none"}, 1, "FAILED: 1 error\n"},
           {{bad, odd, good, "--lint-fatal"}, 1, "Checking "},
           {{folder.file("none.yaml")}, 1, "none.yaml: error: the file cannot be read"},
           {{folder.file(".")}, 1, "the file cannot be read: Is a directory"},
       }) {
    expect(each);
  }
}

TEST(CheckCommand, ReadsFilesOfUnitTests) {
  const TemporaryFolder folder;
  folder.write("good.yaml", kGood);
  folder.write("bad.yaml", kBad);
  const std::string test = "evaluation_interval: 1m\ntests: [{interval: 1m}]\nrule_files: ";
  const std::string good = folder.write("good_test.yaml", test + "[good.yaml]\n");
  const std::string bad = folder.write("bad_test.yaml", test + "[bad.yaml]\n");
  const std::string odd = folder.write("odd_test.yaml", test + "[good.yaml]\nfoo: bar\n");
  expect({{good}, 0, "SUCCESS: unit tests can be read\n"});
  expect({{bad}, 1, "bad.yaml:1:51: error: the expr is no expression"});
  expect({{odd}, 1, "odd_test.yaml:4:1: error: unknown key \"foo\""});
}

TEST(CheckCommand, WhatItDoesNotKnowIsExitCode2) {
  const TemporaryFolder folder;
  const std::string good = folder.write("good.yaml", kGood);
  for (const Case& each : std::vector<Case>{
           {{}, 2, "FILE"},
           {{good, "--format", "xml"}, 2, "xml"},
           {{good, "--lint", "everything"}, 2, "--lint everything: there are no such findings"},
           {{good, "--ignore", "no-such"}, 2, "--ignore no-such: there are no such findings"},
           {{good, "--scrape-interval", "soon"}, 2, "soon"},
       }) {
    expect(each);
  }
}

TEST(CheckCommand, WritesForPrograms) {
  const TemporaryFolder folder;
  const std::string odd = folder.write("odd.yaml", kOdd);
  expect({{odd, "--format", "json"}, 0, "\"code\": \"no-comparison\""});
  Program github({"check", odd, "--format", "github"});
  EXPECT_EQ(github.end(), 0);
  EXPECT_THAT(github.said, AllOf(HasSubstr("::warning file=" + odd + ",line=1,col=45"),
                                 Not(HasSubstr("Checking"))));
}

}  // namespace
}  // namespace tocsin::testing
