// tocsin test: exit codes, reports, and watching.
#include <csignal>

#include <gmock/gmock.h>

#include "program.h"

namespace tocsin::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kGood = R"(
tests:
- {name: right, promql_expr_test: [{expr: '1', exp_samples: [{value: 1}]}]}
)";
const std::string kMixed = kGood + R"(
- {name: wrong, promql_expr_test: [{expr: '1', exp_samples: [{value: 2}]}]}
)";

std::string text_of(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Case {
  std::vector<std::string> arguments;
  int exit_code;
  std::string expected;
};

TEST(TestCommand, ExitCodesArePromtools) {
  const TemporaryFolder folder;
  const std::string good = folder.write("good.yaml", kGood);
  const std::string mixed = folder.write("mixed.yaml", kMixed);
  const std::string broken = folder.write("broken.yaml", "tests: 1");
  const std::string script =
      folder.write("good.test", "load 1m\n  x 1+1x5\n\neval instant at 2m x\n  x 3\n");
  const std::string wrong =
      folder.write("wrong.test", "load 1m\n  x 1+1x5\n\neval instant at 2m x\n  x 4\n");
  for (const Case& each : std::vector<Case>{
           {{"test", good}, 0, "Unit Testing:  " + good + "\n  SUCCESS\n"},
           {{"test", mixed}, 1, "mixed.yaml:5:36: expr: 1, time: 0s"},
           {{"test", good, mixed}, 1, "name: wrong"},
           {{"test", broken}, 1, "broken.yaml:1:8: tests must be a list"},
           {{"test", "--run", "^right$", mixed}, 0, "SUCCESS"},
           {{"test", "--run", "no.such", mixed}, 0, "no test has such a name"},
           {{"test", "--run", "right", "--run", "wrong", mixed}, 1, "FAILED"},
           {{"test", "--run", "(", mixed}, 1, "--run ( is not a regular expression"},
           {{"test", "--promql", script}, 0, "SUCCESS"},
           {{"test", "--promql", wrong}, 1, "wrong.test:4"},
           {{"test", "--junit", "/nowhere/report.xml", good}, 1, "/nowhere/report.xml"},
           {{"test", folder.file("missing.yaml")}, 1, "missing.yaml: the file cannot be read"},
           {{"test"}, 2, "FILE"},
           {{"test", "--help"}, 0, "--junit"},
       }) {
    Program program(each.arguments);
    EXPECT_EQ(program.end(), each.exit_code) << program.said;
    EXPECT_THAT(program.said, HasSubstr(each.expected));
  }
}

TEST(TestCommand, WritesAReportForMachines) {
  const TemporaryFolder folder;
  const std::string report = folder.file("report.xml");
  Program program({"test", "--junit", report, folder.write("mixed.yaml", kMixed)});
  EXPECT_EQ(program.end(), 1);
  EXPECT_THAT(text_of(report), AllOf(HasSubstr(R"(tests="2" failures="1")"),
                                     HasSubstr(R"(<testcase name="wrong")")));
}

TEST(TestCommand, WatchesUntilCtrlC) {
  const TemporaryFolder folder;
  const std::string file = folder.write("test.yaml", kMixed);
  Program program({"test", "--watch", file});
  ASSERT_TRUE(program.says("Watching 1 file")) << program.said;
  EXPECT_THAT(program.said, HasSubstr("FAILED"));
  EXPECT_THAT(program.said, Not(HasSubstr("SUCCESS")));
  program.said.clear();
  folder.write("test.yaml", kGood);
  ASSERT_TRUE(program.says("Watching 1 file")) << program.said;
  EXPECT_THAT(program.said, HasSubstr("SUCCESS"));
  program.signal(SIGINT);
  EXPECT_EQ(program.end(), 0) << "the last run passed";
}

}  // namespace
}  // namespace tocsin::testing
