// What is looked up is what comparing every series would find.
#include "query/samples/memory_storage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "query/samples/notation.h"
#include "query/syntax/parse.h"

namespace tocsin::query {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Timestamp at(int seconds) { return Timestamp(std::chrono::seconds(seconds)); }

MemoryStorage some_series() {
  MemoryStorage storage;
  // Not in their order, so that it has to be made.
  for (const char* job : {"web", "api", "db"}) {
    for (const char* code : {"500", "200", "404"}) {
      storage.add({{"__name__", "requests"}, {"job", job}, {"code", code}}, at(10), 1);
    }
    storage.add({{"__name__", "up"}, {"job", job}, {"empty", ""}}, at(20), 1);
  }
  return storage;
}

std::vector<std::string> found(const MemoryStorage& storage, const std::string& selector, int from,
                               int to) {
  std::vector<std::string> names;
  for (const SeriesView& series :
       storage.select(parse_selector(selector), at(from), at(to)).series) {
    names.push_back(std::string(series.labels->get("__name__")) + " " +
                    std::string(series.labels->get("job")) + " " +
                    std::string(series.labels->get("code")));
  }
  return names;
}

TEST(MemoryStorage, FindsSeriesByAnyLabel) {
  const MemoryStorage storage = some_series();
  EXPECT_THAT(found(storage, "up", 0, 30), ElementsAre("up api ", "up db ", "up web "));
  EXPECT_THAT(found(storage, "{job=\"db\"}", 0, 30),
              ElementsAre("requests db 200", "requests db 404", "requests db 500", "up db "));
  EXPECT_THAT(found(storage, "requests{job=\"db\", code=~\"[45]..\"}", 0, 30),
              ElementsAre("requests db 404", "requests db 500"));
  EXPECT_THAT(found(storage, "requests{job!~\"db|web\", code!=\"200\"}", 0, 30),
              ElementsAre("requests api 404", "requests api 500"));
  EXPECT_THAT(found(storage, "{code=\"\", job=~\".+\"}", 0, 30),
              ElementsAre("up api ", "up db ", "up web "));
  EXPECT_THAT(found(storage, "up{empty=\"\"}", 0, 30), ElementsAre("up api ", "up db ", "up web "));
}

TEST(MemoryStorage, FindsNothingWhereNothingIs) {
  const MemoryStorage storage = some_series();
  EXPECT_THAT(found(storage, "down", 0, 30), IsEmpty());
  EXPECT_THAT(found(storage, "up{job=\"cache\"}", 0, 30), IsEmpty());
  EXPECT_THAT(found(storage, "up{nowhere=\"a\"}", 0, 30), IsEmpty());
  EXPECT_THAT(found(storage, "up{job=\"api\", job=\"db\"}", 0, 30), IsEmpty());
}

TEST(MemoryStorage, LeavesOutWhatIsBeforeOrAfter) {
  const MemoryStorage storage = some_series();
  EXPECT_THAT(found(storage, "{job=\"db\"}", 15, 30), ElementsAre("up db "));
  EXPECT_THAT(found(storage, "up", 0, 19), IsEmpty());
  EXPECT_THAT(found(storage, "requests{code=\"200\"}", 10, 10),
              ElementsAre("requests api 200", "requests db 200", "requests web 200"));
}

TEST(MemoryStorage, KeepsSamplesInTheOrderOfTime) {
  MemoryStorage storage;
  storage.add({{"__name__", "up"}}, at(30), 3);
  storage.add({{"__name__", "up"}}, at(10), 1);
  storage.add({{"__name__", "up"}}, at(20), 9);
  storage.add({{"__name__", "up"}}, at(20), 2);
  const Selection selection = storage.select(parse_selector("up"), at(0), at(60));
  ASSERT_EQ(selection.series.size(), 1u);
  EXPECT_THAT(selection.series[0].times, ElementsAre(10'000, 20'000, 30'000));
  EXPECT_THAT(selection.series[0].values, ElementsAre(1, 2, 3));
}

/// What the storage says of each of the series' native histograms.
std::vector<std::string> kept(std::string_view sequence) {
  MemoryStorage storage;
  Timestamp at{};
  for (const SequenceValue& value : parse_sequence(sequence)) {
    at += std::chrono::seconds{1};
    storage.add_histogram(Labels{{"__name__", "h"}}, at, std::get<HistogramValue>(value).content);
  }
  std::vector<std::string> out;
  const Selection selection =
      storage.select({Matcher("__name__", MatchOp::Equal, "h")}, Timestamp{}, at);
  for (const double value : selection.series.at(0).values) {
    EXPECT_TRUE(is_histogram(value));
    const auto histogram = storage.histogram(value);
    out.push_back(histogram == nullptr ? "to be computed" : histogram->to_string());
  }
  return out;
}

TEST(MemoryStorage, FindsOutWhetherTheCounterOfANativeHistogramWasReset) {
  EXPECT_THAT(kept("{{count:2 buckets:[2]}} {{count:3 buckets:[2 1]}} {{count:3 buckets:[3]}}"),
              ::testing::ElementsAre("{{count:2 buckets:[2]}}",
                                     "{{count:3 counter_reset_hint:not_reset buckets:[2 1]}}",
                                     "{{count:3 counter_reset_hint:reset buckets:[3]}}"));
  EXPECT_THAT(kept("{{count:2}} {{count:1 counter_reset_hint:gauge}}"),
              ::testing::ElementsAre("{{count:2}}", "{{count:1 counter_reset_hint:gauge}}"));
  EXPECT_THAT(kept("{{count:2}} {{schema:1 count:3}} {{schema:1 count:4}}"),
              ::testing::ElementsAre("{{count:2}}", "to be computed", "to be computed"));
}

}  // namespace
}  // namespace tocsin::query
