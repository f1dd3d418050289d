// The parts of a trial by themselves: matching, differences, the source in memory, watching.
#include <bit>
#include <deque>
#include <limits>

#include <gmock/gmock.h>

#include "trial/difference.h"
#include "trial/matching.h"
#include "trial/memory_source.h"
#include "trial/watch.h"

namespace tocsin::trial {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Place = std::optional<std::size_t>;

TEST(MatchUp, MakesRoomForTheChoosy) {
  // The first fits everywhere, the second only where the first would go.
  const auto fits = [](std::size_t expected, std::size_t got) { return expected == 0 || got == 0; };
  EXPECT_THAT(match_up(2, 2, fits), ElementsAre(Place(1), Place(0)));
  EXPECT_THAT(match_up(3, 2, fits), ElementsAre(Place(1), Place(0), Place()));
  EXPECT_THAT(match_up(1, 0, fits), ElementsAre(Place()));
  EXPECT_THAT(match_up(0, 5, fits), IsEmpty());
}

TEST(MatchUp, ThousandsThatFitEverywhereTakeNoTime) {
  const auto places = match_up(3000, 3000, [](std::size_t, std::size_t) { return true; });
  for (const Place& place : places) ASSERT_TRUE(place.has_value());
}

Item sample(Labels labels, double value) { return {std::move(labels), {}, value}; }

TEST(Difference, OrderDoesNotMatter) {
  const std::vector<Item> one = {sample({{"a", "1"}}, 1), sample({{"a", "2"}}, 2)};
  const std::vector<Item> two = {one[1], one[0]};
  EXPECT_THAT(difference(one, two, {}), IsEmpty());
  EXPECT_THAT(difference({}, {}, {}), IsEmpty());
}

TEST(Difference, NumbersAreExactUnlessFuzzy) {
  const double next = std::nextafter(1.0, 2.0);
  EXPECT_THAT(difference({sample({}, 1)}, {sample({}, next)}, {.fuzzy = true}), IsEmpty());
  EXPECT_FALSE(difference({sample({}, 1)}, {sample({}, next)}, {}).empty());
  EXPECT_FALSE(difference({sample({}, 1)}, {sample({}, std::nextafter(next, 2.0))}, {.fuzzy = true})
                   .empty());
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(difference({sample({}, nan)}, {sample({}, nan)}, {}), IsEmpty());
}

TEST(Difference, WhatResemblesIsShownTogether) {
  const std::vector<Item> expected = {sample({{"__name__", "x"}, {"host", "ä"}, {"job", "web"}}, 1),
                                      sample({{"__name__", "y"}}, 2)};
  const std::vector<Item> got = {sample({{"__name__", "x"}, {"host", "bb"}, {"job", "web"}}, 1)};
  EXPECT_THAT(difference(expected, got, {}),
              ElementsAre(R"(expected  x{host="ä",  job="web"}  1)",
                          R"(got       x{host="bb", job="web"}  1)", R"(            ^^^^^^^^^)",
                          "missing     y  2"));
  EXPECT_THAT(difference(expected, got, {.only_differences = true}),
              ElementsAre(R"(x{job="web"} differs in)", "  label host", R"(      expected  "ä")",
                          R"(      got       "bb")", "missing     y  2"));
}

TEST(Difference, NoLabelsAreShownAsSuch) {
  EXPECT_THAT(difference({sample({}, 1)}, {sample({}, 2)}, {}),
              ElementsAre("expected  {}  1", "got       {}  2", "              ^"));
}

TEST(Difference, OnlySoMuchIsShown) {
  std::vector<Item> many;
  for (int i = 0; i < 100; ++i) many.push_back(sample({{"i", std::to_string(i)}}, i));
  const auto lines = difference(many, {}, {});
  EXPECT_EQ(lines.size(), 21u);
  EXPECT_EQ(lines.back(), "missing     and 80 more");
}

const Timestamp kAt{std::chrono::minutes{10}};

std::vector<double> values_at(MemorySource& source, const std::string& expression, Timestamp at) {
  const query::Answer answer = source.evaluate(expression, at);
  std::vector<double> values;
  for (const query::Sample& each : std::get<query::Samples>(answer)) values.push_back(each.value);
  return values;
}

TEST(MemorySource, KeepsSeriesAsPrometheusDoes) {
  MemorySource source({}, {});
  const Labels x{{"__name__", "x"}};
  EXPECT_EQ(source.append(x, kAt, 1), "");
  EXPECT_EQ(source.append(x, kAt, 1), "");
  EXPECT_EQ(source.append(x, kAt, 2), "duplicate sample for timestamp");
  EXPECT_EQ(source.append(x, kAt - std::chrono::seconds{1}, 2), "out of order sample");
  EXPECT_THAT(values_at(source, "x", kAt), ElementsAre(1));
}

TEST(MemorySource, AnEndThatComesTooLateIsNone) {
  MemorySource source({}, {});
  const Labels x{{"__name__", "x"}};
  std::string outcome = "not called";
  const double end = std::bit_cast<double>(query::kStaleBits);
  source.write(std::vector<query::Sample>{{x, kAt, 1}, {x, kAt, end}},
               [&](std::string problem) { outcome = std::move(problem); });
  EXPECT_EQ(outcome, "");
  EXPECT_THAT(values_at(source, "x", kAt), ElementsAre(1));
  source.write(std::vector<query::Sample>{{x, kAt, 2}, {{{"__name__", "y"}}, kAt, 3}},
               [&](std::string problem) { outcome = std::move(problem); });
  EXPECT_EQ(outcome, R"({__name__="x"}: duplicate sample for timestamp)");
  EXPECT_THAT(values_at(source, "y", kAt), ElementsAre(3)) << "the others are written";
  source.write(std::vector<query::Sample>{{x, kAt + std::chrono::seconds{1}, end}},
               [](std::string) {});
  EXPECT_THAT(values_at(source, "x", kAt + std::chrono::seconds{1}), IsEmpty());
}

TEST(MemorySource, WhatIsNoVectorIsAFailure) {
  MemorySource source({}, {});
  EXPECT_THAT(values_at(source, "1 + 1", kAt), ElementsAre(2));
  for (const char* expression : {"\"text\"", "x[5m]", "x +", ""}) {
    EXPECT_TRUE(std::holds_alternative<query::Failure>(source.evaluate(expression, kAt)))
        << expression;
  }
}

/// Files whose stamps change as a script says, one entry for each pause.
struct Desk {
  std::deque<std::map<std::string, Stamp>> pauses;
  std::map<std::string, Stamp> files;
  std::vector<std::string> known;
  std::vector<std::string> depends;
  int runs = 0;

