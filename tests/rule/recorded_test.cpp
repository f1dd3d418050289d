// From an answer to the samples that a recording rule writes.
#include <gmock/gmock.h>

#include "samples.h"

namespace tocsin::rule {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

const Timestamp kAt{std::chrono::seconds{1'767'323'045}};

TEST(Recorded, NameAndLabelsOfTheRuleAreApplied) {
  struct Case {
    const char* story;
    Texts labels;
    Labels sample;
    const char* expected;
  };
  const std::vector<Case> cases = {
      {"the name is the rule's",
       {},
       {{"__name__", "slow"}, {"host", "a"}},
       R"({__name__="job:slow", host="a"})"},
      {"its labels win", {{"host", "b"}}, {{"host", "a"}}, R"({__name__="job:slow", host="b"})"},
      {"an empty one takes one away", {{"host", ""}}, {{"host", "a"}}, R"({__name__="job:slow"})"},
      {"a template is plain text here",
       {{"x", "{{ $value }}"}},
       {},
       R"({__name__="job:slow", x="{{ $value }}"})"},
  };
  for (const Case& each : cases) {
    const auto result = recorded(recording(each.labels), 0, {sample(each.sample, 7)}, kAt);
    const auto& written = std::get<query::Samples>(result);
    ASSERT_THAT(written, SizeIs(1)) << each.story;
    EXPECT_EQ(written[0].labels.to_string(), each.expected) << each.story;
    EXPECT_EQ(written[0].value, 7) << each.story;
    EXPECT_EQ(written[0].at, kAt) << each.story;
  }
}

TEST(Recorded, TwoSamplesThatBecomeOneSeriesAreAFailure) {
  const auto result = recorded(recording({{"host", "all"}}), 0,
                               {sample({{"host", "a"}}), sample({{"host", "b"}})}, kAt);
  EXPECT_EQ(std::get<query::Failure>(result).message,
            "vector contains metrics with the same labelset after applying rule labels");
}

TEST(Recorded, TheLimitIsTheMostThatMayCome) {
  const query::Samples two = {sample({{"host", "a"}}), sample({{"host", "b"}})};
  EXPECT_THAT(std::get<query::Samples>(recorded(recording(), 0, two, kAt)), SizeIs(2));
  EXPECT_THAT(std::get<query::Samples>(recorded(recording(), 2, two, kAt)), SizeIs(2));
  EXPECT_EQ(std::get<query::Failure>(recorded(recording(), 1, two, kAt)).message,
            "exceeded limit of 1 with 2 series");
  EXPECT_THAT(std::get<query::Samples>(recorded(recording(), 1, {}, kAt)), IsEmpty());
}

}  // namespace
}  // namespace tocsin::rule
