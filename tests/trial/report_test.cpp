// What people and machines read of the results.
#include "trial/report.h"

#include <gmock/gmock.h>

namespace tocsin::trial {
namespace {

FileResult passed() {
  FileResult result;
  result.name = "good.yaml";
  result.tests.push_back({"all is well", {"good.yaml", 3, 3}, {}, 0.25});
  return result;
}

FileResult failed() {
  FileResult result;
  result.name = "bad.yaml";
  result.warnings.push_back({{"bad.yaml", 1, 1}, "odd"});
  result.tests.push_back({"<wrong> & \"odd\"\x01",
                          {"bad.yaml", 3, 3},
                          {{{"bad.yaml", 7, 5}, "alertname: A", {"expected  {}", "got       1"}}},
                          0.5});
  result.tests.push_back({"fine", {"bad.yaml", 9, 3}, {}, 0});
  return result;
}

FileResult unreadable() {
  FileResult result;
  result.name = "none.yaml";
  result.problems.push_back({{"none.yaml", 2, 1}, "there are no tests"});
  return result;
}

TEST(Report, IsAsPromtoolsWithPlaces) {
  EXPECT_EQ(headline("a.yaml"), "Unit Testing:  a.yaml\n");
  EXPECT_EQ(outcome_text(passed()), "  SUCCESS\n");
  EXPECT_EQ(outcome_text(failed()),
            "  FAILED:\n    name: <wrong> & \"odd\"\x01\n      bad.yaml:7:5: alertname: A\n"
            "          expected  {}\n          got       1\n");
  EXPECT_EQ(outcome_text(unreadable()), "  FAILED:\n    none.yaml:2:1: there are no tests\n");
  EXPECT_EQ(warning_text(failed()), "  WARNING: bad.yaml:1:1: odd\n");
  EXPECT_EQ(outcome_text({"x.yaml", {}, {}, {}, {}}), "  SUCCESS (no test has such a name)\n");
}

TEST(Report, JUnitEscapesEverything) {
  EXPECT_EQ(junit_xml({passed(), failed(), unreadable()}),
            R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="1" errors="1" time="0.750">
  <testsuite name="good.yaml" tests="1" failures="0" errors="0" time="0.250">
    <testcase name="all is well" classname="good.yaml" file="good.yaml" line="3" time="0.250"/>
  </testsuite>
  <testsuite name="bad.yaml" tests="2" failures="1" errors="0" time="0.500">
    <testcase name="&lt;wrong&gt; &amp; &quot;odd&quot;)"
            "\xEF\xBF\xBD"
            R"(" classname="bad.yaml" file="bad.yaml" line="3" time="0.500">
      <failure message="alertname: A" type="failure">bad.yaml:7:5: alertname: A&#10;expected  {}&#10;got       1&#10;</failure>
    </testcase>
    <testcase name="fine" classname="bad.yaml" file="bad.yaml" line="9" time="0.000"/>
  </testsuite>
  <testsuite name="none.yaml" tests="1" failures="0" errors="1" time="0.000">
    <testcase name="reading the file" classname="none.yaml" file="none.yaml" time="0.000">
      <error message="there are no tests" type="error">none.yaml:2:1: there are no tests&#10;</error>
    </testcase>
  </testsuite>
</testsuites>
)");
  EXPECT_EQ(junit_xml({}).find('\0'), std::string::npos);
}

}  // namespace
}  // namespace tocsin::trial
