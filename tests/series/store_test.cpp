#include "series/store.h"

#include <bit>
#include <map>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "query/engine/engine.h"
#include "query/samples/memory_storage.h"
#include "query/samples/notation.h"
#include "query/syntax/parse.h"

namespace tocsin::series {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const Timestamp kNow{std::chrono::hours{500'000}};
const double kStale = std::bit_cast<double>(query::kStaleBits);

Labels labels(std::string_view text) { return query::parse_series(text); }
Matchers matchers(std::string_view text) { return query::parse_selector(std::string(text)); }

/// {a="b"} 1@0 2@15: times in seconds after kNow.
std::string shown(const query::Selection& selection) {
  std::string out;
  for (const query::SeriesView& series : selection.series) {
    out += series.labels->to_string();
    for (std::size_t i = 0; i < series.times.size(); ++i) {
      const auto bits = std::bit_cast<std::uint64_t>(series.values[i]);
      out += " " + std::to_string(bits) + "@" + std::to_string(series.times[i]);
    }
    out += "\n";
  }
  return out;
}

std::size_t count(const Store& store, std::string_view selector) {
  return store.select(matchers(selector), kNow - minutes{60}, kNow + minutes{60}).series.size();
}

TEST(Store, SaysWhatBecameOfASample) {
  Store store({.retention = minutes{10}});
  Store::Batch batch = store.batch(kNow);
  const Ref ref = batch.find_or_make(labels("up{a=\"b\"}"));
  struct Row {
    Duration at;
    double value;
    Outcome outcome;
  };
  const std::vector<Row> table = {
      {seconds{0}, 1, Outcome::Added},         {seconds{0}, 1, Outcome::Same},
      {seconds{0}, 2, Outcome::DuplicateTime}, {seconds{-1}, 1, Outcome::OutOfOrder},
      {seconds{5}, kStale, Outcome::Added},    {seconds{5}, kStale, Outcome::Same},
      {seconds{5}, 0, Outcome::DuplicateTime}, {minutes{11}, 1, Outcome::TooFarAhead},
      {minutes{10}, 1, Outcome::Added},
  };
  for (const Row& row : table) EXPECT_EQ(batch.add(ref, kNow + row.at, row.value), row.outcome);
  EXPECT_EQ(batch.add(labels("old"), kNow - minutes{11}, 1), Outcome::TooOld);
  EXPECT_EQ(batch.add(Ref{0}, kNow, 1), Outcome::Gone);
  EXPECT_EQ(batch.add(ref + 1'000, kNow, 1), Outcome::Gone);
  EXPECT_EQ(batch.last_time(ref), kNow + minutes{10});
  EXPECT_EQ(batch.find(labels("up{a=\"b\",c=\"\"}")), ref);
  EXPECT_EQ(batch.find(labels("up{a=\"c\"}")), Ref{0});
  EXPECT_EQ(batch.find_or_make(labels("up{a=\"b\",c=\"\"}")), ref);
}

TEST(Store, RefusesWhatItHasNoRoomFor) {
  Store store({.max_bytes = 20'000});
  Store::Batch batch = store.batch(kNow);
  int made = 0;
  for (; made < 1'000; ++made) {
    const Ref ref = batch.find_or_make(Labels{{"__name__", "m"}, {"i", std::to_string(made)}});
    if (ref == 0) break;
    batch.add(ref, kNow, 1);
  }
  EXPECT_GT(made, 10);
  EXPECT_LT(made, 200);
  const Labels first{{"__name__", "m"}, {"i", "0"}};
  EXPECT_EQ(batch.add(first, kNow + seconds{1}, 2), Outcome::Full);
  EXPECT_EQ(batch.add(labels("new"), kNow + seconds{1}, 2), Outcome::Full);
}

TEST(Store, LetsGoOfWhatIsOld) {
  Store store({.retention = minutes{10}});
  const Labels kept = labels("kept{a=\"1\"}");
  const Labels gone = labels("gone{a=\"1\",b=\"only here\"}");
  Ref ref = 0;
  for (int i = 0; i < 900; ++i) {  // chunks of 120 samples
    Store::Batch batch = store.batch(kNow + seconds{i});
    batch.add(kept, kNow + seconds{i}, i);
    if (i == 0) batch.add(gone, kNow, 1);
    ref = batch.find(gone);
  }
  const StoreStatistics before = store.statistics();
  EXPECT_EQ(before.samples, 901U);
  store.truncate(kNow + seconds{900});
  const StoreStatistics after = store.statistics();
  EXPECT_EQ(after.series, 1U);
  EXPECT_EQ(after.removed, 1U);
  EXPECT_EQ(after.samples, 900U - 240);
  EXPECT_LT(after.bytes, before.bytes);
  EXPECT_EQ(count(store, "gone"), 0U);
  EXPECT_EQ(store.label_names({}, kNow, kNow + minutes{60}),
            (std::vector<std::string>{"__name__", "a"}));

  Store::Batch batch = store.batch(kNow + seconds{900});
  EXPECT_EQ(batch.add(ref, kNow + seconds{900}, 1), Outcome::Gone);
  const Ref again = batch.find_or_make(labels("other"));  // in the same place
  EXPECT_NE(again, ref);
  EXPECT_EQ(batch.add(ref, kNow + seconds{900}, 1), Outcome::Gone);
  EXPECT_EQ(batch.add(again, kNow + seconds{900}, 1), Outcome::Added);
}

TEST(Store, GivesBackAllMemoryWithTheLastSeries) {
  Store store({.retention = minutes{10}});
  const std::size_t empty = store.statistics().bytes;
  for (int round = 0; round < 3; ++round) {
    const Timestamp start = kNow + round * std::chrono::hours{10};
    for (int i = 0; i < 300; ++i) {
      Store::Batch batch = store.batch(start + seconds{i});
      for (int each = 0; each < 20; ++each) {
        batch.add(Labels{{"__name__", "m"}, {"i", std::to_string(each + round)}},
                  start + seconds{i}, i * 0.1);
      }
    }
    store.truncate(start + std::chrono::hours{5});
    const StoreStatistics after = store.statistics();
    EXPECT_EQ(after.series, 0U);
    EXPECT_EQ(after.samples, 0U);
    EXPECT_EQ(after.sample_bytes, 0U);
    EXPECT_EQ(after.chunks, 0U);
    EXPECT_EQ(after.bytes, empty);
  }
}

TEST(Store, ListsNamesAndValues) {
  Store store;
  {
    Store::Batch batch = store.batch(kNow);
    batch.add(labels("a{job=\"x\",le=\"1\"}"), kNow, 1);
    batch.add(labels("a{job=\"y\"}"), kNow, 1);
    batch.add(labels("b{job=\"z\",zone=\"q\"}"), kNow - minutes{30}, 1);
  }
  using Texts = std::vector<std::string>;
  const Timestamp from = kNow - minutes{60};
  EXPECT_EQ(store.label_names({}, from, kNow), (Texts{"__name__", "job", "le", "zone"}));
  EXPECT_EQ(store.label_names({}, kNow, kNow), (Texts{"__name__", "job", "le"}));
  EXPECT_EQ(store.label_names({matchers("b"), matchers("c")}, from, kNow),
            (Texts{"__name__", "job", "zone"}));
  EXPECT_EQ(store.label_values("job", {}, from, kNow), (Texts{"x", "y", "z"}));
  EXPECT_EQ(store.label_values("job", {matchers("a{le=\"\"}"), matchers("b")}, from, kNow),
            (Texts{"y", "z"}));
  EXPECT_EQ(store.label_values("nothing", {}, from, kNow), Texts{});
  const auto series = store.series({matchers("{job!=\"x\"}")}, from, kNow);
  ASSERT_EQ(series.size(), 2U);
  EXPECT_EQ(series[1], labels("b{job=\"z\",zone=\"q\"}"));
}

TEST(Store, RefusesToSelectTooMuch) {
  Store store({.max_selected = 10});
  for (int i = 0; i < 11; ++i) store.batch(kNow).add(labels("m"), kNow + seconds{i}, i);
  EXPECT_THROW(store.select(matchers("m"), kNow, kNow + minutes{1}), query::EvaluationError);
  EXPECT_EQ(store.select(matchers("m"), kNow + seconds{1}, kNow + minutes{1}).series.size(), 1U);
}

/// The same series and samples in both, in random order of series.
class Both {
 public:
  explicit Both(unsigned seed) : random_(seed) {}

  void fill() {
    for (int i = 0; i < 400; ++i) {
      const Timestamp at = kNow + seconds{15 * i};
      Store::Batch batch = store.batch(at);
      for (int each = 0; each < 12; ++each) add(batch, any_labels(), at);
    }
  }
  void compare(std::string_view selector) {
    const Timestamp from = kNow + seconds{static_cast<int>(random_() % 6000) - 500};
    const Timestamp to = from + seconds{static_cast<int>(random_() % 3000)};
    const Matchers wanted = matchers(selector);
    const query::Selection exact = cut(memory.select(wanted, from, to), from, to);
    EXPECT_EQ(shown(store.select(wanted, from, to)), shown(exact)) << selector;
    query::Selection last = exact;
    for (query::SeriesView& series : last.series) {
      series.times = series.times.last(1);
      series.values = series.values.last(1);
    }
    query::Selection latest = store.latest(wanted, from, to);
    for (query::SeriesView& series : latest.series) {
      series.times = series.times.last(1);
      series.values = series.values.last(1);
    }
    EXPECT_EQ(shown(latest), shown(last)) << selector;
  }
  std::string any_selector() {
    std::string out = "{";
    for (std::uint64_t left = 1 + random_() % 3; left > 0; --left) {
      static constexpr const char* kNames[] = {"__name__", "a", "b", "c", "gone"};
      static constexpr const char* kOps[] = {"=", "!=", "=~", "!~"};
      static constexpr const char* kValues[] = {"",    "m1", "m2", "1",  "2", "3|4",
                                                "m.*", ".*", ".+", "1|", "x"};
      out += std::string(kNames[random_() % 5]) + kOps[random_() % 4] + "\"" +
             kValues[random_() % 11] + "\",";
    }
    return out + "__name__!=\"\"}";  // a selector has to select by something
  }

  Store store{{.retention = std::chrono::hours{1'000}}};
  query::MemoryStorage memory;

 private:
  Labels any_labels() {
    Labels out{{"__name__", "m" + std::to_string(random_() % 3)},
               {"a", std::to_string(random_() % 5)}};
    if (random_() % 2 == 0) out.set("b", std::to_string(random_() % 4));
    if (random_() % 4 == 0) out.set("c", "x");
    return out;
  }
  void add(Store::Batch& batch, const Labels& labels, Timestamp at) {
    const auto kind = random_() % 20;
    const double value = kind == 0   ? kStale
                         : kind == 1 ? static_cast<double>(random_()) / 7
                                     : static_cast<double>(random_() % 50);
    if (batch.add(labels, at, value) == Outcome::Added) memory.add(labels, at, value);
  }
  static query::Selection cut(query::Selection whole, Timestamp from, Timestamp to) {
    query::Selection out;
    for (query::SeriesView series : whole.series) {
      const auto begin = std::lower_bound(series.times.begin(), series.times.end(),
                                          from.time_since_epoch().count());
      const auto end = std::upper_bound(begin, series.times.end(), to.time_since_epoch().count());
      const auto first = static_cast<std::size_t>(begin - series.times.begin());
      const auto size = static_cast<std::size_t>(end - begin);
      series.times = series.times.subspan(first, size);
      series.values = series.values.subspan(first, size);
      if (size > 0) out.series.push_back(series);
    }
    out.keeps_alive = whole.keeps_alive;
    return out;
  }

  std::mt19937_64 random_;
};

TEST(Store, SelectsWhatAPlainStorageSelects) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    Both both(seed);
    both.fill();
    for (int i = 0; i < 150; ++i) both.compare(both.any_selector());
    both.compare("{__name__=~\".*\"}");
  }
}

TEST(Store, IsReadWhileItIsWritten) {
  Store store({.retention = minutes{2}});
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        const auto selection = store.select(matchers("m"), kNow, kNow + minutes{60});
        for (const auto& series : selection.series) {
          for (std::size_t k = 0; k < series.times.size(); ++k) {
            ASSERT_EQ(series.values[k], static_cast<double>(series.times[k]));
          }
        }
        store.label_values("i", {}, kNow, kNow + minutes{60});
      }
    });
  }
  for (int i = 0; i < 1'500; ++i) {
    const Timestamp at = kNow + seconds{i};
    {
      Store::Batch batch = store.batch(at);
      for (int each = 0; each < 10; ++each) {
        batch.add(Labels{{"__name__", "m"}, {"i", std::to_string(each + i / 100)}}, at,
                  static_cast<double>(at.time_since_epoch().count()));
      }
    }
    store.truncate(at);
  }
  done = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_LT(store.statistics().series, 30U);
}

}  // namespace
}  // namespace tocsin::series