  Outlook outlook() {
    return {known,
            [this] {
              ++runs;
              if (during_run) during_run();
              return depends;
            },
            [this](const std::string& file) { return files[file]; },
            [this] {
              if (pauses.empty()) return false;
              for (const auto& [file, stamp] : pauses.front()) files[file] = stamp;
              pauses.pop_front();
              return true;
            }};
  }
  std::function<void()> during_run;
};

TEST(Watch, RunsAgainAfterEachChangeOnly) {
  Desk desk;
  desk.depends = {"test.yaml", "rules.yaml"};
  desk.pauses = {{}, {{"rules.yaml", 1}}, {}, {{"other.yaml", 5}}, {{"rules.yaml", 0}}, {}};
  watch(desk.outlook());
  EXPECT_EQ(desk.runs, 3) << "at first, when the file came, when it went";
}

TEST(Watch, SeesWhatChangesWhileItRuns) {
  Desk desk;
  desk.depends = {"test.yaml"};
  desk.pauses = {{{"test.yaml", 1}}, {}, {}};
  desk.during_run = [&] {
    if (desk.runs == 2) desk.files["test.yaml"] = 2;
  };
  watch(desk.outlook());
  EXPECT_EQ(desk.runs, 3);
}

TEST(Watch, SeesWhatChangesInTheFirstRunOfFilesThatAreKnown) {
  Desk desk;
  desk.known = desk.depends = {"test.yaml"};
  desk.pauses = {{}, {}};
  desk.during_run = [&] { desk.files["test.yaml"] = 1; };
  watch(desk.outlook());
  EXPECT_EQ(desk.runs, 2);
}

}  // namespace
}  // namespace tocsin::trial
