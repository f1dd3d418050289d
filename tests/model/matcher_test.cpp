// What matchers match, and how they are printed.
#include "model/matcher.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "model/error.h"

namespace tocsin {
namespace {

using testing::HasSubstr;

TEST(MatcherTest, Matches) {
  struct Case {
    MatchOp op;
    std::string pattern;
    std::string_view value;
    bool expected;
  };
  using enum MatchOp;
  const Case cases[] = {
      {Equal, "api", "api", true},     {Equal, "api", "api2", false},
      {Equal, "", "", true},           {Equal, "a.i", "api", false},
      {NotEqual, "api", "db", true},   {NotEqual, "api", "api", false},
      {NotEqual, "", "x", true},       {Regex, "a|b", "a", true},
      {Regex, "a|b", "b", true},       {Regex, "a|b", "ab", false},
      {Regex, "ap", "api", false},     {Regex, "pi", "api", false},
      {Regex, "", "", true},           {Regex, "", "x", false},
      {Regex, ".+", "", false},        {Regex, ".*", "", true},
      {Regex, "(?i)API", "api", true}, {Regex, "^api$", "api", true},
      {Regex, "a.c", "a\nc", false},   {Regex, "(?s)a.c", "a\nc", true},
      {Regex, "a", "a\n", false},      {Regex, "h.llo", "h\u00e9llo", true},
      {NotRegex, "a|b", "c", true},    {NotRegex, "a|b", "a", false},
      {NotRegex, ".+", "", true},
  };
  for (const Case& each : cases) {
    const Matcher matcher("l", each.op, each.pattern);
    EXPECT_EQ(matcher.matches(each.value), each.expected)
        << matcher.to_string() << " on \"" << each.value << '"';
  }
}

TEST(MatcherTest, TheDotOfPromqlMatchesNewlinesToo) {
  EXPECT_TRUE(Matcher("l", MatchOp::Regex, "a.c", Matcher::Dot::Everything).matches("a\nc"));
}

TEST(MatcherTest, AMissingLabelIsAnEmptyOne) {
  const Labels labels{{"job", "api"}};
  const std::pair<Matcher, bool> cases[] = {
      {{"team", MatchOp::Equal, ""}, true},      {{"team", MatchOp::NotEqual, ""}, false},
      {{"team", MatchOp::NotEqual, "x"}, true},  {{"team", MatchOp::Regex, ".*"}, true},
      {{"team", MatchOp::Regex, ".+"}, false},   {{"team", MatchOp::NotRegex, ".+"}, true},
      {{"job", MatchOp::NotRegex, ".+"}, false}, {{"job", MatchOp::Equal, "api"}, true},
  };
  for (const auto& [matcher, expected] : cases) {
    EXPECT_EQ(matcher.matches(labels), expected) << matcher.to_string();
  }
}

TEST(MatcherTest, AllOfAListHaveToMatch) {
  const Labels labels{{"a", "1"}, {"b", "2"}};
  const Matcher a{"a", MatchOp::Equal, "1"};
  const Matcher b{"b", MatchOp::Equal, "3"};
  EXPECT_TRUE(all_match({}, labels));
  EXPECT_TRUE(all_match({a}, labels));
  EXPECT_FALSE(all_match({a, b}, labels));
}

TEST(MatcherTest, BadExpressionsAreRefusedInTheUsersOwnWords) {
  for (const std::string pattern : {"(", ")", "a)(b", "[a", "*", "a{2,1}", "a{1001}", "\\", "(?=a)",
                                    "\\1", "\xFF", "(((a{100}){100}){100})"}) {
    try {
      const Matcher matcher("l", MatchOp::Regex, pattern);
      ADD_FAILURE() << pattern << " was taken";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("does not compile"));
      EXPECT_THAT(error.what(), testing::Not(HasSubstr("^(?:")));
    }
  }
  EXPECT_NO_THROW(Matcher("l", MatchOp::Equal, "("));
}

TEST(MatcherTest, LongListsOfNamesAreOrdinary) {
  std::string pattern;
  for (int i = 0; i < 3000; ++i) pattern += "host-" + std::to_string(i * 7919) + ".example|";
  pattern += "last";
  const Matcher matcher("instance", MatchOp::Regex, pattern);
  EXPECT_TRUE(matcher.matches("host-0.example"));
  EXPECT_TRUE(matcher.matches("last"));
  EXPECT_FALSE(matcher.matches("host-1.example"));
}

TEST(MatcherTest, ExpressionsThatExplodeElsewhereTakeLinearTime) {
  const Matcher matcher("l", MatchOp::Regex, "(a*)*(a|aa)+b?(a?){50}x");
  EXPECT_FALSE(matcher.matches(std::string(100'000, 'a')));
}

TEST(MatcherTest, PrintsAsAlertmanagerDoes) {
  const std::pair<Matcher, std::string_view> cases[] = {
      {{"a", MatchOp::Equal, "b"}, R"(a="b")"},
      {{"a", MatchOp::NotEqual, ""}, R"(a!="")"},
      {{"a", MatchOp::Regex, "b|c"}, R"(a=~"b|c")"},
      {{"a", MatchOp::NotRegex, "b\\.c"}, R"(a!~"b\\.c")"},
      {{"a", MatchOp::Equal, "x\"y\nz\t"}, "a=\"x\\\"y\\nz\t\""},
      {{"h.e-llo", MatchOp::Equal, "\t"}, "h.e-llo=\"\t\""},
      {{"caf\u00e9", MatchOp::Equal, "x"}, "caf\u00e9=\"x\""},
      {{"a b", MatchOp::Equal, "\t"}, R"("a b"="\t")"},
      {{"a\u00a0b", MatchOp::Equal, "x"}, R"("a\u00a0b"="x")"},
      {{"a\"b", MatchOp::Regex, "x"}, R"("a\"b"=~"x")"},
      {{"a{", MatchOp::Equal, "x"}, R"("a{"="x")"},
  };
  for (const auto& [matcher, expected] : cases) EXPECT_EQ(matcher.to_string(), expected);
}

TEST(MatcherTest, ListsPrintWithoutBlanks) {
  EXPECT_EQ(to_string(Matchers{}), "{}");
  EXPECT_EQ(to_string(Matchers{{"a", MatchOp::Equal, "b"}, {"c", MatchOp::Regex, "d"}}),
            R"({a="b",c=~"d"})");
}

TEST(MatcherTest, SortByNameThenValueThenOperator) {
  const Matchers expected = {{"a", MatchOp::Equal, "1"}, {"a", MatchOp::NotEqual, "1"},
                             {"a", MatchOp::Regex, "1"}, {"a", MatchOp::NotRegex, "1"},
                             {"a", MatchOp::Equal, "2"}, {"b", MatchOp::Equal, "0"}};
  Matchers matchers(expected.rbegin(), expected.rend());
  std::sort(matchers.begin(), matchers.end());
  EXPECT_EQ(matchers, expected);
}

TEST(MatcherTest, CopiesAreEqualAndGoOnMatching) {
  const Matcher original("a", MatchOp::Regex, "x+");
  const Matcher copy = original;
  EXPECT_EQ(copy, original);
  EXPECT_TRUE(copy.matches("xx"));
  EXPECT_FALSE(copy == Matcher("a", MatchOp::NotRegex, "x+"));
}

}  // namespace
}  // namespace tocsin
