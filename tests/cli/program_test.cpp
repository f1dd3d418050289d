// The command line: what it takes, what it refuses, and the exit codes that scripts rely on.
#include "program.h"

#include <gmock/gmock.h>

namespace tocsin::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kConfig = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n";

struct Case {
  std::vector<std::string> arguments;
  int exit_code;
  const char* expected;
};

void expect(const Case& each) {
  Program program(each.arguments);
  const int exit_code = program.end();
  std::string words;
  for (const std::string& word : each.arguments) words += " " + word;
  EXPECT_EQ(exit_code, each.exit_code) << "tocsin" << words << "\n" << program.said;
  EXPECT_THAT(program.said, HasSubstr(each.expected)) << "tocsin" << words;
}

TEST(CommandLine, HelpAndVersionSucceed) {
  for (const Case& each : std::vector<Case>{
           {{"--help"}, 0, "run"},
           {{"--version"}, 0, "tocsin 0."},
           {{"run", "--help"}, 0, "--web.listen-address"},
           {{"run", "--help"}, 0, "127.0.0.1:9093"},
           {{"health", "--help"}, 0, "--url"},
           {{"query", "--help"}, 0, "--samples"},
       }) {
    expect(each);
  }
}

TEST(CommandLine, WhatItDoesNotKnowIsExitCode2) {
  for (const Case& each : std::vector<Case>{
           {{}, 2, "A subcommand is required"},
           {{"rnu"}, 2, "there is no command \"rnu\"; did you mean \"run\"?"},
           {{"run", "--config.flie=x"}, 2, "config.flie"},
           {{"run", "stray"}, 2, "stray"},
           {{"run", "--config.file"}, 2, "--config.file"},
           {{"run", "--log.level", "loud"}, 2, "loud"},
           {{"run", "--log.format", "xml"}, 2, "xml"},
       }) {
    expect(each);
  }
}

TEST(CommandLine, WhatKeepsItFromStartingIsExitCode1AndOneClearMessage) {
  const TemporaryFolder folder;
  const std::string good = folder.write("good.yaml", kConfig);
  const std::string bad = folder.write("bad.yaml", "route: {receiver: nobody}\n");
  const std::string text = folder.write("text", "not a folder");
  const std::string data = folder.file("data");
  const std::string missing = folder.file("missing.yaml");
  for (const Case& each : std::vector<Case>{
           {{"run", "--config.file", missing, "--storage.path", data}, 1, "missing.yaml"},
           {{"run", "--config.file", folder.file("."), "--storage.path", data}, 1, "tocsin: "},
           {{"run", "--config.file", bad, "--storage.path", data}, 1, "bad.yaml:1:"},
           {{"run", "--config.file", good, "--storage.path", text}, 1, "text"},
           {{"run", "--config.file", good, "--storage.path", "/proc/nowhere"}, 1, "/proc/nowhere"},
           {{"run", "--config.file", good, "--storage.path", data, "--web.listen-address", "x"},
            1,
            "\"x\" is not an address to listen on"},
           {{"run", "--config.file", good, "--storage.path", data, "--web.listen-address",
             "0.0.0.0:0"},
            1,
            "--web.allow-unprotected"},
           {{"run", "--config.file", good, "--storage.path", data, "--web.config.file", missing},
            1,
            "missing.yaml"},
           {{"run", "--config.file", good, "--storage.path", data, "--web.route-prefix", "/a?b"},
            1,
            "route prefix"},
           {{"run", "--config.file", good, "--storage.path", data, "--web.external-url",
             "tocsin.example.org"},
            1,
            "--web.external-url"},
           {{"run", "--config.file", good, "--storage.path", data, "--web.external-url",
             "http://x y"},
            1,
            "--web.external-url"},
       }) {
    expect(each);
  }
}

TEST(CommandLine, HealthOfWhatIsNotThereIsExitCode1) {
  expect({{"health", "--url", "http://127.0.0.1:1"}, 1, "127.0.0.1:1"});
  expect({{"health", "--url", "nonsense"}, 1, ""});
}

}  // namespace
}  // namespace tocsin::testing
