// Comments that switch findings off.
#include "check/ignore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "check/found.h"

namespace tocsin::check {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

TEST(Ignore, AppliesToTheRuleTheLineOrTheFile) {
  const std::string start = "groups:\n- name: g\n  rules:\n";
  struct Case {
    std::string text;
    std::vector<std::string> found;
  };
  for (const auto& [text, found] : std::initializer_list<Case>{
           {"  - alert: A\n    expr: up\n", {"5:11 no-comparison"}},
           {"  - alert: A  # tocsin:ignore no-comparison\n    expr: up\n", {}},
           {"  # tocsin:ignore no-comparison\n  - alert: A\n    expr: up\n", {}},
           {"  # tocsin:ignore no-comparison\n\n  # Why.\n  - alert: A\n    expr: up\n", {}},
           {"  - alert: A\n    expr: up  # tocsin:ignore no-comparison\n", {}},
           {"  - alert: A\n    # tocsin:ignore no-comparison because it is so\n    expr: up\n", {}},
           {"  - alert: A\n    expr: |\n      # tocsin:ignore no-comparison\n      up\n", {}},
           {"  - alert: A\n    expr: rate(x[1s])  # tocsin:ignore no-comparison, window-short\n",
            {}},
           {"  - alert: A  # tocsin:ignore window-short\n    expr: up\n",
            {"4:15 ignore-unused", "5:11 no-comparison"}},
           {"  - alert: A  # tocsin:ignore no-comparison\n    expr: up == 0\n  - alert: B\n"
            "    expr: up\n",
            {"4:15 ignore-unused", "7:11 no-comparison"}},
           {"  - alert: A  # tocsin:ignore no-comparisons\n    expr: up\n",
            {"4:15 ignore-unknown", "5:11 no-comparison"}},
           {"  - alert: A  # tocsin:ignore\n    expr: up\n",
            {"4:15 ignore-unknown", "5:11 no-comparison"}},
           {"  - alert: A\n    expr: up\n  # tocsin:ignore no-comparison\n",
            {"5:11 no-comparison", "6:3 ignore-unused"}},
           {"  - alert: A\n    expr: up\n# tocsin:ignore-file no-comparison\n", {}},
           {"  - alert: A\n    expr: up == 0\n# tocsin:ignore-file no-comparison\n",
            {"6:1 ignore-unused"}},
           {"  - alert: A\n    expr: up\n    annotations: {a: '#tocsin:ignore no-comparison'}\n",
            {"5:11 no-comparison"}},
           {"  - alert: A\n    expr: sum(up\n# tocsin:ignore-file invalid\n",
            {"5:17 invalid: the expr is no expression: 1:7: parse error: unclosed left parenthesis",
             "6:1 ignore-unknown"}},
       }) {
    EXPECT_THAT(found_in(start + text), ElementsAreArray(found)) << text;
  }
}

TEST(Ignore, WhatIsNotLookedForIsNotUnused) {
  const std::string text =
      "groups:\n- name: g\n  rules:\n  - {alert: A, expr: up}  # tocsin:ignore no-comparison\n";
  Options options = all_codes_wanted();
  EXPECT_THAT(found_in(text, options), IsEmpty());
  options.codes.erase(kNoComparison);
  EXPECT_THAT(found_in(text, options), IsEmpty());
  EXPECT_THAT(found_in(text, {}), IsEmpty());
}

TEST(Ignore, ManyCommentsTakeNoTime) {
  std::string text = "groups:\n- name: g\n  rules:\n";
  for (int i = 0; i < 20'000; ++i) {
    text += fmt::format("  - {{alert: A{}, expr: up}} # tocsin:ignore no-comparison\n", i);
  }
  EXPECT_THAT(found_in(text), IsEmpty());
}

}  // namespace
}  // namespace tocsin::check
