// The forms of the report.
#include "check/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "check/found.h"

namespace tocsin::check {
namespace {

std::vector<CheckedFile> two_files() {
  const Options options = all_codes_wanted();
  return {
      check_text("groups:\n- name: g\n  rules:\n  - alert: A\n    expr: up{a=\"b\"}\n",
                 "dir/a,b:c.yaml", options),
      check_text("groups: [{name: g, rules: [{alert: A, expr: sum(up}]}]", "100%.yaml", options)};
}

TEST(Report, AsText) {
  EXPECT_EQ(as_text(two_files()),
            R"(Checking dir/a,b:c.yaml
dir/a,b:c.yaml:5:11: warning: this alert fires for every series that the expression returns, whatever its value: compare it with something, like "> 0" [no-comparison]
    up{a="b"}
    ^
  SUCCESS: 1 rules found, 1 warning

Checking 100%.yaml
100%.yaml:1:51: error: the expr is no expression: 1:7: parse error: unclosed left parenthesis [invalid]
    sum(up
          ^
  FAILED: 1 error
)");
}

TEST(Report, AsGithubsCommands) {
  EXPECT_EQ(as_github(two_files()),
            "::warning file=dir/a%2Cb%3Ac.yaml,line=5,col=11,title=no-comparison::this alert fires "
            "for every series that the expression returns, whatever its value: compare it with "
            "something, like \"> 0\"%0Aup{a=\"b\"}%0A^\n"
            "::error file=100%25.yaml,line=1,col=51,title=invalid::the expr is no expression: 1:7: "
            "parse error: unclosed left parenthesis%0Asum(up%0A      ^\n");
}

TEST(Report, AsJson) {
  const auto document = nlohmann::json::parse(as_json(two_files()));
  EXPECT_EQ(document["errors"], 1);
  EXPECT_EQ(document["warnings"], 1);
  EXPECT_EQ(document["files"][0]["file"], "dir/a,b:c.yaml");
  EXPECT_EQ(document["files"][0]["kind"], "rules");
  EXPECT_EQ(document["files"][0]["rules"], 1);
  EXPECT_EQ(document["findings"][0]["code"], "no-comparison");
  EXPECT_EQ(document["findings"][0]["severity"], "warning");
  EXPECT_EQ(document["findings"][0]["line"], 5);
  EXPECT_EQ(document["findings"][0]["column"], 11);
  EXPECT_EQ(document["findings"][0]["excerpt"], "up{a=\"b\"}\n^");
  EXPECT_EQ(document["findings"][1]["severity"], "error");
}

TEST(Report, AsJsonOfANameThatIsNoText) {
  const std::vector<CheckedFile> files = {check_file("/\xFF", all_codes_wanted())};
  EXPECT_EQ(nlohmann::json::parse(as_json(files))["files"][0]["file"], "/\xEF\xBF\xBD");
}

TEST(Report, OfNothing) {
  EXPECT_EQ(as_text({}), "");
  EXPECT_EQ(as_github({}), "");
  EXPECT_EQ(nlohmann::json::parse(as_json({}))["findings"].size(), 0U);
}

}  // namespace
}  // namespace tocsin::check
