// The interpreter of scripts itself: what passes, what fails and how it says so.
#include "query/script/script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin::query {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kLoad = R"(
load 1m
  m{i="1"} 1 2 3
  m{i="2"} 10 20 30
  h {{schema:0 sum:1 count:1}}x2
)";

/// The message of the only case; "" if it passes.
std::string message(const std::string& eval) {
  const ScriptReport report = run_script(kLoad + ("\n" + eval), "s.test");
  if (report.cases.size() != 1) return "there are " + std::to_string(report.cases.size());
  return report.cases[0].message;
}

struct Case {
  const char* eval;
  const char* part;  ///< of the message; empty: it passes
};

class Cases : public testing::TestWithParam<Case> {};

TEST_P(Cases, SayWhatIsDifferent) {
  const auto& [eval, part] = GetParam();
  if (std::string(part).empty()) {
    EXPECT_EQ(message(eval), "") << eval;
  } else {
    EXPECT_THAT(message(eval), HasSubstr(part)) << eval;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Script, Cases,
    testing::Values(
        Case{"eval instant at 1m sum(m)\n  {} 22", ""},
        Case{"eval instant at 1m sum(m)\n  {} 22.00001", ""},
        Case{"eval instant at 1m sum(m)\n  {} 22.001", "- {} 22.001\n  + {} 22"},
        Case{"eval instant at 1m sum(m)", "+ {} 22"},
        Case{"eval instant at 1m nothing\n  {} 1", "- {} 1"},
        Case{"eval instant at 1m sum(m)\n  22", "a scalar is expected, but got a vector"},
        Case{"eval instant at 1m 22\n  {} 22", "a vector is expected, but got the scalar"},
        Case{"eval instant at 1m 22\n  0x16", ""}, Case{"eval instant at 1m 22\n  23", "- 23"},
        Case{"eval instant at 1m -Inf\n  -Inf", ""}, Case{"eval instant at 1m NaN\n  NaN", ""},
        Case{"eval instant at 1m NaN\n  0", "- 0\n  + NaN"},
        Case{"eval range from 0 to 2m step 1m sum(m)\n  {} 11 22 33", ""},
        Case{"eval range from 0 to 2m step 1m sum(m)\n  {} 11 _ 33", "- {} 11@0s 33@2m"},
        Case{"eval range from 0 to 2m step 1m sum(m)\n  {} 11+11x2", ""},
        Case{"eval instant at 2m m{i=\"1\"}[2m]\n  expect range vector from 1m to 2m step 1m\n"
             "  m{i=\"1\"} 2 3",
             ""},
        Case{"eval instant at 2m m{i=\"1\"}[2m]\n  m{i=\"1\"} 2 3", "an instant has one value"},
        Case{"eval instant at 0 \"a\"\n  expect string \"a\"", ""},
        Case{"eval instant at 0 \"a\"\n  expect string 'b'", "- \"b\"\n  + \"a\""},
        Case{"eval instant at 0 \"a\"\n  expect string b", "a quoted string has to stand behind"}));

INSTANTIATE_TEST_SUITE_P(
    Order, Cases,
    testing::Values(Case{"eval instant at 0 sort_desc(m)\n  expect ordered\n  m{i=\"2\"} 10\n"
                         "  m{i=\"1\"} 1",
                         ""},
                    Case{"eval instant at 0 sort_desc(m)\n  expect ordered\n  m{i=\"1\"} 1\n"
                         "  m{i=\"2\"} 10",
                         "the order is another one at place 1"},
                    Case{"eval_ordered instant at 0 sort(m)\n  m{i=\"2\"} 10\n  m{i=\"1\"} 1",
                         "the order is another one"},
                    Case{"eval range from 0 to 0 step 1m m{i=\"1\"}\n  expect ordered\n"
                         "  m{i=\"1\"} 1",
                         "cannot be expected to be ordered"}));

INSTANTIATE_TEST_SUITE_P(
    Notes, Cases,
    testing::Values(
        Case{"eval instant at 0 quantile(2, m)\n  {} Inf", ""},
        Case{"eval instant at 0 quantile(2, m)\n  expect warn\n  {} Inf", ""},
        Case{"eval_warn instant at 0 quantile(2, m)\n  {} Inf", ""},
        Case{"eval instant at 0 quantile(2, m)\n  expect no_warn\n  {} Inf", "unexpected warning"},
        Case{"eval instant at 0 quantile(1, m)\n  expect warn\n  {} 10", "no warning is like"},
        Case{"eval instant at 0 quantile(2, m)\n  expect warn regex: between 1 and 2\n  {} Inf",
             "- /between 1 and 2/"},
        Case{"eval instant at 0 quantile(2, m) + quantile(3, m)\n  expect warn regex: got 2\n"
             "  {} Inf",
             "the warning is not among those expected"},
        Case{"eval instant at 0 quantile(2, m) + quantile(3, m)\n  expect warn regex: got 2\n"
             "  expect warn msg: PromQL warning: quantile value should be between 0 and 1, got 3\n"
             "  {} Inf",
             ""},
        Case{"eval instant at 2m rate(m[2m])\n  expect info\n  {i=\"1\"} 0.016666666\n"
             "  {i=\"2\"} 0.16666666",
             ""},
        Case{"eval instant at 2m rate(m[2m])\n  expect no_info\n  {i=\"1\"} 0.016666666\n"
             "  {i=\"2\"} 0.16666666",
             "unexpected info"},
        Case{"eval instant at 0 m\n  expect warn\n  expect no_warn", "contradict each other"}));

INSTANTIATE_TEST_SUITE_P(
    Failures, Cases,
    testing::Values(Case{"eval instant at 0 m + on() m\n  expect fail", ""},
                    Case{"eval_fail instant at 0 m + on() m", ""},
                    Case{"eval_fail instant at 0 m + on() m\n  expected_fail_regexp many-to-many",
                         ""},
                    Case{"eval_fail instant at 0 m + on() m\n  expected_fail_message other",
                         "it fails for another reason\n  - other"},
                    Case{"eval instant at 0 m + on() m\n  expect fail regex: right hand-side", ""},
                    Case{"eval instant at 0 m + on() m", "many-to-many matching not allowed"},
                    Case{"eval instant at 0 m\n  expect fail", "it should fail, but does not"},
                    Case{"eval instant at 0 sum(\n  expect fail regex: parse error", ""},
                    Case{"eval instant at 0 sum(", "parse error"}));

INSTANTIATE_TEST_SUITE_P(
    Misunderstood, Cases,
    testing::Values(Case{"check m", "a command is load, clear or eval"},
                    Case{"eval m", "invalid evaluation command"}, Case{"eval instant at x m", "x"},
                    Case{"eval range from 2m to 1m step 1m m", "the end 1m is before the start 2m"},
                    Case{"eval range from 0 to 1m step 0s m", "longer than 0"},
                    Case{"eval instant at 0 m\n  expect nonsense", "invalid expect line"},
                    Case{"eval instant at 0 m\n  expect warn regex: (", "invalid regex"},
                    Case{"eval instant at 0 m\n  m{i=} 1", "line 8: "},
                    Case{"load\n  m 1", "write: load[_with_nhcb] <step>"},
                    Case{"load x\n  m 1", "x"}, Case{"load 1m\n  m 1 2 q", "line 8: "},
                    Case{"load 1m\n  m@st -1m", "no series behind it"},
                    Case{"load 1m\n  m@st -1m\n  n 1", "the same series"},
                    Case{"load 1m\n  m@st -1m -1m\n  m 1", "as many values"},
                    Case{"load 1m\n  m@st 1x\n  m 1", "invalid start \"1x\""}));

TEST(Script, TriesAnInstantOtherwise) {
  // As a range query sort() warns; @ fixes selectors, but not what depends on the time.
  EXPECT_EQ(message("eval instant at 1m sort(m)\n  m{i=\"1\"} 2\n  m{i=\"2\"} 20"), "");
  EXPECT_EQ(message("eval instant at 1m time() - scalar(m{i=\"1\"})\n  58"), "");
}

TEST(Script, CountsWhatIsRefused) {
  const ScriptReport report = run_script(std::string(kLoad) + R"(
eval instant at 0 h
  h {{schema:0 sum:1 count:1}}

eval instant at 0 h
  h {{schema:0 sum:2 count:1}}

eval instant at 0 histogram_sum(h)
  {} 1

eval instant at 0 count(h)
  {} 1

eval instant at 0 count(h)
  {} 2
)",
                                         "s.test");
  EXPECT_EQ(report.count(CaseOutcome::Refused), 1u);
  EXPECT_EQ(report.count(CaseOutcome::Passed), 2u);
  EXPECT_EQ(report.count(CaseOutcome::Failed), 2u);
  EXPECT_THAT(report.cases[1].message, HasSubstr("- {__name__=\"h\"} {{count:1 sum:2}}"));
  EXPECT_THAT(report.cases[2].message, HasSubstr("has native histograms"));
  EXPECT_THAT(report.failures(), AllOf(HasSubstr("s.test:19: count(h): "), HasSubstr("- {} 2")));
}

TEST(Script, GoesOnBehindWhatItDoesNotUnderstand) {
  const ScriptReport report = run_script(R"(
load 1m
  m 1 oops
  n 2

clear

load 1m
  m 5

load 1m
  n 6

# A comment ends a command.
eval instant at 0 m + n
  {} 11
# So that this is one of its own.
eval instant at 0 n
  n 6
)",
                                         "s.test");
  ASSERT_EQ(report.cases.size(), 3u);
  EXPECT_EQ(report.cases[0].line, 2);
  EXPECT_EQ(report.cases[0].outcome, CaseOutcome::Failed);
  EXPECT_EQ(report.count(CaseOutcome::Passed), 2u);
}

}  // namespace
}  // namespace tocsin::query
